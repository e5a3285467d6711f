/**
 * Contractions in register tiles: which axes are rows, columns and sum, and whether tiling pays.
 *
 * Invariant: answers only for a kernel that is one sum of products of two loads and nothing else, with every index linear
 * in every axis.
 */
import { namesOf, type Size } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, type FlatKernel, flattenKernel, linearIn } from "../../ir/kernel/flat-kernel.js";
import type { Axis, Kernel } from "../../ir/kernel/nodes.js";
import { applyOrder, collapsibleOrder } from "./collapse.js";
import { factorsOf } from "./factors.js";
import type { TileSchedule } from "./types.js";

/** Six accumulators: with more, V8 spills the registers that hold them (performance.md: 2×3 9.8 GFLOP/s, 4×4 5.6). */
export const tileRows = 2;
export const tileColumns = 3;
/** Multiply-adds below which packing panels costs more than it gains. */
const smallest = 2048;
/** What a dimension known only at run time is taken for. */
const typicalSize = 32;

const guess = (size: Size): number => (typeof size === "number" ? size : typicalSize);

/** Axes by role: which of the factors and the result move with them. */
interface Roles {
  readonly batch: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly sums: readonly string[];
}

function rolesOf(kernel: FlatKernel): Roles | undefined {
  const factors = factorsOf(kernel);
  const [write] = kernel.writes;
  if (factors === undefined || write === undefined) return undefined;
  const [left, right, result] = [factors.left.index, factors.right.index, write.index].map(
    (index) => new Set(namesOf(index)),
  );
  const indices = [factors.left.index, factors.right.index, write.index];
  const linear = kernel.axes.every(({ name }) => indices.every((index) => isLinear(index, name, kernel.axes)));
  if (!linear) return undefined;
  const named = (l: boolean, r: boolean, c: boolean): readonly string[] =>
    kernel.axes
      .map((axis) => axis.name)
      .filter((name) => left?.has(name) === l && right?.has(name) === r && result?.has(name) === c);
  const roles = {
    batch: named(true, true, true),
    rows: named(true, false, true),
    columns: named(false, true, true),
    sums: named(true, true, false),
  };
  const all = roles.batch.length + roles.rows.length + roles.columns.length + roles.sums.length;
  return all === kernel.axes.length ? roles : undefined;
}

/** Linear in `name`, with a factor free of the other axes. */
function isLinear(index: Size, name: string, axes: readonly Axis[]): boolean {
  const linear = linearIn(index, name);
  return linear !== undefined && !axes.some((axis) => namesOf(linear.factor).includes(axis.name));
}

/** The axis of a role to tile (the largest), and the others, which become loops around. */
function pick(
  axes: readonly Axis[],
  names: readonly string[],
): { readonly tiled: Axis; readonly others: readonly string[] } | undefined {
  const own = axes.filter((axis) => names.includes(axis.name));
  const [first, ...rest] = own;
  if (first === undefined) return undefined;
  const tiled = rest.reduce((best, axis) => (guess(axis.size) > guess(best.size) ? axis : best), first);
  return { tiled, others: own.filter((axis) => axis !== tiled).map((axis) => axis.name) };
}

export function scheduleTile(kernel: Kernel, buffers: Buffers): TileSchedule | undefined {
  const flat = flattenKernel(kernel, buffers);
  const roles = rolesOf(flat);
  if (roles === undefined || !["f32", "f64"].includes(bufferNamed(buffers, kernel.writes[0]?.buffer ?? "").dtype))
    return undefined;
  const order = collapsibleOrder(flat, [...roles.batch, ...roles.rows, ...roles.columns, ...roles.sums]);
  const { axes } = applyOrder(flat, order);
  const [rows, columns, sums] = [pick(axes, roles.rows), pick(axes, roles.columns), pick(axes, roles.sums)];
  if (rows === undefined || columns === undefined || sums === undefined || sums.others.length > 0) return undefined;
  const [m, n, k] = [rows.tiled, columns.tiled, sums.tiled].map((axis) => guess(axis.size));
  if (m === undefined || n === undefined || k === undefined) return undefined;
  if (m < tileRows || n < tileColumns || k < 4 || m * n * k < smallest) return undefined;
  const batch = [
    ...axes.filter((axis) => roles.batch.includes(axis.name)).map((axis) => axis.name),
    ...rows.others,
    ...columns.others,
  ];
  return {
    form: "tile",
    batch,
    rows: rows.tiled.name,
    columns: columns.tiled.name,
    sum: sums.tiled.name,
    order,
    tile: [tileRows, tileColumns],
    why: `a sum of products with rows, columns and a sum of about ${m}, ${n} and ${k}: packed panels, ${tileRows}×${tileColumns} accumulators`,
  };
}
