/** Loads that are certainly inside their buffer at every iteration, and so may be done where a branch would not. */
import type { Load, Size } from "@tapeless/types/compiler";
import { type AxisSizes, staysInside } from "../../ir/kernel/bounds.js";

export function safeLoads(
  shapeOf: (buffer: string) => readonly Size[],
  axes: AxisSizes,
  sizes: readonly string[],
): (load: Load) => boolean {
  const known = (name: string): boolean => sizes.includes(name);
  return (load) => {
    const shape = shapeOf(load.buffer);
    return load.index.every((index, axis) => staysInside(index, shape[axis] ?? 0, axes, known));
  };
}
