import { type Eqn, makeVar } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { productFormula } from "./contraction-formula.js";

/** A contraction by its labels, as text with operands a and b. */
function written(left: readonly number[], right: readonly number[], out: readonly number[]): string {
  const operand = (labels: readonly number[]) => makeVar({ shape: labels.map(() => 3), dtype: "f64" });
  const attrs = { left, right, out };
  const inputs = [operand(left), operand(right)];
  const eqn: Eqn = { op: "contract", inputs, attrs, funcs: [], batch: [], outs: [operand(out)], spans: [] };
  const { order, transposed } = productFormula(eqn);
  return order.map((k, place) => `${k === 0 ? "a" : "b"}${transposed[place] ? "ᵀ" : ""}`).join("·");
}

const cases = [
  {
    text: "a·b",
    labels: [
      [0, 1],
      [1, 2],
      [0, 2],
    ],
  },
  {
    text: "aᵀ·b",
    labels: [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  },
  {
    text: "a·bᵀ",
    labels: [
      [0, 2],
      [1, 2],
      [0, 1],
    ],
  },
  {
    text: "b·aᵀ",
    labels: [
      [0, 1],
      [2, 1],
      [2, 0],
    ],
  },
  { text: "aᵀ·b", labels: [[0, 1], [0], [1]] },
  { text: "a·b", labels: [[0, 1], [1], [0]] },
  { text: "a·b", labels: [[1], [1, 2], [2]] },
  { text: "b·a", labels: [[2], [1, 2], [1]] },
  { text: "a·b", labels: [[0], [0], []] },
  { text: "a·bᵀ", labels: [[0], [1], [0, 1]] },
  { text: "b·aᵀ", labels: [[0], [1], [1, 0]] },
  {
    text: "a·b",
    labels: [
      [3, 0, 1],
      [3, 1, 2],
      [3, 0, 2],
    ],
  },
] as const;

test.each(cases)("$labels is $text", ({ text, labels: [left, right, out] }) => {
  expect(written(left, right, out)).toBe(text);
});
