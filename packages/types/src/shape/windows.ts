/**
 * Windows along axes: how many positions a window has, and what they span.
 *
 * Invariant: the last element of the last window lies within the axis; sizes with names are believed here, and checked in
 * the call.
 */
import { addSize, mulSize, type Size, showShape, showSize, subSize } from "./size.js";

/** From the first element of a window to behind its last. */
export const windowSpan = (kernel: Size, dilation: number): Size => addSize(mulSize(dilation, subSize(kernel, 1)), 1);

/** From the first element of the first window to behind the last of the last. */
export const windowsSpan = (count: Size, kernel: Size, stride: number, dilation: number): Size =>
  addSize(mulSize(stride, subSize(count, 1)), windowSpan(kernel, dilation));

/** Throws where windows do not lie within their axes. */
export function checkWindows(
  sizes: readonly Size[],
  kernel: readonly Size[],
  count: readonly Size[],
  stride: readonly number[],
  dilation: readonly number[],
): void {
  sizes.forEach((size, axis) => {
    const [positions, width] = [count[axis] ?? 0, kernel[axis] ?? 0];
    if (positions === 0 || width === 0) return;
    const rest = subSize(size, windowsSpan(positions, width, stride[axis] ?? 1, dilation[axis] ?? 1));
    if (typeof rest === "number" && rest < 0)
      throw new Error(`bug: ${showSize(positions)} windows of ${showSize(width)} are not within ${showSize(size)}`);
  });
}

/** The shape that overlapping windows add up to. */
export function overlapShape(
  from: readonly Size[],
  sizes: readonly Size[],
  stride: readonly number[],
  dilation: readonly number[],
): readonly Size[] {
  const rank = sizes.length;
  if (from.length < 2 * rank) throw new Error(`bug: overlapAdd: ${showShape(from)} has no windows over ${rank} axes`);
  const [count, kernel] = [from.slice(-2 * rank, -rank), from.slice(-rank)];
  checkWindows(sizes, kernel, count, stride, dilation);
  return [...from.slice(0, -2 * rank), ...sizes];
}
