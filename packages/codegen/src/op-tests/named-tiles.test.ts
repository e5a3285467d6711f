/**
 * Named axes at sizes around those of tiles: of a whole number of tiles, one less, one more, of a few. Contractions are
 * packed and tiled, elementwise loops and reductions unrolled; what is left over runs in loops of its own, of sizes that are
 * known in the call alone. Compiled once, called at all sizes, against `eval` of the literal model within its bound.
 */
import {
  add,
  attention,
  conv1d,
  conv2d,
  crossEntropy,
  cumsum,
  div,
  einsum,
  exp,
  layerNorm,
  logSumExp,
  matmul,
  max,
  mean,
  mul,
  reshape,
  scan,
  sigmoid,
  sin,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
  variance,
} from "@tapeless/types";
import { expect, test } from "vitest";
import { type Composition, composition, titleOf } from "./testing/compositions/composition.js";
import { disagreements, type Sizes } from "./testing/naming/agreement.js";
import type { Shapes } from "./testing/naming/namings.js";

/** A model, its shapes in names, and the sizes that it is called at. */
interface Row {
  readonly given: Composition;
  readonly shapes: Shapes;
  readonly sizes: readonly Sizes[];
}

/** Each name at the sizes in turn, so that every name meets every remainder and no two agree. */
function around(names: string, sizes: readonly number[] = [7, 8, 9, 16, 17, 33, 1]): readonly Sizes[] {
  const all = names.split("");
  return sizes.map((_, row) =>
    Object.fromEntries(all.map((name, k) => [name, sizes[(row + 3 * k) % sizes.length] ?? 1])),
  );
}

const contractions: readonly Row[] = [
  {
    given: composition({
      name: "matmul",
      inputs: { x: { shape: [2, 3] }, w: { shape: [3, 4] } },
      body: ({ x, w }) => matmul(x, w),
      samples: [],
    }),
    shapes: { x: ["n", "m"], w: ["m", "k"] },
    // panels hold 256 terms of 64 rows: one block and a bit more
    sizes: [...around("nmk"), { n: 65, m: 257, k: 4 }, { n: 3, m: 9, k: 130 }],
  },
  {
    given: composition({
      name: "both sides turned, the result used twice",
      inputs: { x: { shape: [3, 2] }, w: { shape: [4, 3] } },
      body: ({ x, w }) => {
        const y = matmul(transpose(x), transpose(w));
        return mul(y, tanh(y));
      },
      samples: [],
    }),
    shapes: { x: ["m", "n"], w: ["k", "m"] },
    sizes: around("nmk"),
  },
  {
    given: composition({
      name: "a matrix times a vector, a vector times a matrix, and their dot product",
      inputs: { a: { shape: [2, 3] }, x: { shape: [3] }, y: { shape: [2] } },
      body: ({ a, x, y }) => [matmul(a, x), matmul(y, a), matmul(matmul(y, a), x)],
      samples: [],
    }),
    shapes: { a: ["n", "m"], x: ["m"], y: ["n"] },
    sizes: around("nm"),
  },
  {
    given: composition({
      name: "a batch of products, and a sum over two axes",
      inputs: { x: { shape: [2, 3, 2] }, y: { shape: [2, 2, 4] } },
      body: ({ x, y }) => [einsum("bij,bjk->bik", x, y), einsum("bij,bjk->ik", x, y)],
      samples: [],
    }),
    shapes: { x: ["b", "n", "m"], y: ["b", "m", "k"] },
    sizes: around("nmkb", [7, 2, 9, 3, 8]),
  },
  {
    given: composition({
      name: "a dense layer with bias and activation, then another and a loss",
      inputs: {
        x: { shape: [3, 2] },
        w: { shape: [2, 4] },
        b: { shape: [4] },
        v: { shape: [4, 3] },
        label: { shape: [3], dtype: "i32", below: 3 },
      },
      body: ({ x, w, b, v, label }) => mean(crossEntropy(matmul(tanh(add(matmul(x, w), b)), v), label)),
      samples: [],
    }),
    shapes: { x: ["n", "m"], w: ["m", "h"], b: ["h"], v: ["h", 3], label: ["n"] },
    sizes: around("nmh", [8, 17, 9, 33, 7, 16]),
  },
  {
    given: composition({
      name: "attention",
      inputs: { q: { shape: [3, 2] }, k: { shape: [4, 2] }, v: { shape: [4, 3] } },
      body: ({ q, k, v }) => attention(q, k, v),
      samples: [],
    }),
    shapes: { q: ["n", "d"], k: ["m", "d"], v: ["m", "e"] },
    sizes: around("nmde", [8, 7, 17, 9, 3]),
  },
];

