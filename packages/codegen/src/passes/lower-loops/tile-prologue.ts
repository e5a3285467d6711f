/**
 * The prologue of a tiled contraction: a factor that is computed where it is packed, by a nest of loops in a function of its own.
 *
 * Invariant: writes just the elements of a panel that packing a stored factor would write, each once.
 */
import { addSize, mulSize, namedSize, type Size } from "@tapeless/types/compiler";
import type { Buffers, FlatKernel } from "../../ir/kernel/flat-kernel.js";
import { namesIn } from "../../ir/kernel/mentions.js";
import type { Axis } from "../../ir/kernel/nodes.js";
import type { NameSupply } from "../fuse/names.js";
import type { Factor } from "../schedule/factors.js";
import { bestOrder, unrollOf } from "../schedule/loops.js";
import { blockTerms, tileRows } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";
import { calledByDriver, type KernelFunction, makeFunction } from "./kernel-function.js";
import { buildNest, nestContext } from "./nest.js";
import { renameExpr, withFresh } from "./rename.js";
import { columnPanel, rowPanel, sum } from "./tile-parts.js";

/** Where a panel begins along an axis, and how much of it there is. */
interface Extent {
  readonly from: Size;
  readonly size: Size;
}

/** Columns of one tile; or the first rows, or the second, of all tiles of a block. */
export type Across =
  | { readonly side: "columns"; readonly from: Size; readonly size: number }
  | { readonly side: "rows"; readonly row: number; readonly from: Size; readonly size: Size };

export interface TilePrologueInput {
  readonly kernel: FlatKernel;
  readonly schedule: TileSchedule;
  readonly factor: Factor;
  readonly across: Across;
  /** Along the axis of the sum that is cut into blocks. */
  readonly terms: Extent;
  readonly buffers: Buffers;
  readonly names: NameSupply;
  /** Those of all functions of the program. */
  readonly functionNames: NameSupply;
}

/** What is written to one panel. */
interface Lane {
  readonly buffer: string;
  /** Where it is along the axis of the rows or of the columns. */
  readonly at: Size;
  /** What is added to the index of the panel. */
  readonly offset: Size;
}

/** Columns are written side by side, each to its panel; rows are an axis. */
function lanesOf({ schedule, across }: TilePrologueInput): readonly Lane[] {
  const { from } = across;
  if (across.side === "rows") {
    const { row, size } = across;
    const at = size === 1 ? 0 : namedSize(schedule.rows);
    return [{ buffer: rowPanel(row), at: sum(from, mulSize(tileRows, at), row), offset: mulSize(blockTerms, at) }];
  }
  return Array.from({ length: across.size }, (_, column) => ({
    buffer: columnPanel(column),
    at: sum(from, column),
    offset: 0,
  }));
}

/** The factor with its index along the rows or the columns replaced, and what of its lets is the same for all of them once. */
function factorAt({ factor, schedule, across, terms, names }: TilePrologueInput, at: Size, isFirst: boolean): Factor {
  const own = schedule[across.side];
  const indices = { [own]: at, [schedule.sum]: addSize(terms.from, namedSize(schedule.sum)) };
  const moving = new Set([own]);
  for (const { name, value } of factor.lets) if (namesIn(value).some((each) => moving.has(each))) moving.add(name);
  const lets = factor.lets.filter(({ name }) => isFirst || moving.has(name));
  const fresh = isFirst ? [] : lets.map(({ name }) => name);
  const renaming = withFresh({ indices, scalars: {} }, fresh, (name) => names.fresh(name));
  return {
    ...factor,
    lets: lets.map(({ name, value, ...rest }) => ({
      ...rest,
      name: renaming.scalars[name] ?? name,
      value: renameExpr(value, renaming),
    })),
    value: renameExpr(factor.value, renaming),
  };
}

/** Panels as a kernel. */
function panelKernel(input: TilePrologueInput): FlatKernel {
  const { kernel, schedule, across, terms } = input;
  const inner = kernel.axes.filter((axis) => schedule.inner.includes(axis.name));
  const place = inner.reduce<Size>(
    (to, { name, size }) => sum(mulSize(to, size), namedSize(name)),
    namedSize(schedule.sum),
  );
  const axis = (name: string, size: Size): Axis => ({ kind: "Axis", name, size });
  const lanes = lanesOf(input).map((lane, k) => ({ ...lane, ...factorAt(input, lane.at, k === 0) }));
  return {
    name: kernel.name,
    axes: [
      axis(schedule.sum, terms.size),
      ...inner,
      ...(across.side === "columns" || across.size === 1 ? [] : [axis(schedule.rows, across.size)]),
    ],
    lets: lanes.flatMap(({ lets }) => lets),
    writes: lanes.map(({ buffer, offset, value }) => ({
      buffer,
      index: sum(offset, place),
      combine: "set",
      keep: false,
      value,
    })),
  };
}

const inOrder = (kernel: FlatKernel): FlatKernel => ({
  ...kernel,
  axes: bestOrder(kernel).flatMap((name) => kernel.axes.filter((axis) => axis.name === name)),
});

/** The function, and its call from the driver. */
export function tilePrologue(input: TilePrologueInput): KernelFunction {
  const { buffers, names, functionNames, across } = input;
  const kernel = inOrder(panelKernel(input));
  const body = buildNest(kernel, { ...nestContext(buffers, names), unroll: unrollOf(kernel), totals: {}, held: [] });
  const [hint, what] =
    across.side === "rows"
      ? ["Rows", `the ${across.row === 0 ? "first" : "second"} rows of the tiles of a block`]
      : across.size === 1
        ? ["Column", "one column"]
        : [`Columns${across.size}`, `${across.size} columns`];
  const name = functionNames.fresh(`${input.kernel.name}Pack${hint}`);
  return calledByDriver(makeFunction(name, `${what}, computed while packed`, body, buffers));
}
