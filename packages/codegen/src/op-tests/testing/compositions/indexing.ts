/** Picking and placing at indices. Samples are worked out by hand. */
import {
  add,
  cast,
  dynamicSlice,
  dynamicUpdateSlice,
  gatherND,
  mul,
  putAlongAxis,
  scan,
  scatterND,
  sin,
  take,
} from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
];

export const indexing: readonly Composition[] = [
  composition({
    name: "take",
    inputs: { x: { shape: [2, 3] }, at: { shape: [4], dtype: "i32", below: 3 } },
    body: ({ x, at }) => take(x, at, 1),
    samples: [
      {
        in: { x: matrix, at: [2, 0, 0, 1] },
        out: [
          [3, 1, 1, 2],
          [6, 4, 4, 5],
        ],
      },
    ],
  }),
  composition({
    name: "take",
    title: "of indices with two axes",
    inputs: { x: { shape: [2, 3, 2] }, at: { shape: [2, 1], dtype: "i32", below: 3 } },
    body: ({ x, at }) => take(x, at, -2),
    samples: [
      {
        in: {
          x: [
            [
              [1, 2],
              [3, 4],
              [5, 6],
            ],
            [
              [7, 8],
              [9, 10],
              [11, 12],
            ],
          ],
          at: [[2], [0]],
        },
        out: [
          [[[5, 6]], [[1, 2]]],
          [[[11, 12]], [[7, 8]]],
        ],
      },
    ],
  }),
  composition({
    name: "putAlongAxis",
    inputs: { x: { shape: [2, 3] }, source: { shape: [2, 1] } },
    body: ({ x, source }) => putAlongAxis(x, cast(mul(source, 0), "i32"), source),
    samples: [
      {
        in: { x: matrix, source: [[7], [8]] },
        out: [
          [7, 2, 3],
          [8, 5, 6],
        ],
      },
    ],
  }),
  composition({
    name: "putAlongAxis",
    title: "less than there is on the other axis",
    inputs: { x: { shape: [2, 3] }, at: { shape: [1, 3], dtype: "i32", below: 2 }, source: { shape: [1, 3] } },
    body: ({ x, at, source }) => putAlongAxis(x, at, source, 0),
    samples: [
      {
        in: { x: matrix, at: [[1, 0, 1]], source: [[7, 8, 9]] },
        out: [
          [1, 8, 3],
          [7, 5, 9],
        ],
      },
    ],
  }),
  composition({
    name: "gatherND",
    inputs: { x: { shape: [2, 3] }, at: { shape: [3, 2], dtype: "i32", below: 2 } },
    body: ({ x, at }) => gatherND(x, at),
    samples: [
      {
        in: {
          x: matrix,
          at: [
            [0, 2],
            [1, 0],
            [1, 3], // outside
          ],
        },
        out: [3, 4, 0],
      },
    ],
  }),
  composition({
    name: "gatherND",
    title: "of rows",
    inputs: { x: { shape: [2, 3] }, at: { shape: [3, 1], dtype: "i32", below: 2 } },
    body: ({ x, at }) => gatherND(x, at),
    samples: [
      {
        in: { x: matrix, at: [[1], [0], [1]] },
        out: [
          [4, 5, 6],
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    ],
  }),
  composition({
    name: "scatterND",
    inputs: { x: { shape: [2, 3] }, at: { shape: [1, 2], dtype: "i32", below: 2 }, u: { shape: [1] } },
    body: ({ x, at, u }) => scatterND(x, at, u),
    samples: [
      {
        in: { x: matrix, at: [[1, 2]], u: [7] },
        out: [
          [1, 2, 3],
          [4, 5, 7],
        ],
      },
    ],
  }),
  composition({
    name: "scatterND",
    title: "adding rows",
    inputs: { x: { shape: [2, 3] }, at: { shape: [2, 1], dtype: "i32", below: 2 }, u: { shape: [2, 3] } },
    body: ({ x, at, u }) => scatterND(x, at, u, { add: true }),
    samples: [
      {
        in: {
          x: matrix,
          at: [[1], [1]],
          u: [
            [10, 20, 30],
            [100, 200, 300],
          ],
        },
        out: [
          [1, 2, 3],
          [114, 225, 336],
        ],
      },
    ],
  }),
  composition({
    name: "dynamicSlice",
    title: "of a product, at a computed place that is moved inside",
    inputs: { x: { shape: [3, 4] }, k: { shape: [], dtype: "i32", below: 5 } },
    body: ({ x, k }) => mul(dynamicSlice(mul(x, x), [add(k, -1), k], [2, 2]), 2),
    samples: [
      {
        in: {
          x: [
            [1, 2, 3, 4],
            [5, 6, 7, 8],
            [9, 10, 11, 12],
          ],
          k: 0,
        },
        out: [
          [2, 8],
          [50, 72],
        ],
      },
      {
        in: {
          x: [
            [1, 2, 3, 4],
            [5, 6, 7, 8],
            [9, 10, 11, 12],
          ],
          k: 4,
        },
        out: [
          [98, 128],
          [242, 288],
        ],
      },
    ],
  }),
  composition({
    name: "dynamicUpdateSlice",
    title: "made of what it overwrites",
    inputs: { x: { shape: [4, 2] }, y: { shape: [1, 2] }, k: { shape: [], dtype: "i32", below: 4 } },
    body: ({ x, y, k }) => dynamicUpdateSlice(mul(x, x), mul(y, dynamicSlice(x, [k, 0], [1, 2])), [k, 0]),
    samples: [
      {
        in: {
          x: [
            [1, 2],
            [3, 4],
            [5, 6],
            [7, 8],
          ],
          y: [[10, 20]],
          k: 2,
        },
        out: [
          [1, 4],
          [9, 16],
          [50, 120],
          [49, 64],
        ],
      },
    ],
  }),
  composition({
    name: "dynamicUpdateSlice",
    title: "in a loop: each row of the one before it, and a row beside it",
    inputs: { x: { shape: [4, 2] }, ks: { shape: [3], dtype: "i32", below: 4 } },
    body: ({ x, ks }) => {
      const [last, rows] = scan(
        (table, k) => {
          const before = dynamicSlice(table, [add(k, -1), 0], [1, 2]);
          const next = dynamicUpdateSlice(table, add(before, mul(2, dynamicSlice(x, [k, 0], [1, 2]))), [k, 0]);
          return [next, sin(dynamicSlice(next, [0, 1], [4, 1]))] as const;
        },
        mul(x, x),
        ks,
      );
      return [last, rows] as const;
    },
    samples: [],
  }),
  composition({
    name: "dynamicUpdateSlice",
    title: "two rows that change places in every step",
    inputs: { x: { shape: [4, 2] }, ks: { shape: [3], dtype: "i32", below: 4 } },
    body: ({ x, ks }) => {
      const [last] = scan(
        (table, k) => {
          const [one, other] = [dynamicSlice(table, [k, 0], [1, 2]), dynamicSlice(table, [0, 0], [1, 2])];
          const half = dynamicUpdateSlice(table, other, [k, 0]);
          return [dynamicUpdateSlice(half, mul(one, sin(one)), [0, 0]), null] as const;
        },
        x,
        ks,
      );
      return last;
    },
    samples: [],
  }),
];
