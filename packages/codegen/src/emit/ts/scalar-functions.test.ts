/** Scalar functions in modules: the same bits as eval, once each, only where used, under names that clash with none. */
import {
  builtin,
  builtins,
  evaluateBuiltin,
  type FunctionName,
  functions,
  isFunction,
  scalarBuilder as s,
} from "@tapeless/types/compiler";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { loopLanguage, verifyProgram } from "../../ir/loop/index.js";
import { program } from "../../ir/loop/testing/program-parts.js";
import type { EmitFunction } from "./index.js";
import { diagnose, emit, type GeneratedModule, importText, leaf, tree } from "./testing/build-module.js";

const names = Object.keys(functions) as readonly FunctionName[]; // its own keys

/** A function of numbers that applies one scalar function to its inputs. */
const applied = (fn: FunctionName, name: string = `${fn}Of`): EmitFunction => {
  const params = ["x", "y", "z"].slice(0, builtin(fn).arity);
  const dtype = functions[fn].operands ?? "f64";
  const value = s[fn](...params.map((param) => ({ kind: "Ref", name: param, dtype }) as const));
  return {
    name,
    program: verifyProgram(
      program(name, {
        scalars: params.map((param) => ({ kind: "ScalarParam", name: param, dtype })),
        results: [{ kind: "Result", name: "value", dtype: value.dtype, value }],
      }),
    ),
    input: tree(Object.fromEntries(params.map((param) => [param, leaf(param, dtype)]))),
    output: tree({ value: leaf("value", value.dtype) }),
    donate: [],
    indexChecks: [],
    sizeChecks: [],
  };
};

const text = emit(...names.map((name) => applied(name)));
let generated: GeneratedModule;
beforeAll(async () => {
  generated = await importText(text);
});

/** Doubles of every size, and ordinary numbers as often. */
const operand = fc.oneof(
  fc.double(),
  fc.double({ min: -8, max: 8, noNaN: true }),
  fc.constantFrom(0, -0, 0.5, 1, -1, 1.5, 2.5, 1e300, 1e-300, 5e-324, Number.POSITIVE_INFINITY, Number.NaN),
);

const operandOf = (name: FunctionName) => (functions[name].operands === "i32" ? fc.integer() : operand);

describe("the same bits as eval", () => {
  test.each(names)("%s", (name) => {
    fc.assert(
      fc.property(fc.tuple(...Array.from({ length: 3 }, () => operandOf(name))), ([x = 0, y = 0, z = 0]) => {
        const { value } = generated[`${name}Of`]?.({ x, y, z }) ?? { value: undefined };
        const dtype = functions[name].operands ?? "f64";
        expect(value, `${name}(${x}, ${y}, ${z})`).toBe(evaluateBuiltin(name, dtype, [x, y, z]));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

test("every builtin of the form is a function, and no other", () => {
  for (const name of Object.keys(builtins) as (keyof typeof builtins)[])
    expect(isFunction(name)).toBe(builtin(name).js.form === "function");
});

test("each stands once in the module, and in no other", () => {
  for (const name of names) expect(text.split(`\nfunction ${name}(`), name).toHaveLength(2);
  expect(emit(applied("round"), applied("round", "again")).split("\nfunction round(")).toHaveLength(2);
});

test("the strictest compiler accepts the module", () => {
  expect(diagnose(text)).toEqual([]);
});

test("a model may export a function of the same name", async () => {
  const clash = emit(applied("round", "round"));
  expect(clash).toContain("export function round(input");
  expect(clash).toContain("\nfunction round2(x: number): number {");
  const { round } = await importText(clash);
  expect(round?.({ x: 2.5 })).toEqual({ value: 2 });
});

test("a call prints and parses like any other", () => {
  const { program: own } = applied("round");
  const text = loopLanguage.print(own);
  expect(loopLanguage.print(loopLanguage.parse("Program", text))).toBe(text);
});

test("reads like this", () => {
  expect(text).toContain(`/** The nearest whole number, of two the even one. */
function round(x: number): number {
  const size = Math.abs(x);
  if (size < 4503599627370496) return Math.sign(x) * (size + 4503599627370496 - 4503599627370496);
  return x;
}`);
});
