/**
 * The epilogue of a tiled contraction: a nest of loops in a function of its own, over one block of rows whose sums are complete.
 *
 * Invariant: runs while the block's sums are in cache, and after all terms are in; it reads no other block.
 */
import {
  addSize,
  type Index,
  mulSize,
  namedSize,
  type ScalarExpr,
  type Size,
  scalarBuilder,
} from "@tapeless/types/compiler";
import { type Buffers, type FlatKernel, mapIndices, mapLoads } from "../../ir/kernel/flat-kernel.js";
import { load } from "../../ir/loop/index.js";
import type { NameSupply } from "../fuse/names.js";
import { blockEpilogue } from "../schedule/tile.js";
import type { TileEpilogue, TileSchedule } from "../schedule/types.js";
import { calledByDriver, type KernelFunction, makeFunction } from "./kernel-function.js";
import { buildNest, nestContext } from "./nest.js";
import { renameIndex } from "./rename.js";

/** A block of rows as the driver knows it: where it starts, and how many there are. */
export interface RowBlock {
  readonly from: Size;
  readonly rows: Size;
}

export interface TileEpilogueInput {
  readonly kernel: FlatKernel;
  readonly schedule: TileSchedule & { readonly epilogue: TileEpilogue };
  readonly buffers: Buffers;
  readonly names: NameSupply;
  /** Those of all functions of the program. */
  readonly functionNames: NameSupply;
  /** The buffer of the sums. */
  readonly sums: string;
  readonly block: RowBlock;
}

/** The epilogue over one block: row `i` of it is row `from + i`. */
function overBlock({ kernel, schedule, sums, block }: TileEpilogueInput): FlatKernel {
  const made = blockEpilogue(kernel, schedule.rows, schedule.columns);
  if (made === undefined) throw new Error(`bug: kernel '${kernel.name}' has no epilogue`);
  const { axes, lets, writes, name } = made;
  const columns = axes.find((axis) => axis.name === schedule.columns)?.size ?? 1;
  const row = addSize(block.from, namedSize(schedule.rows));
  const shift = (index: Index): Index => renameIndex(index, { indices: { [schedule.rows]: row }, scalars: {} });
  const at = addSize(mulSize(namedSize(schedule.rows), columns), namedSize(schedule.columns));
  const { block: held } = schedule.epilogue; // which has the sums then
  const change = (value: ScalarExpr): ScalarExpr =>
    mapLoads(mapIndices(value, shift), (each) =>
      held === undefined || each.buffer !== sums ? each : scalarBuilder.cast(load(held, at, "f64"), each.dtype),
    );
  return {
    name,
    axes: axes.map((axis) => (axis.name === schedule.rows ? { ...axis, size: block.rows } : axis)),
    lets: lets.map((each) => ({ ...each, value: change(each.value) })),
    writes: writes.map((write) => ({ ...write, index: shift(write.index), value: change(write.value) })),
  };
}

/** The function, and its call from the driver, where everything has the name that it has here. */
export function tileEpilogue(input: TileEpilogueInput): KernelFunction {
  const { kernel, buffers, schedule, names, functionNames } = input;
  const body = buildNest(overBlock(input), {
    ...nestContext(buffers, names),
    unroll: schedule.epilogue.unroll,
    totals: {},
    held: [],
  });
  const name = functionNames.fresh(`${kernel.name}Epilogue`);
  return calledByDriver(makeFunction(name, "a block of rows when its sums are complete", body, buffers));
}
