/** The oracle itself: the bound of a result covers other orders of summation, fusion and storage as floats. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../index.js";
import { type BuiltinName, builtin, builtins } from "../scalar/builtins.js";
import { applyBuiltin, unitRoundoff } from "../scalar/evaluate.js";
import { evaluateBuiltin } from "../scalar/meaning.js";
import { type ApproxTensor, exactTensor } from "./approx-tensor.js";
import { evalFunc } from "./eval.js";
import { parseFunc } from "./language.js";

const run = (text: string, ...args: readonly ApproxTensor[]): ApproxTensor => {
  const [out] = evalFunc(parseFunc(text), args);
  if (out === undefined) throw new Error("one result");
  return out;
};

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const numbers = fc.array(number, { minLength: 1, maxLength: 40 });

/** Sums pairwise, and from the end: orders that compiled code may choose. */
const pairwise = (list: readonly number[]): number =>
  list.length <= 1
    ? (list[0] ?? 0)
    : pairwise(list.slice(0, list.length >> 1)) + pairwise(list.slice(list.length >> 1));
const fromTheEnd = (list: readonly number[]): number => list.reduceRight((sum, x) => sum + x, 0);
const largestFirst = (list: readonly number[]): number =>
  [...list].sort((a, b) => Math.abs(b) - Math.abs(a)).reduce((sum, x) => sum + x, 0);

/** The other value lies within the bound around the value. */
function expectWithin(out: ApproxTensor, other: number): void {
  expect(Math.abs((out.value[0] ?? 0) - other)).toBeLessThanOrEqual((out.bound[0] ?? 0) * (1 + 1e-9));
}

