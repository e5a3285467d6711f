/** Rules of scalar expressions: each applies somewhere, and the simpler expression is the same to the bit. */
import { type BuiltinName, builtin, type Call, evaluateScalar, type ScalarExpr } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { constant, ref } from "../../ir/loop/index.js";
import { rules } from "./rules.js";

type DType = Call["dtype"];

const values: Readonly<Record<DType, readonly number[]>> = {
  f64: [0, -0, 1, -2.5, 1e308, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  f32: [0, -0, 1, -2.5, 2 ** -149, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  i32: [0, 1, -7, 33, 2 ** 31 - 1, -(2 ** 31)],
  bool: [0, 1],
};

const ofNumbers = ["add", "sub", "mul", "div", "max", "min", "rem", "neg", "abs", "equal", "less", "toF64", "toI32"];
const ofFloats = ["sqrt", "sign", "floor", "ceil", "trunc"];
const ofBits = ["bitAnd", "bitOr", "bitXor", "bitNot", "shiftLeft", "shiftRight", "shiftRightLogical"];
const operations: Readonly<Record<DType, readonly string[]>> = {
  f64: [...ofNumbers, ...ofFloats],
  f32: [...ofNumbers, ...ofFloats],
  i32: [...ofNumbers, ...ofBits],
  bool: ["and", "or", "not", "select"],
};

const resultOf = (fn: BuiltinName, dtype: DType): DType => {
  if (fn.startsWith("to")) return fn === "toI32" ? "i32" : "f64";
  return builtin(fn).result === "bool" ? "bool" : dtype;
};

/** All calls of a builtin with operands that are constants or the name `x` or `y`. */
function* callsOf(fn: BuiltinName, dtype: DType): Generator<Call> {
  const known = values[dtype].map((value) => constant(value, dtype));
  const operands = (name: string): readonly ScalarExpr[] => [ref(name, dtype), ...known];
  if (fn === "select")
    for (const condition of operands("x"))
      yield { kind: "Call", fn, args: [condition, ref("u", "f64"), ref("v", "f64")], dtype: "f64" };
  else
    for (const x of operands("x"))
      for (const y of builtin(fn).arity === 1 ? [x] : operands("y")) {
        const args = builtin(fn).arity === 1 ? [x] : [x, y];
        yield { kind: "Call", fn, args, dtype: resultOf(fn, dtype) };
      }
}

const calls = (["f64", "f32", "i32", "bool"] as const).flatMap((dtype) =>
  operations[dtype].flatMap((fn) => [...callsOf(fn as BuiltinName, dtype)].map((call) => ({ dtype, call }))),
);

const evaluated = (expr: ScalarExpr, x: number, y: number): number =>
  evaluateScalar(expr, {
    sizes: {},
    load: () => ({ value: Number.NaN, bound: 0 }),
    scalar: (name) => ({ value: { x, y, u: 3, v: -0 }[name] ?? Number.NaN, bound: 0 }),
  }).value;

test.each(rules.map((rule) => ({ name: rule.name, rule })))("$name", ({ rule }) => {
  let applied = 0;
  for (const { dtype, call } of calls) {
    const simpler = rule.apply(call);
    if (simpler === undefined) continue;
    applied++;
    expect(simpler.dtype).toBe(call.dtype);
    for (const x of values[dtype])
      for (const y of values[dtype]) {
        const text = `${call.fn} of ${JSON.stringify(call.args)} at ${x}, ${y}`;
        expect(evaluated(simpler, x, y), text).toBe(evaluated(call, x, y));
      }
  }
  expect(applied).toBeGreaterThan(0);
});
