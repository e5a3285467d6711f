/**
 * Fan-in and fan-out: how many numbers flow into and out of one unit of a weight.
 *
 * Invariant: both are at least 1 for a tensor that is not empty.
 */

/**
 * Which axes of a weight are inputs and outputs. `"io"`: the last two, `[...window, in, out]`; a matrix `[in, out]` as
 * in `matmul(x, w)`. `"oi"`: the first two, `[out, in, ...window]`; the kernels of a convolution, and matrices of
 * PyTorch.
 */
export type Layout = "io" | "oi";

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** `"io"` for matrices, `"oi"` for three axes and more: the layouts of this library's `matmul` and convolutions. */
export const defaultLayout = (rank: number): Layout => (rank <= 2 ? "io" : "oi");

/**
 * Fans of a shape. A scalar: 1 and 1. A vector `[n]`: n and n. A matrix: its sizes. From three axes on, the axes beside
 * in and out are the window of a convolution, whose size multiplies both.
 */
export function fansOf(shape: readonly number[], layout: Layout = defaultLayout(shape.length)): Fans {
  const rank = shape.length;
  if (rank < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const [inAxis, outAxis] = layout === "io" ? [rank - 2, rank - 1] : [1, 0];
  const window = shape.reduce((size, n, axis) => (axis === inAxis || axis === outAxis ? size : size * n), 1);
  return { fanIn: window * (shape[inAxis] ?? 1), fanOut: window * (shape[outAxis] ?? 1) };
}