const reductions: readonly Row[] = [
  {
    given: composition({
      name: "sums, means and the largest along each axis",
      inputs: { x: { shape: [3, 4] } },
      body: ({ x }) => [sum(x, 0), mean(x, 1), max(x, 0), max(mul(x, x), 1), sum(mul(x, sin(x)))],
      samples: [],
    }),
    shapes: { x: ["n", "m"] },
    sizes: around("nm"),
  },
  {
    given: composition({
      name: "softmax, logSumExp and variance along each axis",
      inputs: { x: { shape: [3, 4] } },
      body: ({ x }) => [softmax(x), softmax(x, 0), logSumExp(x, 1), variance(x, 0)],
      samples: [],
    }),
    shapes: { x: ["n", "m"] },
    sizes: around("nm", [7, 8, 9, 16, 17, 33]),
  },
  {
    given: composition({
      name: "layerNorm with its scale, and a sum that goes on",
      inputs: { x: { shape: [3, 4] }, w: { shape: [4] }, b: { shape: [4] } },
      body: ({ x, w, b }) => {
        const y = layerNorm(x, w, b);
        return [y, sum(mul(y, x), 1)];
      },
      samples: [],
    }),
    shapes: { x: ["n", "m"], w: ["m"], b: ["m"] },
    sizes: around("nm", [7, 8, 9, 16, 17, 33]),
  },
  {
    given: composition({
      name: "sums up to each element",
      inputs: { x: { shape: [3, 4] } },
      body: ({ x }) => [cumsum(x, 0), cumsum(mul(x, x), 1)],
      samples: [],
    }),
    shapes: { x: ["n", "m"] },
    sizes: around("nm"),
  },
  {
    given: composition({
      name: "three axes, those in the middle and outside",
      inputs: { x: { shape: [2, 3, 2] }, y: { shape: [3] } },
      body: ({ x, y }) => [sum(mul(x, reshape(y, [1, -1, 1])), 1), mean(square(x), [0, 2])],
      samples: [],
    }),
    shapes: { x: ["n", "m", "k"], y: ["m"] },
    sizes: around("nmk", [7, 8, 3, 9, 17]),
  },
];

const elementwise: readonly Row[] = [
  {
    given: composition({
      name: "a chain over a matrix, a row and a column",
      inputs: { x: { shape: [2, 3] }, row: { shape: [3] }, column: { shape: [2, 1] } },
      body: ({ x, row, column }) => {
        const y = mul(sigmoid(add(mul(x, row), column)), exp(mul(-0.5, square(x))));
        return div(sub(y, row), sqrt(add(2, square(y))));
      },
      samples: [],
    }),
    shapes: { x: ["n", "m"], row: ["m"], column: ["n", 1] },
    sizes: around("nm"),
  },
  {
    given: composition({
      name: "one long axis, and what is left of it",
      inputs: { x: { shape: [5] }, y: { shape: [5] } },
      body: ({ x, y }) => [mul(tanh(x), sigmoid(y)), sum(mul(tanh(x), y)), x],
      samples: [],
    }),
    shapes: { x: ["n"], y: ["n"] },
    sizes: around("n", [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 257]),
  },
  {
    given: composition({
      name: "f32",
      inputs: { x: { shape: [2, 3], dtype: "f32" }, w: { shape: [3, 4], dtype: "f32" } },
      body: ({ x, w }) => tanh(matmul(x, w)),
      samples: [],
    }),
    shapes: { x: ["n", "m"], w: ["m", "k"] },
    sizes: around("nmk", [7, 8, 9, 16, 17]),
  },
];

const windows: readonly Row[] = [
  {
    given: composition({
      name: "conv2d",
      inputs: { x: { shape: [1, 2, 4, 5] }, w: { shape: [2, 2, 3, 3] } },
      body: ({ x, w }) => conv2d(x, w, { padding: 1 }),
      samples: [],
    }),
    shapes: { x: ["n", "c", "h", "m"], w: ["k", "c", 3, 3] },
    sizes: [
      { n: 1, c: 1, h: 3, m: 8, k: 2 },
      { n: 2, c: 1, h: 9, m: 7, k: 1 },
      { n: 1, c: 2, h: 4, m: 17, k: 3 },
      { n: 1, c: 3, h: 8, m: 9, k: 1 },
    ],
  },
  {
    given: composition({
      name: "conv1d, an activation and a sum over places",
      inputs: { x: { shape: [2, 2, 5] }, w: { shape: [3, 2, 3] } },
      body: ({ x, w }) => {
        const y = tanh(conv1d(x, w));
        return [y, sum(y, 2)];
      },
      samples: [],
    }),
    shapes: { x: ["n", "c", "m"], w: ["k", "c", 3] },
    sizes: [
      { n: 2, c: 2, m: 9, k: 3 },
      { n: 1, c: 3, m: 18, k: 7 },
      { n: 3, c: 1, m: 35, k: 1 },
    ],
  },
];

type State = Tensor<[3], "f64">;

const loops: readonly Row[] = [
  {
    given: composition({
      name: "a recurrent net: steps, batch and state have names",
      inputs: { xs: { shape: [4, 3] }, w: { shape: [3, 3] }, h: { shape: [3] } },
      body: ({ xs, w, h }) => {
        const [last, all] = scan(
          (h: State, x: State) => {
            const next = tanh(add(matmul(h, w), x));
            return [next, mul(next, h)] as const;
          },
          h,
          xs,
        );
        return [last, all];
      },
      samples: [],
    }),
    shapes: { xs: ["t", "k"], w: ["k", "k"], h: ["k"] },
    sizes: around("tk", [7, 8, 9, 3, 17]),
  },
];

const rows = [...contractions, ...reductions, ...elementwise, ...windows, ...loops];

test.each(rows.map((row) => ({ ...row, title: titleOf(row.given) })))("$title", async ({ given, shapes, sizes }) => {
  const plan = sizes.map((at, k) => ({
    sizes: at,
    parts: k < 1 ? (["value", "first", "second"] as const) : (["value", "first"] as const),
  }));
  expect(await disagreements(given, shapes, plan)).toEqual([]);
});
