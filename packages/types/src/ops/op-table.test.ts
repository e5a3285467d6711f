/**
 * Every op record against itself: its file, its words, its samples. Driven by the op table, so a new op is tested by being
 * there.
 */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { exactTensor } from "../graph/approx-tensor.js";
import { evalFunc } from "../graph/eval.js";
import { type FnValue, f64, traceFn } from "../graph/fn.js";
import type { Nested, Op, Sample } from "../graph/op.js";
import { Trace } from "../graph/trace.js";
import { abs, add, fn, i32, maximum, minimum, mul, neg, relu, sub } from "../index.js";
import type { DType } from "../shape/tensor.js";
import { opTable } from "./table.gen.js";

const ops: readonly Op[] = Object.values(opTable);
const named = ops.map((op) => ({ name: op.name, op }));

const camelCase = (text: string): string => text.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".op.ts"));

test("each file is one op, under its name", () => {
  const names = files.map((path) => camelCase(basename(path, ".op.ts"))).sort();
  expect(ops.map(({ name }) => name).sort()).toEqual(names);
  expect(Object.keys(opTable).sort()).toEqual(names);
});

/** Each rule gives the complaint, or nothing. */
const rules: Readonly<Record<string, (op: Op) => boolean>> = {
  "the doc is a sentence": ({ doc }) => /^\S.*\.$/.test(doc) && !doc.includes("\n"),
  "samples, unless the compiler makes it": ({ samples, lowering }) =>
    samples.length > 0 || lowering.form === "structural",
  "a linear op says how": ({ derivative, linear }) => derivative.form !== "linear" || linear !== undefined,
  "partials are of elementwise ops": ({ derivative, elementwise }) => derivative.form !== "partials" || elementwise,
  "no derivative has a reason": ({ derivative }) => derivative.form !== "none" || derivative.why.length > 0,
  "linear operands are operands": ({ linear, arity }) =>
    linear === undefined || linear.operands === "all" || arity === "variadic" || Math.max(...linear.operands) < arity,
  "an operand takes some dtype": ({ dtypes, arity }) =>
    dtypes.every((list) => list.length > 0) && (typeof arity !== "number" || dtypes.length === arity),
  "the domain is an interval": ({ domain: [low, high] }) => low < high,
  "samples have an operand for each": ({ samples, arity }) =>
    samples.every((sample) => arity === "variadic" || sample.in.length === arity),
};

describe.each(Object.entries(rules))("%s", (_title, holds) => {
  test.each(named)("$name", ({ op }) => {
    expect(holds(op)).toBe(true);
  });
});

// ---- samples

const shapeOf = (value: Nested): readonly number[] =>
  typeof value === "number" ? [] : [value.length, ...shapeOf(value[0] ?? 0)];
const flat = (value: Nested): readonly number[] => (typeof value === "number" ? [value] : value.flatMap(flat));

