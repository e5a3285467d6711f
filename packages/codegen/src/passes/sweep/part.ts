/**
 * A kernel as a part of a sweep: on the axes of the sweep, with what it loads and writes.
 *
 * Invariant: computes what the kernel computes.
 */
import { equalSize, type Load, namedSize, namesOf, type Size } from "@tapeless/types/compiler";
import { costOf, recomputeBudget } from "../../ir/kernel/cost.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { coneOf, namesIn } from "../../ir/kernel/mentions.js";
import type { Axis, Kernel, Step, Write } from "../../ir/kernel/nodes.js";
import { type Renaming, renameExpr, renameIndex } from "../lower-loops/rename.js";

export interface Part {
  readonly kernel: Kernel;
  readonly loads: readonly Load[];
}

/** A shorter axis is written out, or soon gone through. */
const shortest = 32;
/** The work of one iteration of a sweep, so that its function stays well below the size up to which V8 optimises. */
const mostWork = 400;

/** Sets elements along an axis that is worth it, at places that no data decides. */
export function isCandidate(step: Step | undefined): step is Kernel {
  if (step?.kind !== "Kernel" || step.epilogue !== undefined || step.sweep !== undefined) return false;
  const size = step.axes.at(-1)?.size ?? 0;
  if (typeof size === "number" && size < shortest) return false;
  if (step.writes.some(({ combine }) => combine !== "set")) return false;
  const lets = new Set(step.lets.map(({ name }) => name));
  const indices = kernelLanguage.walk(step).flatMap((node) => {
    if (node.kind === "Load" || node.kind === "Write") return node.index;
    return node.kind === "Position" ? [node.index] : [];
  });
  return !indices.flatMap(namesOf).some((name) => lets.has(name));
}

export const sameDomain = (a: Kernel, b: Kernel): boolean =>
  a.axes.length === b.axes.length && a.axes.every(({ size }, k) => equalSize(size, b.axes[k]?.size ?? 0));

/** The kernel with the axes called as they are in the sweep. */
export function partOf(kernel: Kernel, axes: readonly Axis[]): Part {
  const indices = Object.fromEntries(
    kernel.axes.map(({ name }, k): [string, Size] => [name, namedSize(axes[k]?.name ?? "")]),
  );
  const renaming: Renaming = { indices, scalars: {} };
  const renamed: Kernel = {
    ...kernel,
    axes,
    lets: kernel.lets.map((each) => ({ ...each, value: renameExpr(each.value, renaming) })),
    writes: kernel.writes.map((write) => ({
      ...write,
      index: write.index.map((index) => renameIndex(index, renaming)),
      value: renameExpr(write.value, renaming),
    })),
  };
  return { kernel: renamed, loads: loadsOf(renamed) };
}

const loadsOf = (kernel: Kernel): readonly Load[] =>
  kernelLanguage.walk(kernel).filter((node): node is Load => node.kind === "Load");

/** The kernel with some of its writes; the comment has a formula for each of them. */
export function withWrites(kernel: Kernel, writes: readonly Write[]): Kernel {
  const formulas = kernel.comment.split("; ");
  const own = formulas.filter((_, k) => writes.includes(kernel.writes[k] as Write)); // none where there is no such write
  const comment = formulas.length === kernel.writes.length ? own.join("; ") : kernel.comment;
  const named = writes.flatMap(({ value }) => namesIn(value)); // a candidate has no lets in an index
  const { lets } = coneOf(named, kernel.lets);
  return { ...kernel, lets, writes, comment };
}

export function fitsOneFunction(parts: readonly Part[]): boolean {
  const values = parts.flatMap(({ kernel }) => [...kernel.lets, ...kernel.writes]);
  return values.reduce((sum, { value }) => sum + costOf(value), 0) <= mostWork;
}

/** Are two kernels of some of the writes each about as cheap as the one of all? */
export function splitsCheaply(a: Kernel, b: Kernel): boolean {
  const names = new Set(a.lets.map(({ name }) => name));
  const twice = b.lets.filter(({ name }) => names.has(name));
  return twice.reduce((sum, { value }) => sum + costOf(value), 0) <= recomputeBudget;
}
