/** Roots of equal forms are studied once: what is then said of the others is what their own study says, and no other roots count as equal. */
import { cast, type DType, f32, fn, mul, type Shape, sin, slice, sub, sum, type Tensor, tanh } from "@tapeless/types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf } from "../../ir/kernel/cost.js";
import { compilable, scalarGraph, transformer } from "../../pipeline/testing/large-models.js";
import { randomFunc } from "../testing/random-func.js";
import { indexText, type Region } from "./region.js";
import { settle } from "./settle.js";
import { type Solo, studyRoot } from "./solo.js";
import { regionOf, regionOfFn } from "./testing/region-of.js";

/** All that a study says, in words that compare. */
function told(region: Region, { index, isLoad, reads, instances, unsafe, cost }: Solo): object {
  const numberOf = region.numberOf.bind(region);
  return {
    index: indexText(index),
    isLoad,
    reads: reads.map((read) => [numberOf(read.value), indexText(read.index), read.isOwn]),
    instances: instances.map(({ value, at, parent, expr, repeated, ...place }) => [
      [numberOf(value), at, indexText(place.index)],
      [parent === undefined ? undefined : numberOf(parent), costOf(expr), repeated],
    ]),
    unsafe: unsafe.map(numberOf),
    cost,
  };
}

/** Checks what is known of the roots of a region; gives how many they are, and how many of them were studied. */
function checkStudies(region: Region): { readonly roots: number; readonly studied: number } {
  const { collected, studied } = settle(region);
  for (const solo of collected.solos.values())
    expect(told(region, solo)).toEqual(told(region, studyRoot(region, solo.root)));
  return { roots: collected.solos.size, studied };
}

describe("what is said of a root is what its own study says", () => {
  test("in random functions", () => {
    const choice = fc.tuple(fc.nat(9), fc.nat(30), fc.nat(60));
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 24 }), fc.integer({ min: 1, max: 4 }), (choices, outs) => {
        checkStudies(regionOf(randomFunc(choices, outs)));
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  test("in a chain of random scalar operations, most of whose roots are equal", () => {
    const { roots, studied } = checkStudies(regionOfFn(scalarGraph(1500)));
    expect(studied).toBeLessThan(roots);
  });

  test("in equal blocks", () => {
    checkStudies(regionOfFn(transformer({ blocks: 3, width: 16, heads: 2, tokens: 8 })));
  });
});

type Matrix = Tensor<[3, 3], "f32">;
type Make = (x: Matrix, y: Matrix) => Tensor<Shape, DType>;

/** Looks that a function takes that makes two values, each of operands of its own. */
function looksAt(one: Make, other: Make): number {
  const matrix = f32([3, 3]);
  const both = fn({ x: matrix, y: matrix, z: matrix, w: matrix }, ({ x, y, z, w }) => ({
    one: one(x, y),
    other: other(z, w),
  }));
  return settle(regionOfFn(compilable(both))).studied;
}

test.each<readonly [string, Make]>([
  ["an element", (x, y) => tanh(mul(x, y))],
  ["a sum", (x, y) => sum(mul(x, y), [0])],
  ["one operand twice", (x) => mul(x, tanh(x))],
])("values that differ in their operands alone take one look: %s", (_, make) => {
  expect(looksAt(make, make)).toBe(1);
});

test.each<readonly [string, Make, Make]>([
  ["which operands are one", (x, y) => mul(tanh(x), y), (x) => mul(tanh(x), x)],
  ["the order of operands", (x, y) => sub(tanh(x), y), (x, y) => sub(y, tanh(x))],
  ["a number", (x) => mul(x, 2), (x) => mul(x, 3)],
  ["the function", (x) => tanh(x), (x) => sin(x)],
  ["what is inside", (x) => mul(tanh(x), x), (x) => mul(sin(x), x)],
  ["an attribute", (x) => sum(x, [0]), (x) => sum(x, [1])],
  ["the shape", (x) => tanh(x), (x) => tanh(slice(x, 0, 0, 2))],
  ["the dtype", (x) => mul(x, 2), (x) => mul(cast(x, "f64"), 2)],
])("others take a look each: they differ in %s", (_, one, other) => {
  expect(looksAt(one, other)).toBe(2);
});

test("a value that is stored and one that is not are not the same to their readers", () => {
  const both = fn({ x: f32([3, 3]), z: f32([3, 3]) }, ({ x, z }) => {
    const stored = tanh(x);
    return { stored, one: mul(stored, 2), other: mul(tanh(z), 2) };
  });
  expect(settle(regionOfFn(compilable(both))).studied).toBe(3);
});
