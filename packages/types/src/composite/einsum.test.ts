/** Einsum against its definition: the sum over all values of all letters, with no cleverness. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { exactTensor } from "../graph/approx-tensor.js";
import { runTrace } from "../graph/emit.js";
import { evalFunc } from "../graph/eval.js";
import { atomOf, type TracedTensor, tensorOf } from "../graph/tensor.js";
import { einsum } from "../index.js";
import type { AnyTensor } from "../shape/tensor.js";

/** Sizes of the letters; small primes and 1, so that a mixed up axis shows. */
const sizeOf: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, D: 2, e: 4 };
const letters = Object.keys(sizeOf);

const sizesOf = (term: string): readonly number[] => [...term].map((letter) => sizeOf[letter] ?? 1);
const countOf = (term: string): number => sizesOf(term).reduce((a, b) => a * b, 1);

/** Whole numbers from a position: products of a few stay exact. */
const dataOf = (term: string, k: number): readonly number[] =>
  Array.from({ length: countOf(term) }, (_, at) => ((at * 7 + k * 3) % 11) - 5);

type Values = Readonly<Record<string, number>>;

/** Where an operand has the element for given values of the letters. */
const positionOf = (term: string, values: Values): number =>
  [...term].reduce((at, letter) => at * (sizeOf[letter] ?? 1) + (values[letter] ?? 0), 0);

function byDefinition(terms: readonly string[], result: string): readonly number[] {
  const all = [...new Set([...terms.join("")])];
  const out = Array.from({ length: countOf(result) }, () => 0);
  const visit = (rest: readonly string[], values: Values): void => {
    const [letter, ...others] = rest;
    if (letter === undefined) {
      const product = terms.reduce((p, term, k) => p * (dataOf(term, k)[positionOf(term, values)] ?? 0), 1);
      const at = positionOf(result, values);
      out[at] = (out[at] ?? 0) + product;
      return;
    }
    for (let value = 0; value < (sizeOf[letter] ?? 1); value++) visit(others, { ...values, [letter]: value });
  };
  visit(all, {});
  return out;
}

/** The language's einsum for equations that are not known to the compiler. */
const anyEinsum = einsum as unknown as (equation: string, ...operands: readonly AnyTensor[]) => TracedTensor; // shapes are judged at run time

function computed(equation: string, terms: readonly string[]) {
  const { trace, result } = runTrace("f", (running) => {
    const operands = terms.map((term) => tensorOf(running.param({ shape: sizesOf(term), dtype: "f64" })));
    return anyEinsum(equation, ...operands);
  });
  const args = terms.map((term, k) => exactTensor(sizesOf(term), "f64", dataOf(term, k)));
  const [out] = evalFunc(trace.finish([atomOf(result, "einsum")]), args);
  return { shape: out?.shape, value: [...(out?.value ?? [])].map((x) => x + 0) };
}

const term = fc.array(fc.constantFrom(...letters), { maxLength: 3 }).map((list) => list.join(""));

test("is the sum of products over all letters, in any order of contraction", () => {
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.boolean()), (terms, keep) => {
      const present = [...new Set([...terms.join("")])];
      const result = present.filter(() => keep.next().value).join("");
      const got = computed(`${terms.join(",")}->${result}`, terms);
      expect(got).toEqual({ shape: sizesOf(result), value: byDefinition(terms, result) });
    }),
    { numRuns: 150 },
  );
});

test("without -> the letters that stand once are left, in order, capitals first", () => {
  expect(computed("ba,aD", ["ba", "aD"])).toEqual({ shape: [2, 3], value: byDefinition(["ba", "aD"], "Db") });
});

test("the cheapest order is taken: a chain of matrices meets a vector from its end", () => {
  const { trace } = runTrace("f", (running) => {
    const param = (...shape: number[]) => tensorOf(running.param({ shape, dtype: "f64" }));
    const operands = [param(50, 60), param(60, 70), param(70, 80), param(80)];
    return anyEinsum("ab,bc,cd,d->a", ...operands);
  });
  const { eqns } = trace.finish([]);
  expect(eqns.map(({ op, outs }) => [op, outs[0]?.shape])).toEqual([
    ["contract", [70]],
    ["contract", [60]],
    ["contract", [50]],
  ]);
});
