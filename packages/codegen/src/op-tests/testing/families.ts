/**
 * Shapes and attributes for ops whose own samples are too few: sizes 0 and 1, all orders of axes, repeated indices.
 *
 * Invariant: a row is legal for its op; operands' dtypes come from the op, integers are drawn below `below`.
 */
import type { Attrs } from "@tapeless/types/compiler";

export interface Choice {
  readonly shapes: readonly (readonly number[])[];
  readonly attrs?: Attrs;
  readonly below?: number;
}

const permutations = (count: number): readonly (readonly number[])[] =>
  count === 0
    ? [[]]
    : permutations(count - 1).flatMap((rest) =>
        Array.from({ length: count }, (_, at) => rest.toSpliced(at, 0, count - 1)),
      );

const broadcast = (from: readonly number[], shape: readonly number[], axes: readonly number[]): Choice => ({
  shapes: [from],
  attrs: { shape, axes },
});

const contraction = (
  shapes: readonly [readonly number[], readonly number[]],
  left: readonly number[],
  right: readonly number[],
  out: readonly number[],
): Choice => ({ shapes, attrs: { left, right, out } });

const frame = (shape: readonly number[], before: readonly number[], after: readonly number[], value = 0): Choice => ({
  shapes: [shape],
  attrs: { before, after, value },
});

const gaps = (
  shape: readonly number[],
  before: readonly number[],
  after: readonly number[],
  between: readonly number[],
): Choice => ({ shapes: [shape], attrs: { before, after, between, value: 0 } });

const box = (
  shape: readonly number[],
  start: readonly number[],
  size: readonly number[],
  step?: readonly number[],
): Choice => ({
  shapes: [shape],
  attrs: { start, shape: size, ...(step === undefined ? {} : { step }) },
});