describe("the bound covers", () => {
  const sum = (n: number): string => `func f(x: f64[${n}]) {\n  y: f64[] = sum(x) {axes=[0]}\n} -> (y)`;

  test("every order of a sum", () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const out = run(sum(list.length), exactTensor([list.length], "f64", list));
        for (const order of [pairwise, fromTheEnd, largestFirst]) expectWithin(out, order(list));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("every order of a dot product, and fusing what comes before and after", () => {
    const text = (n: number): string => `func f(x: f64[${n}], y: f64[${n}]) {
  a: f64[${n}] = add(x, y)
  s: f64[] = contract(a, y) {left=[0], out=[], right=[0]}
  z: f64[] = tanh(s)
} -> (z)`;
    const small = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 30 }), (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const out = run(text(x.length), exactTensor([x.length], "f64", x), exactTensor([y.length], "f64", y));
        const terms = x.map((a, k) => (a + (y[k] ?? 0)) * (y[k] ?? 0));
        for (const order of [pairwise, fromTheEnd, largestFirst]) expectWithin(out, Math.tanh(order(terms)));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("storing what lies between as floats, or not", () => {
    const text =
      "func f(x: f32[2]) {\n  a: f32[2] = exp(x)\n  b: f32[2] = mul(a, a)\n  y: f32[] = sum(b) {axes=[0]}\n} -> (y)";
    fc.assert(
      fc.property(
        fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
        (x) => {
          const stored = x.map(Math.fround);
          const out = run(text, exactTensor([2], "f32", stored));
          const keep = (value: number): number => Math.fround(value);
          const squares = stored.map((value) => keep(keep(Math.exp(value)) ** 2));
          expectWithin(out, keep((squares[0] ?? 0) + (squares[1] ?? 0)));
          expectWithin(
            out,
            stored.reduce((total, value) => total + Math.exp(value) ** 2, 0),
          );
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  test("rows that are added to in memory, in any order", () => {
    const thousandths = fc.integer({ min: -1e6, max: 1e6 }).map((k) => k / 1000);
    const text = (n: number): string => `func f(x: f32[1], i: i32[${n}], u: f32[${n}]) {
  y: f32[1] = scatterAdd(x, i, u)
} -> (y)`;
    fc.assert(
      fc.property(thousandths, fc.array(thousandths, { minLength: 1, maxLength: 40 }), (base, list) => {
        const updates = list.map(Math.fround);
        const args = [
          exactTensor([1], "f32", [Math.fround(base)]),
          exactTensor(
            [updates.length],
            "i32",
            updates.map(() => 0),
          ),
          exactTensor([updates.length], "f32", updates),
        ];
        const out = run(text(updates.length), ...args);
        for (const order of [updates, updates.toReversed(), updates.toSorted((a, b) => a - b)])
          expectWithin(
            out,
            order.reduce((sum, x) => Math.fround(sum + x), Math.fround(base)),
          );
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test("an operand anywhere in its interval, for every builtin", () => {
    const operand = fc.record({
      value: fc.double({ min: -4, max: 4, noNaN: true }),
      bound: fc.constantFrom(0, 1e-12, 1e-6),
    });
    // Remainders jump at every multiple of their divisor, of which there may be any number in an interval about 0.
    const jumpy: readonly BuiltinName[] = ["rem", "mod"];
    const names = (Object.keys(builtins) as BuiltinName[]).filter((name) => !jumpy.includes(name));
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.tuple(operand, operand, operand),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (name, all, t) => {
          const args = all.slice(0, builtin(name).arity);
          const { value, bound } = applyBuiltin(name, "f64", args);
          const moved = evaluateBuiltin(
            name,
            "f64",
            // What is exact does not move: -0 + 0 would be 0, and the angle of (0, -0) is π away from that of (0, 0).
            args.map((arg) => (arg.bound === 0 ? arg.value : arg.value + t * arg.bound)),
          );
          if (Number.isNaN(moved) || !Number.isFinite(bound)) return;
          const rounding = 4 * unitRoundoff.f64 * (Math.abs(moved) + Math.abs(value));
          expect(Math.abs(moved - value), `${name} ${JSON.stringify(args)}`).toBeLessThanOrEqual(bound + rounding);
        },
      ),
      { seed: 4, numRuns: 5000 },
    );
  });

  test("a choice that hangs on a rounding", () => {
    // 0.1 + 0.2 is 0.3 or a little more, by the order of the sum: both branches are possible.
    const text = `func f(x: f64[3]) {
  s: f64[] = sum(x) {axes=[0]}
  c: bool[] = greater(s, 0.6:f64)
  y: f64[] = where(c, 1:f64, 0:f64)
} -> (y)`;
    const terms = [0.1, 0.2, 0.3];
    const out = run(text, exactTensor([3], "f64", terms));
    const [first, second] = [terms.reduce((sum, x) => sum + x, 0), fromTheEnd(terms)];
    expect(first > 0.6).not.toBe(second > 0.6);
    for (const sum of [first, second]) expectWithin(out, sum > 0.6 ? 1 : 0);
  });
});

test("integers are exact, and so is what is chosen by them", () => {
  const text = `func f(i: i32[2]) {
  n: i32[] = sum(i) {axes=[0]}
  c: bool[] = greater(n, 0:i32)
  y: i32[] = where(c, n, 5:i32)
} -> (n, c, y)`;
  const outs = evalFunc(parseFunc(text), [exactTensor([2], "i32", [1, 0])]);
  expect(outs.map(({ value, bound }) => [...value, ...bound])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
});

describe("an index out of range", () => {
  const text = (attrs: string) => `func f(x: f64[2], i: i32[1]) {\n  y: f64[1] = gather(x, i)${attrs}\n} -> (y)`;
  const at = (index: number, attrs = "") =>
    run(text(attrs), exactTensor([2], "f64", [1, 2]), exactTensor([1], "i32", [index])).value[0];

  test("picks zeros", () => {
    expect([-1, 0, 1, 2].map((index) => at(index))).toEqual([0, 1, 2, 0]);
  });

  test("is an error that says where, if the program promises that there is none", () => {
    const promise = " {inRange=true}";
    expect(() => at(2, promise)).toThrow("gather: index 2 is out of range for axis 0 of size 2");
    expect(() => at(-1, promise)).toThrow("gather: index -1 is out of range for axis 0 of size 2");
  });
});
