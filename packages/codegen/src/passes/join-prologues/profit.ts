/**
 * Does it pay to compute an operand where it is packed? It saves a pass over memory; but what is packed again for each block of
 * rows is computed again, and what it is made of lives until it is packed.
 *
 * Invariant: a product with a prologue loops as it does without; an operand that is packed once is computed once.
 */
import type { Size } from "@tapeless/types/compiler";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { costOf, typicalSize } from "../../ir/kernel/cost.js";
import { type Buffers, flattenKernel } from "../../ir/kernel/flat-kernel.js";
import type { Buffer, Kernel } from "../../ir/kernel/nodes.js";
import { applyOrder } from "../schedule/collapse.js";
import { type Factor, factorsOf } from "../schedule/factors.js";
import { blockRows, scheduleTile } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";
import { expressionsOf, type Operand } from "./operand.js";

/** What a size comes to where its names are what sizes typically are. */
const typical = (size: Size): number =>
  typeof size === "number"
    ? size
    : size.terms.reduce((sum, { coefficient, names }) => sum + coefficient * typicalSize ** names.length, 0);

const product = (sizes: readonly Size[]): number => sizes.reduce<number>((all, size) => all * typical(size), 1);

const sameLoops = (a: TileSchedule, b: TileSchedule): boolean => {
  const loops = ({ why: _, ...schedule }: TileSchedule): string => JSON.stringify(schedule);
  return loops(a) === loops(b);
};

/** How many blocks of rows a right factor is packed for; nobody knows for how many, where the rows have a name. */
const blocksOf = (rows: Size): number =>
  typeof rows === "number" ? Math.ceil(rows / blockRows) : Number.POSITIVE_INFINITY;

/** How many elements of a factor a product packs, each as often as it packs it. */
function packedOf(kernel: Kernel, schedule: TileSchedule, side: "left" | "right", buffers: Buffers): number {
  const { axes } = applyOrder(flattenKernel(kernel, buffers), schedule.order);
  const across = side === "left" ? schedule.columns : schedule.rows;
  const sizeOf = (name: string): Size => axes.find((axis) => axis.name === name)?.size ?? 1;
  const panels = product(axes.filter(({ name }) => name !== across).map(({ size }) => size));
  return side === "left" ? panels : panels * blocksOf(sizeOf(schedule.rows));
}

/** How often a product computes each element of the operand, if it loops as before; `undefined` where it does not. */
function timesIn(before: Kernel, after: Kernel, { buffer }: Operand, buffers: Buffers): number | undefined {
  const [old, now] = [scheduleTile(before, buffers), scheduleTile(after, buffers)];
  const factors = factorsOf(before);
  if (old === undefined || now === undefined || factors === undefined || !sameLoops(old, now)) return undefined;
  const reads = ({ load }: Factor): boolean => load?.buffer === buffer.name;
  const packed = (["left", "right"] as const)
    .filter((side) => reads(factors[side]))
    .map((side) => packedOf(before, old, side, buffers));
  return packed.reduce((sum, each) => sum + each, 0) / product(buffer.shape);
}

/** A product that reads the operand, as it is and as it would be. */
export interface Joined {
  readonly before: Kernel;
  readonly after: Kernel;
}

/**
 * What may be computed again. Little: the pass over memory that is saved is short beside the product, and a function that is computed
 * once for each block of rows keeps its micro-kernels waiting: x·relu(w) of four blocks took longer.
 */
const repackBudget = 2;

export function pays(operand: Operand, products: readonly Joined[], buffers: Buffers): boolean {
  const times = products.map(({ before, after }) => timesIn(before, after, operand, buffers));
  if (times.includes(undefined)) return false;
  const all = times.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const again = operand.maker.writes.length > 1 ? all : all - 1; // others of its values may need what it is made of
  const more = expressionsOf(operand).reduce((sum, expr) => sum + costOf(expr), -1); // than the load of it
  return again <= 0 || more <= 0 || again * more <= repackBudget;
}

const bytesOf = ({ dtype, shape }: Buffer): number => elementBytes[dtype] * product(shape);

/** Do buffers that live longer take less than what is saved: the store of the operand, and the load of it? */
export const savesMemory = (operand: Operand, longer: readonly Buffer[]): boolean =>
  longer.reduce((sum, buffer) => sum + bytesOf(buffer), 0) < 2 * bytesOf(operand.buffer);
