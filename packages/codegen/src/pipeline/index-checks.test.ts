/** Checks of indices in loops that may take no step: what never picks refuses nothing. */
import {
  add,
  f32,
  f64,
  fn,
  fori,
  gather,
  grad,
  i32,
  less,
  mul,
  scan,
  sum,
  type Tensor,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { isFn, toSize, traceFn } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { expand } from "../autodiff/expand.js";
import { importText } from "../emit/ts/testing/build-module.js";
import { trustIndices } from "../passes/trust-indices.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";

type Row = Tensor<[2]>;
type One = Tensor<[], "f64">;

const table = f32([5, 2]);

function checked(f: unknown) {
  if (!isFn(f)) throw new Error("a function is expected");
  return trustIndices(expand(traceFn(f, "model").func)).checks;
}

describe("checks of indices in loops", () => {
  it("are for loops that take a step, as far as it is known on entry", () => {
    const head = { table, one: i32([]), xs: f32(["n", 2]) };
    const named = fn(
      head,
      ({ table, one, xs }) => scan((c, x) => [add(c, mul(x, gather(table, one))), null], zeros([2]), xs)[0],
    );
    expect(checked(named)).toEqual([{ param: 1, bound: 5, steps: toSize("n") }]);
    const none = fn(
      head,
      ({ table, one }) =>
        scan((c: Row) => [add(c, gather(table, one)) as Row, null], zeros([2]), null, { length: 0 })[0],
    );
    expect(checked(none)).toEqual([]);
    const always = fn(
      head,
      ({ table, one, xs }) => scan((c, x) => [add(c, mul(x, gather(table, one))), null], gather(table, one), xs)[0],
    );
    expect(checked(always)).toEqual([{ param: 1, bound: 5 }]);
  });

  it("see nothing of what the body of a loop with a test may pick, and all that its test picks", () => {
    const picksIn = (where: "test" | "body") =>
      fn({ table, one: i32([]), x: f32([2]) }, ({ table, one, x }) => {
        const row = (which: string) => (which === where ? gather(table, one) : zeros([2]));
        return whileLoop(
          (c) => less(sum(add(c, row("test"))), 5),
          (c) => add(c, row("body"), 1),
          x,
        );
      });
    expect(checked(picksIn("body"))).toEqual([]);
    expect(checked(picksIn("test"))).toEqual([{ param: 1, bound: 5 }]);
  });

  it("refuse no index in a generated loop of no steps", async () => {
    const head = { table: f64([5]), one: i32([]) };
    const scanned = fn({ ...head, xs: f64(["n"]) }, ({ table, one, xs }) =>
      sum(scan((c: One, x: One) => [add(c, mul(x, gather(table, one))), null], mul(0, sum(table)), xs)[0]),
    );
    const tested = fn({ ...head, n: i32([]) }, ({ table, one, n }) =>
      fori(0, n, (_i, c: One) => add(c, gather(table, one)), mul(0, sum(table))),
    );
    const { f, g, slope } = await importText(moduleText({ f: scanned, g: tested, slope: grad(tested, "table") }));
    const values = Float64Array.of(1, 2, 3, 4, 5);
    const ofLength = (count: number): Float64Array => new Float64Array(count).fill(1);
    expect(f?.({ table: values, one: 2, xs: ofLength(2) })).toBe(6);
    expect(f?.({ table: values, one: 7, xs: ofLength(0) })).toBe(0);
    expect(() => f?.({ table: values, one: 7, xs: ofLength(1) })).toThrow("f: input one is 7, must be in 0 … 4");
    expect([g?.({ table: values, one: 2, n: 2 }), g?.({ table: values, one: 7, n: 0 })]).toEqual([6, 0]);
    expect(g?.({ table: values, one: 7, n: 2 })).toBe(0); // with care: a row of zeros
    expect(slope?.({ table: values, one: 2, n: 3 })).toEqual(Float64Array.of(0, 0, 3, 0, 0));
    expect(slope?.({ table: values, one: 7, n: 0 })).toEqual(ofLength(5).fill(0));
  });
});
