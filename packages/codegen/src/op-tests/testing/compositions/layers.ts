/** Linear layers, attention and recurrent cells, compared with plain loops over numbers. */
import {
  attention,
  embedding,
  gruCell,
  linear,
  lstmCell,
  multiHeadAttention,
  rnnCell,
  rotaryEmbedding,
  slice,
  type Tensor,
} from "@tapeless/types";
import { type Composition, composition } from "./composition.js";
import { attentionOf, linearOf, numbers, sigmoidOf, table } from "./plain.js";

const x = table(2, 3);
const w = table(2, 3, 40);
const bias = numbers(2, 70);

const linears: readonly Composition[] = [
  composition({
    name: "linear",
    inputs: { x: { shape: [2, 3] }, w: { shape: [2, 3] }, b: { shape: [2] } },
    body: ({ x, w, b }) => linear(x, w, b),
    samples: [{ in: { x, w, b: bias }, out: x.map((row) => linearOf(row, w, bias)) }],
  }),
  composition({
    name: "linear",
    title: "of a vector, without bias",
    inputs: { x: { shape: [3] }, w: { shape: [2, 3] } },
    body: ({ x, w }) => linear(x, w),
    samples: [{ in: { x: [1, 2, 3], w }, out: linearOf([1, 2, 3], w) }],
  }),
  composition({
    name: "linear",
    title: "of a batch of matrices",
    inputs: { x: { shape: [2, 1, 3] }, w: { shape: [2, 3] }, b: { shape: [2] } },
    body: ({ x, w, b }) => linear(x, w, b),
    samples: [{ in: { x: x.map((row) => [row]), w, b: bias }, out: x.map((row) => [linearOf(row, w, bias)]) }],
  }),
  composition({
    name: "embedding",
    inputs: { table: { shape: [3, 2] }, at: { shape: [2, 2], dtype: "i32", below: 3 } },
    body: ({ table, at }) => embedding(table, at),
    samples: [
      {
        in: {
          table: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          at: [
            [2, 0],
            [2, 2],
          ],
        },
        out: [
          [
            [5, 6],
            [1, 2],
          ],
          [
            [5, 6],
            [5, 6],
          ],
        ],
      },
    ],
  }),
];

const [q, k, v] = [table(3, 2), table(4, 2, 10), table(4, 3, 30)];
const qkv = { q: { shape: [3, 2] }, k: { shape: [4, 2] }, v: { shape: [4, 3] } } as const;
const root = Math.SQRT1_2;

const attentions: readonly Composition[] = [
  composition({
    name: "attention",
    inputs: qkv,
    body: ({ q, k, v }) => attention(q, k, v),
    samples: [{ in: { q, k, v }, out: attentionOf(q, k, v, root) }],
  }),
  composition({
    name: "attention",
    title: "causal, with a scale",
    inputs: qkv,
    body: ({ q, k, v }) => attention(q, k, v, { causal: true, scale: 0.5 }),
    samples: [
      { in: { q, k, v }, out: attentionOf(q, k, v, 0.5, (i, j) => j <= i) },
      // Scores of ±1e4 leave one key for each query: of the two that the last one sees the second is behind.
      {
        in: {
          q: [
            [1e4, 0],
            [1e4, 0],
            [0, -1e4],
          ],
          k: [
            [1, 0],
            [2, 1],
            [0, 2],
            [9, 9],
          ],
          v,
        },
        out: [v[0] ?? [], v[1] ?? [], v[0] ?? []],
      },
    ],
  }),
  composition({
    name: "attention",
    title: "with a mask of truth values, one query seeing nothing",
    inputs: { ...qkv, mask: { shape: [3, 4], dtype: "bool" } },
    body: ({ q, k, v, mask }) => attention(q, k, v, { mask }),
    samples: [
      {
        in: {
          q,
          k,
          v,
          mask: [
            [1, 0, 1, 0],
            [0, 0, 0, 0],
            [0, 1, 1, 1],
          ],
        },
        out: attentionOf(
          q,
          k,
          v,
          root,
          (i, j) =>
            [
              [1, 0, 1, 0],
              [0, 0, 0, 0],
              [0, 1, 1, 1],
            ][i]?.[j] === 1,
        ),
      },
    ],
  }),
  composition({
    name: "attention",
    title: "with numbers as mask, and batches that broadcast",
    inputs: { q: { shape: [2, 1, 3, 2] }, k: { shape: [4, 2] }, v: { shape: [1, 2, 4, 3] }, mask: { shape: [4] } },
    body: ({ q, k, v, mask }) => attention(q, k, v, { mask }),
    samples: [
      {
        in: { q: [[q], [q]], k, v: [[v, v]], mask: [0, 0, 0, -1e4] },
        out: [0, 1].map(() => [0, 1].map(() => attentionOf(q, k, v, root, (_, j) => j < 3))),
      },
    ],
  }),
];

