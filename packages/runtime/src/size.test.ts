import { expect, test } from "vitest";
import { sizeOf } from "./size.js";

test.each([
  [784, 784],
  ["n", 3],
  ["2*n*m+1", 31],
  ["-n + m*m", 22],
  ["n*n-2", 7],
  ["7", 7],
  ["zero*n", 0],
])("%s is %i", (dim, size) => {
  expect(sizeOf(dim, { n: 3, m: 5, zero: 0 })).toBe(size);
});

test.each([
  ["k", 'no size given for dimension "k": pass it as { sizes: { k: … } }'],
  ["n*k", 'no size given for dimension "k" of "n*k"'],
  ["toString", 'no size given for dimension "toString"'],
  ["2-n", 'dimension "2-n" is -1, expected a whole number ≥ 0'],
  ["half", 'dimension "half" is 0.5, expected a whole number ≥ 0'],
  ["n**2", 'cannot read the dimension "n**2"'],
  ["", 'cannot read the dimension ""'],
  [-1, 'dimension "-1" is -1'],
])("%s is an error", (dim, message) => {
  expect(() => sizeOf(dim, { n: 3, half: 0.5 })).toThrow(message);
});
