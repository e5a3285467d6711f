/**
 * The index map of a reshape, where it is a polynomial: splitting an axis, dropping or adding axes of size 1.
 *
 * With axes grouped so that both sides of a group have the same number of elements, a group with one axis of the operand
 * (besides those of size 1) is read at `Σ index·stride`. A group that merges axes would need division, so it has no map.
 */
import { equalSize, type Index, mulSize, productSize, type Size } from "@tapeless/types/compiler";
import { flatIndex } from "../../ir/kernel/flat.js";

export type IndexMap = (index: readonly Index[]) => readonly Index[];

/** Axes `from` and `to` (positions) whose sizes have equal products. */
interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const isOne = (size: Size | undefined): boolean => size === 1;

/** The shortest groups from the left; `undefined` where the products never meet before the end. */
function matchAxes(from: readonly Size[], to: readonly Size[]): readonly AxisGroup[] {
  const left = [...from.keys()].filter((axis) => !isOne(from[axis]));
  const right = [...to.keys()].filter((axis) => !isOne(to[axis]));
  const groups: AxisGroup[] = [];
  let start: [number, number] = [0, 0];
  for (let i = 0; i < left.length; i++) {
    const upTo = productSize(left.slice(start[0], i + 1).map((axis) => from[axis] ?? 1));
    const end = meetingPoint(
      upTo,
      right.slice(start[1]).map((axis) => to[axis] ?? 1),
    );
    if (end === undefined) continue;
    groups.push({ from: left.slice(start[0], i + 1), to: right.slice(start[1], start[1] + end) });
    start = [i + 1, start[1] + end];
  }
  if (start[0] < left.length || start[1] < right.length)
    groups.push({ from: left.slice(start[0]), to: right.slice(start[1]) });
  return groups;
}

/** How many of `sizes`, from the left, multiply to `product`. */
function meetingPoint(product: Size, sizes: readonly Size[]): number | undefined {
  let running: Size = 1;
  for (const [at, size] of sizes.entries()) {
    running = mulSize(running, size);
    if (equalSize(running, product)) return at + 1;
  }
  return undefined;
}

/** From an index of shape `to` to the index of shape `from` with the same position in row-major order, if polynomial. */
export function reshapeIndex(from: readonly Size[], to: readonly Size[]): IndexMap | undefined {
  // Nothing to read: any index will do, and products of zeros say nothing about which axes belong together.
  if (from.some((size) => size === 0)) return () => from.map(() => 0);
  const groups = matchAxes(from, to);
  if (groups.some((group) => group.from.length > 1)) return undefined;
  return (index) => {
    const result: Index[] = from.map(() => 0);
    for (const group of groups) {
      const [axis] = group.from;
      if (axis === undefined) continue;
      result[axis] = flatIndex(
        group.to.map((at) => index[at] ?? 0),
        group.to.map((at) => to[at] ?? 1),
      );
    }
    return result;
  };
}