const [wq, wk, wv, wo] = [table(4, 3, 5), table(4, 3, 105), table(4, 3, 205), table(2, 4, 305)];
const [bq, bk, bv, bo] = [numbers(4, 400), numbers(4, 500), numbers(4, 600), numbers(2, 700)];
const sequence = table(3, 3, 900);
const pair = sequence.slice(0, 2);

/** Two heads of two features each, side by side, and the last layer; biases are taken `biased` times. */
function twoHeads(seen: (i: number, j: number) => boolean, rows = sequence, biased = 1): number[][] {
  const times = (b: readonly number[]) => b.map((value) => biased * value);
  const [queries, keys, values] = [
    rows.map((row) => linearOf(row, wq, times(bq))),
    rows.map((row) => linearOf(row, wk, times(bk))),
    rows.map((row) => linearOf(row, wv, times(bv))),
  ];
  const head = (at: number) => {
    const part = (all: readonly (readonly number[])[]) => all.map((row) => row.slice(at, at + 2));
    return attentionOf(part(queries), part(keys), part(values), root, seen);
  };
  const [first, second] = [head(0), head(2)];
  return first.map((row, i) => linearOf([...row, ...(second[i] ?? [])], wo, times(bo)));
}

/** Weights of queries, keys and values below each other: few inputs, for `vmap` is tried with every choice of them. */
const weightsOf = (w: Tensor<[12, 3], "f64">) => [slice(w, 0, 0, 4), slice(w, 0, 4, 8), slice(w, 0, 8, 12)] as const;
const biasesOf = (b: Tensor<[12], "f64">) => [slice(b, 0, 0, 4), slice(b, 0, 4, 8), slice(b, 0, 8, 12)] as const;
const packed = { w: [...wq, ...wk, ...wv], b: [...bq, ...bk, ...bv], wo, bo };

const heads: readonly Composition[] = [
  composition({
    name: "multiHeadAttention",
    inputs: {
      x: { shape: [3, 3] },
      w: { shape: [12, 3] },
      b: { shape: [12] },
      wo: { shape: [2, 4] },
      bo: { shape: [2] },
    },
    body: ({ x, w, b, wo, bo }) => {
      const [[qw, kw, vw], [qb, kb, vb]] = [weightsOf(w), biasesOf(b)];
      const params = { q: { w: qw, b: qb }, k: { w: kw, b: kb }, v: { w: vw, b: vb }, out: { w: wo, b: bo } };
      return multiHeadAttention(x, x, x, params, { heads: 2, causal: true });
    },
    samples: [{ in: { x: sequence, ...packed }, out: twoHeads((i, j) => j <= i) }],
  }),
  composition({
    name: "multiHeadAttention",
    title: "of batches, with a mask",
    inputs: {
      x: { shape: [2, 2, 3] },
      w: { shape: [12, 3] },
      wo: { shape: [2, 4] },
      mask: { shape: [2, 1, 2], dtype: "bool" },
    },
    body: ({ x, w, wo, mask }) => {
      const [q, k, v] = weightsOf(w);
      return multiHeadAttention(x, x, x, { q: { w: q }, k: { w: k }, v: { w: v }, out: { w: wo } }, { heads: 2, mask });
    },
    samples: [
      {
        in: { x: [pair, pair], w: packed.w, wo, mask: [[[1, 0]], [[1, 1]]] },
        out: [twoHeads((_, j) => j !== 1, pair, 0), twoHeads(() => true, pair, 0)],
      },
    ],
  }),
];

const [angle, slow] = [1, 0.01];
const turn = (a: number, b: number, t: number): [number, number] => [
  a * Math.cos(t) - b * Math.sin(t),
  b * Math.cos(t) + a * Math.sin(t),
];

const rotary: readonly Composition[] = [
  composition({
    name: "rotaryEmbedding",
    inputs: { x: { shape: [2, 4] } },
    body: ({ x }) => rotaryEmbedding(x),
    samples: [
      {
        in: {
          x: [
            [1, 2, 3, 4],
            [5, 6, 7, 8],
          ],
        },
        out: [
          [1, 2, 3, 4],
          [turn(5, 7, angle)[0], turn(6, 8, slow)[0], turn(5, 7, angle)[1], turn(6, 8, slow)[1]],
        ],
      },
    ],
  }),
  composition({
    name: "rotaryEmbedding",
    title: "of neighbours, at given positions, with another base",
    inputs: { x: { shape: [2, 1, 4] }, at: { shape: [1], dtype: "i32", below: 9 } },
    body: ({ x, at }) => rotaryEmbedding(x, { positions: at, interleaved: true, base: 25 }),
    samples: [
      {
        in: { x: [[[1, 2, 3, 4]], [[5, 6, 7, 8]]], at: [3] },
        out: [[[...turn(1, 2, 3), ...turn(3, 4, 0.6)]], [[...turn(5, 6, 3), ...turn(7, 8, 0.6)]]],
      },
    ],
  }),
];

