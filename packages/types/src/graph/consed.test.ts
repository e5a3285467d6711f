/** Which equations of a trace are one. */
import { expect, test } from "vitest";
import { emit, runTrace } from "../compiler.js";
import { Consed, type Unbound } from "./consed.js";
import { type Atom, type Eqn, type Func, makeLit, type Var } from "./ir.js";
import { tensorOf } from "./tensor.js";
import type { EqnParts, Trace } from "./trace.js";

/** How many equations two are, of the same two vectors, or of what is made of them. */
function count(parts: (x: Var, y: Var, trace: Trace) => readonly [EqnParts, EqnParts]): number {
  const { trace } = runTrace("f", (running) => {
    const [x, y] = [running.param({ shape: [3], dtype: "f64" }), running.param({ shape: [3], dtype: "f64" })];
    for (const each of parts(x, y, running)) running.emit(each);
  });
  return trace.finish([]).eqns.length;
}

const whole = (parts: EqnParts): Unbound => ({ attrs: {}, funcs: [], batch: [], spans: [], ...parts });

/** Are two equal though their hashes be the same? */
function areEqual(one: EqnParts, other: EqnParts): boolean {
  const eqns: Eqn[] = [];
  const consed = new Consed(eqns, new Map());
  consed.add(0);
  eqns.push({ ...whole(one), outs: [] });
  return consed.find(0, whole(other)) === 0;
}

const binary = (op: string, ...inputs: readonly Atom[]): EqnParts => ({ op, inputs });

/** A function of one vector. */
function unary(op: string): Func {
  const { trace, result } = runTrace(
    "g",
    (running) => running.emit({ op, inputs: [running.param({ shape: [3], dtype: "f64" })] }),
    true,
  );
  return trace.finish(result);
}

const pushed = (of: string, x: Var, dx: Var): EqnParts => ({
  op: "jvp",
  inputs: [x, dx],
  attrs: { wrt: [0] },
  funcs: [unary(of)],
});

test.each<readonly [string, number, (x: Var, y: Var) => readonly [EqnParts, EqnParts]]>([
  ["operands", 1, (x, y) => [binary("sub", x, y), binary("sub", x, y)]],
  ["operands in the other order", 2, (x, y) => [binary("sub", x, y), binary("sub", y, x)]],
  ["operands of a commutative op in the other order", 1, (x, y) => [binary("mul", x, y), binary("mul", y, x)]],
  ["one of two operands", 2, (x, y) => [binary("mul", x, y), binary("mul", x, x)]],
  ["operands but for the op", 2, (x, y) => [binary("mul", x, y), binary("add", x, y)]],
  ["number", 1, (x) => [binary("mul", x, makeLit(0.5, "f64")), binary("mul", makeLit(0.5, "f64"), x)]],
  [
    "number but for a small part",
    2,
    (x) => [binary("mul", x, makeLit(0.5, "f64")), binary("mul", x, makeLit(0.501, "f64"))],
  ],
  ["number but for its dtype", 2, (x) => [binary("mul", x, makeLit(1, "f64")), binary("mul", x, makeLit(1, "i32"))]],
  ["zero but for its sign", 2, (x) => [binary("mul", x, makeLit(0, "f64")), binary("mul", x, makeLit(-0, "f64"))]],
  ["NaN", 1, (x) => [binary("mul", x, makeLit(Number.NaN, "f64")), binary("mul", x, makeLit(Number.NaN, "f64"))]],
  [
    "attributes, in another order",
    1,
    (x) => [
      { op: "broadcastTo", inputs: [x], attrs: { shape: [2, 3], axes: [1] } },
      { op: "broadcastTo", inputs: [x], attrs: { axes: [1], shape: [2, 3] } },
    ],
  ],
  [
    "attributes but for one",
    2,
    (x) => [
      { op: "broadcastTo", inputs: [x], attrs: { shape: [2, 3], axes: [1] } },
      { op: "broadcastTo", inputs: [x], attrs: { shape: [4, 3], axes: [1] } },
    ],
  ],
  [
    "batch, in which nothing changes places",
    2,
    (x, y) => {
      const batch = [{ size: 3, mapped: [true, true] }];
      return [
        { ...binary("mul", x, y), batch },
        { ...binary("mul", y, x), batch },
      ];
    },
  ],
  [
    "batch but for which operands have it",
    2,
    (x, y) => [
      { ...binary("mul", x, y), batch: [{ size: 3, mapped: [true, true] }] },
      { ...binary("mul", x, y), batch: [] },
    ],
  ],
  [
    "batch but for its size",
    2,
    (x, y) => [
      { ...binary("mul", x, y), batch: [{ size: 2, mapped: [false, false] }] },
      { ...binary("mul", x, y), batch: [{ size: 3, mapped: [false, false] }] },
    ],
  ],
  ["functions, each made by itself", 1, (x, y) => [pushed("sin", x, y), pushed("sin", x, y)]],
  ["functions but for what these compute", 2, (x, y) => [pushed("sin", x, y), pushed("cos", x, y)]],
])("equations of equal %s are %i", (_, expected, parts) => {
  expect(
    count((x, y) => {
      const [one, other] = parts(x, y);
      expect(areEqual(one, other)).toBe(expected === 1);
      return [one, other];
    }),
  ).toBe(expected);
});

test("thousands of equations that differ in a number are found again", () => {
  const { trace } = runTrace("f", (running) => {
    const x = tensorOf(running.param({ shape: [3], dtype: "f64" }));
    for (let round = 0; round < 2; round++) for (let k = 0; k < 5000; k++) emit("mul", [x, k / 1000]);
  });
  expect(trace.finish([]).eqns.length).toBe(5000);
});

test("numbers of any magnitude lead to equations of their own", () => {
  const consed = new Consed([], new Map());
  const numbers = [2 ** -70, 1e-9, 1, 1e9, 2 ** 100].flatMap((unit) =>
    Array.from({ length: 1000 }, (_, k) => (k + 1) * unit),
  );
  const hashes = numbers.map((value) =>
    consed.hashOf({ op: "neg", inputs: [makeLit(value, "f64")], attrs: {}, funcs: [], batch: [], spans: [] }),
  );
  expect(new Set(hashes).size).toBeGreaterThan(0.99 * new Set(numbers).size);
});