/** Distance in units in the last place of `want`. */
function ulps(got: number, want: number): number {
  if (Object.is(got, want) || got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  return Math.abs(got - want) / 2 ** (Math.floor(Math.log2(Math.abs(want) || 2 ** -1022)) - 52);
}

interface Run {
  readonly title: string;
  readonly op: Op;
  readonly sample: Sample;
  readonly dtype: DType;
}

const isWhole = ({ in: operands, out }: Sample): boolean => [...operands, out].flatMap(flat).every(Number.isInteger);

/** Each sample in each dtype that its op takes and its numbers are of. */
const runs: readonly Run[] = ops.flatMap((op) =>
  op.samples.flatMap((sample, k) =>
    (["f64", "f32", "i32"] as const)
      .filter((dtype) => op.dtypes.length === 0 || op.dtypes.some((list) => list.includes(dtype)))
      .filter((dtype) => dtype !== "i32" || isWhole(sample))
      .map((dtype) => ({ title: `${op.name} ${k} in ${dtype}`, op, sample, dtype })),
  ),
);

function operandDType({ dtypes }: Op, k: number, wanted: DType): DType {
  const list = dtypes[k] ?? dtypes.at(-1) ?? [];
  return list.includes(wanted) ? wanted : (list[0] ?? wanted);
}

test.each(runs)("sample: $title", ({ op, sample, dtype }) => {
  const trace = new Trace(op.name);
  const args = sample.in.map((value, k) => exactTensor(shapeOf(value), operandDType(op, k, dtype), flat(value)));
  const inputs = args.map(({ shape, dtype: own }) => trace.param({ shape, dtype: own }));
  const [out] = evalFunc(trace.finish(trace.emit({ op: op.name, inputs, attrs: sample.attrs ?? {} })), args);
  const limit = out?.dtype === "i32" || out?.dtype === "bool" ? 0 : 4;
  expect(out?.shape).toEqual(shapeOf(sample.out));
  flat(sample.out).forEach((want, at) => {
    const got = out?.value[at] ?? Number.NaN;
    expect(ulps(got, want), `element ${at}: ${got} instead of ${want}`).toBeLessThanOrEqual(limit);
  });
});

// ---- commutative ops

const telling = [0, -0, 1, -3, 0.1, 2 ** 31 - 1, 1e308, -1e-308, Number.POSITIVE_INFINITY, Number.NaN];

test.each(
  ops
    .filter(({ commutative }) => commutative === true)
    .flatMap((op) => (op.dtypes[0] ?? []).map((dtype) => ({ op, dtype }))),
)("$op.name of $dtype gives the same in either order", ({ op, dtype }) => {
  const trace = new Trace(op.name);
  const [x, y] = [0, 1].map(() => trace.param({ shape: [100], dtype }));
  if (x === undefined || y === undefined) throw new Error("two parameters are made");
  const [one] = trace.emit({ op: op.name, inputs: [x, y] });
  expect(trace.emit({ op: op.name, inputs: [y, x] })).toEqual([one]);
  const func = trace.finish(one === undefined ? [] : [one]);
  const args = [0, 1].map((side) =>
    exactTensor(
      [100],
      dtype,
      Array.from({ length: 100 }, (_, k) => telling[side === 0 ? k % 10 : Math.floor(k / 10)] ?? 0),
    ),
  );
  const [there] = evalFunc(func, args);
  const [back] = evalFunc(func, args.toReversed());
  expect([...(there?.value ?? [])]).toEqual([...(back?.value ?? [])]);
});

// ---- integers wrap

const [least, most] = [-(2 ** 31), 2 ** 31 - 1];

function ofIntegers(
  body: (x: ReturnType<typeof i32<[2]>>, y: ReturnType<typeof i32<[2]>>) => unknown,
  data: number[][],
) {
  const f = fn({ x: i32([2]), y: i32([2]) }, ({ x, y }) => [body(x, y) as typeof x, x, y]);
  const { func } = traceFn(f as unknown as FnValue, "f"); // every fn is one
  const [result] = evalFunc(
    func,
    data.map((values) => exactTensor([2], "i32", values)),
  );
  return [...(result?.value ?? [])];
}

const wrapping: readonly (readonly [string, Parameters<typeof ofIntegers>[0], number[][], number[]])[] = [
  [
    "add",
    (x, y) => add(x, y),
    [
      [most, 1],
      [1, 2],
    ],
    [least, 3],
  ],
  [
    "sub",
    (x, y) => sub(x, y),
    [
      [least, 1],
      [1, 2],
    ],
    [most, -1],
  ],
  [
    "mul",
    (x, y) => mul(x, y),
    [
      [65536, 3],
      [65536, -4],
    ],
    [0, -12],
  ],
  [
    "neg",
    (x) => neg(x),
    [
      [least, 5],
      [0, 0],
    ],
    [least, -5],
  ],
  [
    "abs",
    (x) => abs(x),
    [
      [least, -5],
      [0, 0],
    ],
    [least, 5],
  ],
];

test.each(wrapping)("i32 wraps: %s", (_name, body, data, want) => {
  expect(ofIntegers(body, data)).toEqual(want);
});

test("elementwise functions go with map and reduce, which hand over positions too", () => {
  const f = fn({ x: f64([2]), y: f64([2]) }, ({ x, y }) => {
    const rectified = [x, y].map(relu);
    return [rectified.reduce(maximum), [x, y].reduce(minimum)];
  });
  const { func } = traceFn(f as unknown as FnValue, "f"); // every fn is one
  const outs = evalFunc(func, [exactTensor([2], "f64", [-1, 2]), exactTensor([2], "f64", [3, -4])]);
  expect(outs.map(({ value }) => [...value])).toEqual([
    [3, 2],
    [-1, -4],
  ]);
});
