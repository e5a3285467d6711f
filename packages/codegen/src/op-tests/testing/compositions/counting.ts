/** Samples that count: start, start + 1, … in row-major order. */
import type { Nested } from "@tapeless/types/compiler";

export function counting(shape: readonly number[], start: number): Nested {
  const [size, ...rest] = shape;
  if (size === undefined) return start;
  const each = rest.reduce((product, count) => product * count, 1);
  return Array.from({ length: size }, (_, k) => counting(rest, start + k * each));
}
