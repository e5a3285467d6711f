/**
 * A kernel with an epilogue as two kernels that run one after the other, and as one that does both.
 *
 * Invariant: the parts compute what the kernel computes, element by element of what it keeps.
 */
import { namesOf } from "@tapeless/types/compiler";
import type { Axis, Kernel } from "./nodes.js";

/** The axes over which an epilogue runs: those that its kernel keeps. */
export function keptAxes({ axes, writes }: Pick<Kernel, "axes" | "writes">): readonly Axis[] {
  const named = new Set(writes.flatMap(({ index }) => index.flatMap(namesOf)));
  return axes.filter(({ name }) => named.has(name));
}

export function withoutEpilogue(kernel: Kernel): Kernel {
  const { epilogue: _, ...main } = kernel;
  return main;
}

/** The kernel by itself, then its epilogue, if it has one. */
export function partsOf(kernel: Kernel): readonly Kernel[] {
  if (kernel.epilogue === undefined) return [kernel];
  const main = withoutEpilogue(kernel);
  const { lets, writes } = kernel.epilogue;
  return [main, { ...main, axes: keptAxes(kernel), lets, writes }];
}

/** Names of all that one iteration computes, or has from the one before. */
export const letNames = (kernel: Kernel): readonly string[] => [
  ...partsOf(kernel).flatMap((part) => part.lets.map(({ name }) => name)),
  ...(kernel.sweep?.delays ?? []).map(({ name }) => name),
];
