/**
 * The prologue of a tiled contraction: a factor that is computed where it is packed, by a nest of loops in a function of its own.
 *
 * Invariant: writes just the elements of a panel that packing a stored factor would write, each once.
 */
import { addSize, type Index, mulSize, namedSize, type ScalarExpr, type Size } from "@tapeless/types/compiler";
import { type Buffers, type FlatKernel, mapIndices } from "../../ir/kernel/flat-kernel.js";
import type { Axis } from "../../ir/kernel/nodes.js";
import type { NameSupply } from "../fuse/names.js";
import type { Factor } from "../schedule/factors.js";
import { bestOrder, unrollOf } from "../schedule/loops.js";
import { blockTerms } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";
import { calledByDriver, type KernelFunction, makeFunction } from "./kernel-function.js";
import { buildNest, nestContext } from "./nest.js";
import { renameIndex } from "./rename.js";
import { columnPanel, sum } from "./tile-parts.js";

/** Where a panel begins along an axis, and how much of it there is. */
export interface Extent {
  readonly from: Size;
  readonly size: Size;
}

export interface TilePrologueInput {
  readonly kernel: FlatKernel;
  readonly schedule: TileSchedule;
  readonly factor: Factor;
  readonly panel: string;
  /** Along the axis of the rows or of the columns. */
  readonly across: Extent;
  /** Along the axis of the sum that is cut into blocks. */
  readonly terms: Extent;
  readonly buffers: Buffers;
  readonly names: NameSupply;
  /** Those of all functions of the program. */
  readonly functionNames: NameSupply;
}

/** The panel as a kernel: position `i` along an axis of it is position `from + i` of the factor. */
function panelKernel({ kernel, schedule, factor, panel, across, terms }: TilePrologueInput): FlatKernel {
  const own = panel === columnPanel ? schedule.columns : schedule.rows;
  const inner = kernel.axes.filter((axis) => schedule.inner.includes(axis.name));
  const at = across.size === 1 ? 0 : namedSize(own);
  const indices = {
    [own]: addSize(across.from, at),
    [schedule.sum]: addSize(terms.from, namedSize(schedule.sum)),
  };
  const shift = (index: Index): Index => renameIndex(index, { indices, scalars: {} });
  const shifted = (value: ScalarExpr): ScalarExpr => mapIndices(value, shift);
  const place = inner.reduce<Size>(
    (to, { name, size }) => sum(mulSize(to, size), namedSize(name)),
    namedSize(schedule.sum),
  );
  const axis = (name: string, size: Size): Axis => ({ kind: "Axis", name, size });
  return {
    name: kernel.name,
    axes: [axis(schedule.sum, terms.size), ...inner, ...(at === 0 ? [] : [axis(own, across.size)])],
    lets: factor.lets.map((each) => ({ ...each, value: shifted(each.value) })),
    writes: [
      {
        buffer: panel,
        index: sum(mulSize(blockTerms, at), place),
        combine: "set",
        keep: false,
        value: shifted(factor.value),
      },
    ],
  };
}

const inOrder = (kernel: FlatKernel): FlatKernel => ({
  ...kernel,
  axes: bestOrder(kernel).flatMap((name) => kernel.axes.filter((axis) => axis.name === name)),
});

/** The function, and its call from the driver. */
export function tilePrologue(input: TilePrologueInput): KernelFunction {
  const { buffers, names, functionNames, panel, across } = input;
  const kernel = inOrder(panelKernel(input));
  const body = buildNest(kernel, { ...nestContext(buffers, names), unroll: unrollOf(kernel), totals: {}, held: [] });
  const [hint, what] =
    panel !== columnPanel
      ? ["Rows", "a block of rows"]
      : across.size === 1
        ? ["Column", "one column"]
        : [`Columns${across.size}`, `${across.size} columns`];
  const name = functionNames.fresh(`${input.kernel.name}Pack${hint}`);
  return calledByDriver(makeFunction(name, `${what}, computed while packed`, body, buffers));
}
