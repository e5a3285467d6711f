/**
 * Neighbouring axes that every access walks as if they were one become one loop: `x[i, j]` of all i and j is `x[ij]`.
 *
 * Invariant: an axis pair is merged only where each index is `rest + a·n·i + a·j` with n the size of the inner axis.
 */
import {
  addSize,
  equalSize,
  type Index,
  linearIn,
  mulSize,
  namedSize,
  namesOf,
  type Size,
} from "@tapeless/types/compiler";
import {
  accessesOf,
  type FlatBody,
  type FlatKernel,
  flatParts,
  mapIndices,
  positionsOf,
} from "../../ir/kernel/flat-kernel.js";
import type { Axis } from "../../ir/kernel/nodes.js";
import type { LoopOrder } from "./types.js";

/** `rest + factor·merged` for an index in which the pair moves as one. */
function mergedIndex(index: Index, outer: Axis, inner: Axis): Index | undefined {
  const byOuter = linearIn(index, outer.name);
  const byInner = byOuter && linearIn(byOuter.rest, inner.name);
  if (byOuter === undefined || byInner === undefined) return undefined;
  if (namesOf(byOuter.factor).includes(inner.name)) return undefined;
  if (!equalSize(byOuter.factor, mulSize(byInner.factor, inner.size))) return undefined;
  return addSize(byInner.rest, mulSize(byInner.factor, namedSize(inner.name)));
}

export const canMerge = (kernel: FlatKernel, outer: Axis, inner: Axis): boolean =>
  flatParts(kernel)
    .flatMap((part) => [...accessesOf(part).map((access) => access.index), ...positionsOf(part)])
    .every((index) => mergedIndex(index, outer, inner) !== undefined);

/** The kernel with the pair as one axis, under the inner one's name. */
function merge(kernel: FlatKernel, outer: Axis, inner: Axis): FlatKernel {
  const change = (index: Index): Index => mergedIndex(index, outer, inner) ?? index;
  const size: Size = mulSize(outer.size, inner.size);
  const inBody = ({ lets, writes }: FlatBody): FlatBody => ({
    lets: lets.map((each) => ({ ...each, value: mapIndices(each.value, change) })),
    writes: writes.map((write) => ({ ...write, index: change(write.index), value: mapIndices(write.value, change) })),
  });
  const { name, axes, epilogue } = kernel;
  const merged = axes.flatMap((axis) => (axis === outer ? [] : axis === inner ? [{ ...inner, size }] : [axis]));
  return { name, axes: merged, ...inBody(kernel), ...(epilogue === undefined ? {} : { epilogue: inBody(epilogue) }) };
}

/** Axes in `order` (outermost first), merged where possible. */
export function collapsibleOrder(kernel: FlatKernel, order: readonly string[]): LoopOrder {
  let current = kernel;
  const groups: string[][] = [];
  for (const name of order) {
    const inner = current.axes.find((axis) => axis.name === name);
    const last = groups.at(-1);
    const outer = last === undefined ? undefined : current.axes.find((axis) => axis.name === last.at(-1));
    if (inner !== undefined && outer !== undefined && last !== undefined && canMerge(current, outer, inner)) {
      current = merge(current, outer, inner);
      last.push(name);
    } else groups.push([name]);
  }
  return groups;
}

/** The kernel with its axes in the order of a schedule and merged as it says. */
export function applyOrder(kernel: FlatKernel, order: LoopOrder): FlatKernel {
  let current = kernel;
  for (const group of order) {
    for (let k = 1; k < group.length; k++) {
      const outer = current.axes.find((axis) => axis.name === group[k - 1]);
      const inner = current.axes.find((axis) => axis.name === group[k]);
      if (outer === undefined || inner === undefined)
        throw new Error(`bug: no axes ${group.join(", ")} in '${kernel.name}'`);
      current = merge(current, outer, inner);
    }
  }
  const axes = order.flatMap((group) => current.axes.filter((axis) => axis.name === group.at(-1)));
  return { ...current, axes };
}