const h = table(2, 2, 15);
const c = table(2, 2, 25);

/** x wxᵀ + bx and h whᵀ + bh for one example, cut into gates of two features. */
function gatesOf(n: number, gates: number, from: number): { x: number[][]; h: number[][] } {
  const cut = (all: readonly number[]) => Array.from({ length: gates }, (_, g) => all.slice(2 * g, 2 * g + 2));
  const rows = 2 * gates;
  return {
    x: cut(linearOf(x[n] ?? [], table(rows, 3, from), numbers(rows, from + 200))),
    h: cut(linearOf(h[n] ?? [], table(rows, 2, from + 100), numbers(rows, from + 300))),
  };
}

const sample = (gates: number, from: number) => ({
  x,
  h,
  wx: table(2 * gates, 3, from),
  wh: table(2 * gates, 2, from + 100),
  bx: numbers(2 * gates, from + 200),
  bh: numbers(2 * gates, from + 300),
});

/** Both biases of a gate as one. */
const oneBias = (gates: number, from: number): number[] =>
  numbers(2 * gates, from + 200).map((value, k) => value + (numbers(2 * gates, from + 300)[k] ?? 0));

const at = (values: readonly (readonly number[])[], gate: number, feature: number): number =>
  values[gate]?.[feature] ?? 0;

const lstmOf = [0, 1].map((n) => {
  const parts = gatesOf(n, 4, 1000);
  const cells = [0, 1].map((j) => {
    const z = [0, 1, 2, 3].map((g) => at(parts.x, g, j) + at(parts.h, g, j));
    const [i = 0, f = 0, g = 0, o = 0] = z;
    const next = sigmoidOf(f) * at(c, n, j) + sigmoidOf(i) * Math.tanh(g);
    return { h: sigmoidOf(o) * Math.tanh(next), c: next };
  });
  return { h: cells.map((cell) => cell.h), c: cells.map((cell) => cell.c) };
});

const gruOf = [0, 1].map((n) => {
  const parts = gatesOf(n, 3, 2000);
  return [0, 1].map((j) => {
    const r = sigmoidOf(at(parts.x, 0, j) + at(parts.h, 0, j));
    const z = sigmoidOf(at(parts.x, 1, j) + at(parts.h, 1, j));
    const fresh = Math.tanh(at(parts.x, 2, j) + r * at(parts.h, 2, j));
    return (1 - z) * fresh + z * at(h, n, j);
  });
});

const rnnOf = [0, 1].map((n) => {
  const parts = gatesOf(n, 1, 3000);
  return [0, 1].map((j) => at(parts.x, 0, j) + at(parts.h, 0, j));
});

const cells: readonly Composition[] = [
  composition({
    name: "lstmCell",
    inputs: {
      x: { shape: [2, 3] },
      h: { shape: [2, 2] },
      wx: { shape: [8, 3] },
      wh: { shape: [8, 2] },
      c: { shape: [2, 2] },
      b: { shape: [8] },
    },
    body: ({ x, h, c, wx, wh, b }) => lstmCell(x, { h, c }, { wx, wh, b }),
    samples: [
      {
        in: { ...sample(4, 1000), c, b: oneBias(4, 1000) },
        out: [lstmOf.map((one) => one.h), lstmOf.map((one) => one.c)],
      },
    ],
  }),
  composition({
    name: "gruCell",
    inputs: {
      x: { shape: [2, 3] },
      h: { shape: [2, 2] },
      wx: { shape: [6, 3] },
      wh: { shape: [6, 2] },
      bx: { shape: [6] },
      bh: { shape: [6] },
    },
    body: ({ x, h, ...params }) => gruCell(x, h, params),
    samples: [{ in: sample(3, 2000), out: gruOf }],
  }),
  composition({
    name: "rnnCell",
    inputs: {
      x: { shape: [2, 3] },
      h: { shape: [2, 2] },
      wx: { shape: [2, 3] },
      wh: { shape: [2, 2] },
      b: { shape: [2] },
    },
    body: ({ x, h, wx, wh, b }) => rnnCell(x, h, { wx, wh, b }),
    samples: [
      { in: { ...sample(1, 3000), b: oneBias(1, 3000) }, out: rnnOf.map((row) => row.map((z) => Math.tanh(z))) },
    ],
  }),
  composition({
    name: "rnnCell",
    title: "of a vector, with relu",
    inputs: { x: { shape: [2] }, h: { shape: [1] }, wx: { shape: [1, 2] }, wh: { shape: [1, 1] } },
    body: ({ x, h, ...params }) => rnnCell(x, h, params, { activation: "relu" }),
    samples: [{ in: { x: [1, 2], h: [3], wx: [[-1, 0.5]], wh: [[2]] }, out: [6] }],
  }),
];

export const layers: readonly Composition[] = [linears, attentions, heads, rotary, cells].flat();