export const families: Readonly<Record<string, readonly Choice[]>> = {
  cast: [
    { shapes: [[2]], attrs: { dtype: "f32" } },
    { shapes: [[2]], attrs: { dtype: "f64" } },
    { shapes: [[2]], attrs: { dtype: "bool" } },
  ],
  sum: [
    { shapes: [[0]], attrs: { axes: [0] } },
    { shapes: [[2, 0]], attrs: { axes: [1] } },
    { shapes: [[2, 0]], attrs: { axes: [0] } },
  ],
  variance: [
    { shapes: [[2, 3]], attrs: { axes: [0], correction: 1 } },
    { shapes: [[2, 3]], attrs: { axes: [0, 1], correction: 0 } },
    { shapes: [[2, 1, 2]], attrs: { axes: [0, 2], correction: 2 } },
    { shapes: [[3]], attrs: { axes: [], correction: 0 } },
  ],
  logSumExp: [{ shapes: [[0, 2]], attrs: { axes: [1] } }],
  broadcastTo: [
    broadcast([], [2], []),
    broadcast([], [], []),
    broadcast([2], [2, 3], [0]),
    broadcast([2], [3, 2], [1]),
    broadcast([1, 2], [3, 2], [0, 1]),
    broadcast([2, 1], [2, 3], [0, 1]),
    broadcast([1, 1], [2, 3], [0, 1]),
    broadcast([1], [1, 1], [1]),
    broadcast([1, 2], [3, 3, 2], [1, 2]),
    broadcast([2, 2], [2, 3, 2], [0, 2]),
    broadcast([2], [0, 2], [1]),
    broadcast([1], [0], [0]),
  ],
  reshape: [
    { shapes: [[]], attrs: { shape: [1] } },
    { shapes: [[1]], attrs: { shape: [] } },
    { shapes: [[2, 3]], attrs: { shape: [3, 1, 2] } },
    { shapes: [[2, 1, 3]], attrs: { shape: [6] } },
    { shapes: [[0, 2]], attrs: { shape: [0] } },
  ],
  permute: [0, 1, 2, 3].flatMap((rank) =>
    permutations(rank).map((perm) => ({ shapes: [[2, 3, 1].slice(0, rank)], attrs: { perm } })),
  ),
  slice: [
    box([3], [1], [2]),
    box([3], [0], [3]),
    box([3], [2], [0]),
    box([2, 3], [1, 1], [1, 2]),
    box([2, 1, 3], [0, 0, 2], [2, 1, 1]),
    box([], [], []),
    box([7], [1], [3], [2]),
    box([6], [1], [2], [4]),
    box([3, 4], [0, 1], [2, 1], [2, 3]),
    box([4], [4], [0], [2]),
  ],
  pad: [
    frame([2], [0], [0]),
    frame([2], [1], [0]),
    frame([2], [0], [2]),
    frame([2, 1], [1, 0], [1, 2]),
    frame([2], [1], [1], 3),
    frame([0], [1], [1]),
    frame([], [], []),
    gaps([3], [1], [2], [1]),
    gaps([2, 2], [0, 1], [1, 0], [2, 0]),
    gaps([1], [0], [0], [3]),
    gaps([0], [1], [1], [1]),
  ],
  windows: [
    { shapes: [[4]], attrs: { kernel: [2], count: [3], stride: [1], dilation: [1] } },
    { shapes: [[2, 5]], attrs: { kernel: [2], count: [2], stride: [3], dilation: [1] } },
    { shapes: [[3, 3]], attrs: { kernel: [2, 1], count: [2, 2], stride: [1, 2], dilation: [1, 1] } },
    { shapes: [[1, 5, 4]], attrs: { kernel: [2, 2], count: [2, 1], stride: [2, 1], dilation: [2, 3] } },
    { shapes: [[2]], attrs: { kernel: [3], count: [0], stride: [1], dilation: [1] } },
  ],
  overlapAdd: [
    { shapes: [[3, 2]], attrs: { shape: [4], stride: [1], dilation: [1] } },
    { shapes: [[2, 2, 2]], attrs: { shape: [7], stride: [3], dilation: [1] } },
    { shapes: [[2, 2, 2, 1]], attrs: { shape: [3, 3], stride: [1, 2], dilation: [1, 1] } },
    { shapes: [[1, 2, 1, 2, 2]], attrs: { shape: [5, 4], stride: [2, 1], dilation: [2, 3] } },
    { shapes: [[0, 3]], attrs: { shape: [2], stride: [1], dilation: [1] } },
  ],
  flip: [
    { shapes: [[3]], attrs: { axes: [0] } },
    { shapes: [[2, 3]], attrs: { axes: [1] } },
    { shapes: [[2, 1, 3]], attrs: { axes: [0, 2] } },
    { shapes: [[2]], attrs: { axes: [] } },
    { shapes: [[0, 2]], attrs: { axes: [0] } },
  ],
  diagonal: [
    { shapes: [[3, 3]], attrs: { k: 0 } },
    { shapes: [[2, 2, 3]], attrs: { k: 1 } },
    { shapes: [[3, 2]], attrs: { k: -2 } },
    { shapes: [[2, 2]], attrs: { k: 2 } },
  ],
  concat: [
    { shapes: [[2]], attrs: { axis: 0 } },
    { shapes: [[2], [0], [1]], attrs: { axis: 0 } },
    {
      shapes: [
        [1, 2],
        [2, 2],
        [1, 2],
      ],
      attrs: { axis: 0 },
    },
    {
      shapes: [
        [2, 1],
        [2, 2],
      ],
      attrs: { axis: 1 },
    },
    {
      shapes: [
        [1, 2, 1],
        [1, 1, 1],
      ],
      attrs: { axis: 1 },
    },
  ],
  gather: [
    { shapes: [[3, 2], []], below: 3 },
    { shapes: [[3], [4]], below: 3 },
    { shapes: [[2, 2], [3]], below: 2 },
    {
      shapes: [
        [3, 1],
        [2, 2],
      ],
      below: 3,
    },
    { shapes: [[3, 2], [0]], below: 3 },
    { shapes: [[1, 2], [2]], below: 1 },
  ],
  scatterAdd: [
    { shapes: [[3, 2], [], [2]], below: 3 },
    { shapes: [[3], [4], [4]], below: 3 },
    { shapes: [[2, 2], [3], [3, 2]], below: 2 },
    { shapes: [[3], [2, 2], [2, 2]], below: 3 },
    { shapes: [[3, 2], [0], [0, 2]], below: 3 },
  ],
  takeAlongAxis: [
    { shapes: [[3], [4]], attrs: { axis: 0 }, below: 3 },
    { shapes: [[3], [0]], attrs: { axis: 0 }, below: 3 },
    {
      shapes: [
        [2, 3],
        [1, 4],
      ],
      attrs: { axis: 1 },
      below: 3,
    }, // less on the other axis, more along it
    {
      shapes: [
        [2, 3, 1],
        [2, 2, 1],
      ],
      attrs: { axis: 1 },
      below: 3,
    },
  ],
  addAlongAxis: [
    { shapes: [[3], [4], [4]], attrs: { axis: 0 }, below: 3 },
    { shapes: [[3], [0], [0]], attrs: { axis: 0 }, below: 3 },
    {
      shapes: [
        [2, 3],
        [1, 4],
        [1, 4],
      ],
      attrs: { axis: 1 },
      below: 3,
    },
    {
      shapes: [
        [3, 2],
        [2, 2],
        [2, 2],
      ],
      attrs: { axis: 0 },
      below: 3,
    },
  ],
  oneHot: [{ shapes: [[2, 2]], attrs: { depth: 3, dtype: "f64" }, below: 3 }],
  contract: [
    contraction(
      [
        [2, 3],
        [3, 2],
      ],
      [0, 1],
      [1, 2],
      [0, 2],
    ), // matmul
    contraction(
      [
        [3, 2],
        [3, 2],
      ],
      [1, 0],
      [1, 2],
      [0, 2],
    ), // the left one transposed
    contraction(
      [
        [2, 3],
        [2, 3],
      ],
      [0, 1],
      [2, 1],
      [2, 0],
    ), // the right one, and the result
    contraction([[2, 3], [3]], [0, 1], [1], [0]),
    contraction([[3], [3, 2]], [0], [0, 1], [1]),
    contraction([[2], [3]], [0], [1], [0, 1]), // outer
    contraction([[2], [3]], [0], [1], [1, 0]),
    contraction(
      [
        [2, 1, 3],
        [2, 3, 2],
      ],
      [3, 0, 1],
      [3, 1, 2],
      [3, 0, 2],
    ), // batch
    contraction(
      [
        [2, 3],
        [2, 3],
      ],
      [0, 1],
      [0, 1],
      [],
    ), // all of it
    contraction([[3], [3]], [0], [0], [0]), // elementwise
    contraction([[], [2]], [], [0], [0]),
    contraction([[], []], [], [], []),
    contraction(
      [
        [2, 0],
        [0, 2],
      ],
      [0, 1],
      [1, 2],
      [0, 2],
    ), // a sum of nothing
    contraction(
      [
        [1, 1],
        [1, 2],
      ],
      [0, 1],
      [1, 2],
      [0, 2],
    ),
  ],
  argmax: [{ shapes: [[1]], attrs: { axes: [0] } }],
};

/** Added to the diagonal of a random operand, by position, where an op wants a regular or a positive definite matrix. */
export const onDiagonal: Readonly<Record<string, readonly number[]>> = {
  cholesky: [6],
  triangularSolve: [2],
  solve: [5],
  logAbsDet: [5],
  detSign: [5],
};
