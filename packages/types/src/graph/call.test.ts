/** What a call refuses that types cannot see: sizes made of names, and names that a captured tensor has as well. */
import { expect, it } from "vitest";
import "../compiler.js";
import { add, concat, f64, fn, mean, mul, sum, vjp } from "../index.js";
import { isFn, partsOf } from "./fn.js";

it("a size made of names is checked once they are known", () => {
  const twice = vjp(
    fn({ x: f64(["n"]) }, ({ x }) => concat([x, x])),
    "x",
  ) as (argument: unknown) => { grad: never };
  const call = (length: number) => () =>
    fn({ x: f64([3]), ct: f64([length]) }, ({ x, ct }) => twice({ input: { x }, cotangent: ct }).grad);
  expect(call(6)).not.toThrow();
  expect(call(7)).toThrow("cotangent: size 6 expected, got 7");
});

it("a name of a captured tensor may not be bound to another size", () => {
  const outer = (dim: "n" | "m") => () =>
    fn({ a: f64(["n"]), b: f64(["m"]) }, ({ a, b }) => {
      const inner = fn({ x: f64([dim === "n" ? "n" : "k"]) }, ({ x }) => mul(sum(x), mean(a)));
      return inner({ x: b });
    });
  expect(outer("m")).not.toThrow();
  expect(outer("n")).toThrow(/dimension 'n' is that of a tensor of the function around it/);
});

it("the sum of one operand is that operand", () => {
  const loose = add as unknown as (x: unknown) => never; // the types want two
  const f: unknown = fn({ x: f64([2]) }, ({ x }) => loose(x));
  if (!isFn(f)) throw new Error("a function is expected");
  expect(partsOf(f).func.eqns).toEqual([]);
});
