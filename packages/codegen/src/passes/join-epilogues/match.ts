/**
 * May one kernel be the epilogue of another, and what the two are then.
 *
 * Invariant: the joined kernel computes what the two compute one after the other.
 */
import { equalSize, type Index, namedSize, type Size, substituteSize } from "@tapeless/types/compiler";
import { keptAxes, letNames } from "../../ir/kernel/epilogue.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import type { Axis, Kernel, KernelLet, Write } from "../../ir/kernel/nodes.js";
import { uniqueSpans } from "../fuse/kernels.js";
import type { NameSupply } from "../fuse/names.js";
import { type Renaming, renameExpr } from "../lower-loops/rename.js";
import type { Memory } from "./effects.js";

/** The one axis that an index is. */
function axisOf(index: Index): string | undefined {
  if (typeof index === "number") return undefined;
  const [term, ...others] = index.terms;
  return term !== undefined && others.length === 0 && term.coefficient === 1 && term.names.length === 1
    ? term.names[0]
    : undefined;
}

/** Sums over axes that are all kept or all reduced, complete when their kernel is. */
export function isReduction(kernel: Kernel, memory: Memory): boolean {
  const kept = keptAxes(kernel);
  if (kernel.epilogue !== undefined || kept.length === kernel.axes.length) return false;
  if (kernel.axes.some((axis) => axis.size === 0)) return false; // sums of nothing are written, not looped
  return kernel.writes.every(({ combine, keep, index, buffer }) => {
    const named = index.flatMap((each) => axisOf(each) ?? (typeof each === "number" ? [] : [""]));
    const own = named.length === kept.length && kept.every(({ name }) => named.includes(name));
    return combine !== "set" && !keep && own && memory.buffers.get(buffer)?.of === undefined;
  });
}

/** Sets each element that it writes, in any order. */
export const isElementwise = ({ writes, epilogue }: Kernel): boolean =>
  epilogue === undefined && writes.every(({ combine }) => combine === "set");

/** Which axis of `reader` walks which that `maker` keeps: it reads the sums at its own element, and every one of them. */
export function matchAxes(maker: Kernel, reader: Kernel, memory: Memory): ReadonlyMap<string, string> | undefined {
  const writes = new Map(maker.writes.map((write) => [write.buffer, write]));
  const [kept, own] = [sizesOf(keptAxes(maker)), sizesOf(reader.axes)];
  const found = new Map<string, string>();
  const fits = (mine: Index, other: Index): boolean => {
    const [axis, target] = [axisOf(mine), axisOf(other)];
    if (axis === undefined || target === undefined) return mine === other;
    const [size, wanted] = [own.get(axis), kept.get(target)];
    if (size === undefined || wanted === undefined || !equalSize(size, wanted)) return false;
    if ((found.get(axis) ?? target) !== target) return false;
    found.set(axis, target);
    return true;
  };
  for (const node of kernelLanguage.walk(reader)) {
    if (node.kind !== "Load" || !writes.has(memory.wholeOf(node.buffer))) continue;
    const write = writes.get(node.buffer);
    if (write === undefined || !node.index.every((index, k) => fits(index, write.index[k] ?? 0))) return undefined;
  }
  const targets = new Set(found.values());
  return targets.size === kept.size && found.size === own.size && targets.size === found.size ? found : undefined;
}

const sizesOf = (axes: readonly Axis[]): ReadonlyMap<string, Size> =>
  new Map(axes.map(({ name, size }) => [name, size]));

/** The two as one kernel, under the name of the one that comes last. */
export function joined(
  maker: Kernel,
  reader: Kernel,
  axes: ReadonlyMap<string, string>,
  supply: () => NameSupply,
): Kernel {
  const { lets, writes } = renamed(maker, reader, axes, supply);
  return {
    ...maker,
    name: reader.name,
    epilogue: { kind: "Epilogue", lets, writes },
    comment: `${maker.comment}; ${reader.comment}`,
    spans: uniqueSpans([...maker.spans, ...reader.spans]),
  };
}

function renamed(
  maker: Kernel,
  reader: Kernel,
  axes: ReadonlyMap<string, string>,
  supply: () => NameSupply,
): { readonly lets: readonly KernelLet[]; readonly writes: readonly Write[] } {
  const taken = new Set([...maker.axes.map((axis) => axis.name), ...letNames(maker)]);
  const scalars: Record<string, string> = Object.fromEntries(axes);
  const clashing = reader.lets.filter((each) => taken.has(each.name));
  const names = clashing.length === 0 ? undefined : supply();
  for (const { name } of clashing) scalars[name] = names?.fresh(name) ?? name;
  const indices = Object.fromEntries(Object.entries(scalars).map(([from, to]) => [from, namedSize(to)]));
  const renaming: Renaming = { indices, scalars };
  return {
    lets: reader.lets.map((each) => ({
      ...each,
      name: scalars[each.name] ?? each.name,
      value: renameExpr(each.value, renaming),
    })),
    writes: reader.writes.map((write) => ({
      ...write,
      index: write.index.map((index) => substituteSize(index, indices)),
      value: renameExpr(write.value, renaming),
    })),
  };
}
