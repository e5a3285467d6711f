/** Integer arithmetic in modules wraps as eval's does, also where a `| 0` is left out because one around it does its work. */
import { evaluateBuiltin, type ScalarExpr, scalarBuilder as s } from "@tapeless/types/compiler";
import fc from "fast-check";
import { expect, test } from "vitest";
import { program } from "../../ir/loop/testing/program-parts.js";
import { emit, importText, leaf, tree } from "./testing/build-module.js";

const [x, y] = (["x", "y"] as const).map((name): ScalarExpr => ({ kind: "Ref", name, dtype: "i32" }));
if (x === undefined || y === undefined) throw new Error("two operands");

const sums = {
  less: s.sub(x, s.rem(x, 2)),
  more: s.add(s.rem(y, -3), s.rem(x, 7)),
  unsure: s.sub(x, s.rem(x, y)), // by 0 as well
  masked: s.add(x, s.bitOr(s.rem(x, 5), y)),
};

const text = emit({
  name: "sums",
  program: program("sums", {
    scalars: ["x", "y"].map((name) => ({ kind: "ScalarParam", name, dtype: "i32" })),
    results: Object.entries(sums).map(([name, value]) => ({ kind: "Result", name, dtype: "i32", value })),
  }),
  input: tree({ x: leaf("x", "i32"), y: leaf("y", "i32") }),
  output: tree(Object.fromEntries(Object.keys(sums).map((name) => [name, leaf(name, "i32")]))),
  donate: [],
  indexChecks: [],
  sizeChecks: [],
});

function evaluated(expr: ScalarExpr, values: Readonly<Record<string, number>>): number {
  if (expr.kind === "Const") return expr.value;
  if (expr.kind === "Ref") return values[expr.name] ?? Number.NaN;
  if (expr.kind !== "Call") throw new Error("no such operand here");
  return evaluateBuiltin(
    expr.fn,
    "i32",
    expr.args.map((arg) => evaluated(arg, values)),
  );
}

test("sums of remainders", async () => {
  const generated = await importText(text);
  const integer = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, -2, 2 ** 31 - 1, -(2 ** 31)));
  fc.assert(
    fc.property(integer, integer, (x, y) => {
      const expected = Object.fromEntries(
        Object.entries(sums).map(([name, sum]) => [name, evaluated(sum, { x, y }) | 0]),
      );
      expect(generated["sums"]?.({ x, y })).toEqual(expected); // -0 is none of them
    }),
  );
  expect(text).toContain("(x - x % 2) | 0");
});
