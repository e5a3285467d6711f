/**
 * Contractions in register tiles, by the pattern of performance.md: panels packed into fixed-size module constants in
 * double precision, and a micro-kernel of 2×3 accumulators in a small function of its own that V8 inlines.
 *
 * A block of up to 64 rows and 256 terms is packed once; for each three columns their 256 terms are packed and multiplied
 * with all rows of the block. The rows of a tile, and its columns, have panels of their own, which are read at one index
 * (adr/0024). Panels of a right factor that no step of a loop changes are packed before the loop (adr/0025). A factor that
 * is stored nowhere is computed where it would be packed. A sum over several axes (channels and places of a convolution) is
 * packed term by term: one axis is cut into blocks, those inside are packed whole, those outside are loops.
 *
 * Invariant: panels have the same size for every dimension; sums longer than a block add up in the result's own buffer, or,
 * before an epilogue, in that of a block of rows.
 */
import { addSize, type Load, mulSize, namedSize, type Size, scalarBuilder } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, type FlatKernel, flattenKernel } from "../../ir/kernel/flat-kernel.js";
import type { Axis, Kernel } from "../../ir/kernel/nodes.js";
import {
  bind,
  type CallFunction,
  constant,
  type LoopFunction,
  loop,
  type ProgramBuffer,
  programBuffer,
  type Stmt,
  store,
} from "../../ir/loop/index.js";
import type { NameSupply } from "../fuse/names.js";
import { applyOrder } from "../schedule/collapse.js";
import { type Factor, type Factors, factorsOf } from "../schedule/factors.js";
import { keptGroups } from "../schedule/kept-panels.js";
import { type Strided, stridedOf } from "../schedule/strided.js";
import { blockRows, blockTerms, tileRows } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";
import { type KernelFunction, makeFunction } from "./kernel-function.js";
import type { PartSupply } from "./part-supply.js";
import { type RowBlock, tileEpilogue } from "./tile-epilogue.js";
import { type Contraction, type Operand, TileFunctions } from "./tile-functions.js";
import { blockLoop, keptPanels, panelSize, sharedPanels, sum } from "./tile-parts.js";
import { type Across, tilePrologue } from "./tile-prologue.js";

export interface Tiled {
  /** Its own, each before those that call it. */
  readonly functions: readonly LoopFunction[];
  readonly scratch: readonly ProgramBuffer[];
  /** The one that is called, which is the last of them. */
  readonly fn: LoopFunction;
  readonly call: CallFunction;
}

class TileMaker {
  private readonly functions: LoopFunction[] = [];
  private readonly factors: Factors;
  private readonly result: Operand;
  private readonly parts: TileFunctions;
  private readonly flat: FlatKernel;
  private readonly axes: readonly Axis[];
  private readonly keep: boolean;

  constructor(
    private readonly kernel: Kernel,
    private readonly schedule: TileSchedule,
    private readonly buffers: Buffers,
    private readonly names: NameSupply,
    private readonly comment: string,
    private readonly supply: PartSupply,
  ) {
    const flat = applyOrder(flattenKernel(kernel, buffers), schedule.order);
    const factors = factorsOf(flat);
    const [write] = flat.writes;
    if (factors === undefined || write === undefined)
      throw new Error(`bug: kernel '${kernel.name}' is no sum of products`);
    this.flat = flat;
    this.axes = flat.axes;
    this.keep = write.keep;
    this.factors = factors;
    this.result = this.operand(this.blockSums ?? stridedOf(write, schedule));
    this.parts = new TileFunctions(this.contraction, supply);
  }

  private operand(strided: Strided): Operand {
    return { ...strided, dtype: bufferNamed(this.buffers, strided.buffer).dtype };
  }

  private factorIn({ buffer, index }: Load): Operand {
    return this.operand(stridedOf({ buffer, index: index[0] ?? 0 }, this.schedule));
  }

  private get contraction(): Contraction {
    const { result, adds } = this;
    const rows = this.sizeOf(this.schedule.rows);
    const even = typeof rows === "number" && rows % tileRows === 0; // and so is every block
    return { result, inner: this.innerSizes, adds, even, isKept: this.schedule.kept !== undefined };
  }

  /** The sums of one block of rows, where no others are kept. */
  private get blockSums(): Strided | undefined {
    const buffer = this.schedule.epilogue?.block;
    if (buffer === undefined) return undefined;
    return { buffer, start: 0, rows: this.sizeOf(this.schedule.columns), columns: 1, sum: 0, inner: [] };
  }

  private sizeOf(name: string): Size {
    return this.axes.find((axis) => axis.name === name)?.size ?? 1;
  }

  private get innerSizes(): readonly number[] {
    return this.schedule.inner.map((name) => Number(this.sizeOf(name))); // literal, says the schedule
  }

  /** Terms for each step along the axis that is cut into blocks. */
  private get termsPerStep(): number {
    return this.innerSizes.reduce((product, size) => product * size, 1);
  }

  /** Steps along that axis which a block has room for. */
  private get blockSteps(): number {
    return Math.floor(blockTerms / this.termsPerStep);
  }

  /** Sums that one block holds are stored; longer ones, and those that are kept, are added. */
  private get adds(): boolean {
    const steps = this.sizeOf(this.schedule.sum);
    return this.keep || this.schedule.around.length > 0 || typeof steps !== "number" || steps > this.blockSteps;
  }

  /** Columns `from` to `to`, a panel at a time, for the packed rows. */
  private columnLoop(columns: number, from: Size, to: Size, block: Block): readonly Stmt[] {
    const { result, parts } = this;
    const above = this.blockSums === undefined ? mulSize(result.rows, block.i) : 0;
    const terms = mulSize(this.termsPerStep, block.terms);
    return blockLoop(this.names.fresh("j"), { from, to, step: columns }, (j) => [
      this.packColumns({ from: j, size: columns }, block),
      parts.rowsOfBlock(columns)(sum(result.start, above, mulSize(result.columns, j)), {
        rows: block.rows,
        terms,
        column: 0,
      }),
    ]);
  }

  /** Runs `body` for all groups of columns that are kept: how many there are in it, which is the first, where its panels begin. */
  private overKept(body: (columns: number, j: Size, column: Size) => readonly Stmt[]): readonly Stmt[] {
    const { whole, rest } = keptGroups(Number(this.sizeOf(this.schedule.columns))); // literal, says the schedule
    const [, width] = this.schedule.tile;
    const { place = 0 } = this.schedule.kept ?? {};
    const groups = (columns: number, from: number, count: number, first: number): readonly Stmt[] =>
      blockLoop(this.names.fresh("g"), { to: count, step: 1 }, (g) =>
        body(
          columns,
          sum(from, mulSize(columns, g)),
          sum(place, mulSize(this.sizeOf(this.schedule.sum), sum(first, g))),
        ),
      );
    return [...groups(width, 0, whole, 0), ...groups(1, whole * width, rest, whole)];
  }

  /** Products with columns that were packed before the loop. */
  private keptColumns(block: Block): readonly Stmt[] {
    const { result, parts } = this;
    const above = this.blockSums === undefined ? mulSize(result.rows, block.i) : 0;
    return this.overKept((columns, j, column) => [
      parts.rowsOfBlock(columns)(sum(result.start, above, mulSize(result.columns, j)), {
        rows: block.rows,
        terms: block.terms,
        column: sum(column, block.k),
      }),
    ]);
  }

  /** Packs all columns. */
  makeKept(): KernelFunction {
    const { load } = this.factors.right;
    if (load === undefined) throw new Error(`bug: the right factor of '${this.kernel.name}' is not stored`);
    const operand = this.factorIn(load);
    const terms = this.sizeOf(this.schedule.sum);
    const body = this.overKept((columns, j, column) => [
      this.parts.packColumns(operand, columns)(sum(operand.start, mulSize(operand.columns, j)), { terms, column }),
    ]);
    const name = this.supply.names.fresh(`${this.kernel.name}Panels`);
    return makeFunction(name, "the right factor, packed before the loop", body, this.buffers);
  }

  /** Whole panels of columns, then what is left over one by one. */
  private columns(block: Block): readonly Stmt[] {
    if (this.schedule.kept !== undefined) return this.keptColumns(block);
    const size = this.sizeOf(this.schedule.columns);
    const [, width] = this.schedule.tile;
    const whole = this.names.fresh("wholeColumns");
    const count = scalarBuilder.position(size);
    const end: Size = typeof size === "number" ? size - (size % width) : namedSize(whole);
    const bound =
      typeof size === "number" ? [] : [bind(whole, scalarBuilder.sub(count, scalarBuilder.rem(count, width)))];
    return [...bound, ...this.columnLoop(width, 0, end, block), ...this.columnLoop(1, end, size, block)];
  }

  /** Statements for each block of an axis: where it starts, and the smaller of a block and what is left. */
  private overBlocks(
    size: Size,
    step: number,
    [first, length]: readonly [first: string, length: string],
    body: (from: Size, extent: Size) => readonly Stmt[],
  ): readonly Stmt[] {
    return blockLoop(this.names.fresh(first), { to: size, step }, (from) => {
      if (typeof size === "number" && size <= step) return body(from, size);
      const name = this.names.fresh(length);
      const left = scalarBuilder.sub(scalarBuilder.position(size), scalarBuilder.position(from));
      return [bind(name, scalarBuilder.min(left, step)), ...body(from, namedSize(name))];
    });
  }

  private blocks(): readonly Stmt[] {
    const { schedule } = this;
    const overRows = (body: (i: Size, rows: Size) => readonly Stmt[]): readonly Stmt[] =>
      this.overBlocks(this.sizeOf(schedule.rows), blockRows, ["firstRow", "rows"], body);
    const overTerms = (body: (k: Size, terms: Size) => readonly Stmt[]): readonly Stmt[] =>
      this.around(this.overBlocks(this.sizeOf(schedule.sum), this.blockSteps, ["firstTerm", "terms"], body));
    if (this.flat.epilogue === undefined) {
      return overTerms((k, terms) => overRows((i, rows) => this.multiply({ i, k, rows, terms })));
    }
    return overRows((i, rows) => [
      ...this.clearBlock(rows),
      ...overTerms((k, terms) => this.multiply({ i, k, rows, terms })),
      this.epilogue({ from: i, rows }),
    ]);
  }

  private packRows(block: Block): readonly Stmt[] {
    const { left } = this.factors;
    if (left.load === undefined) return this.computeRows(left, block);
    const operand = this.factorIn(left.load);
    const from = sum(operand.start, mulSize(operand.rows, block.i), mulSize(operand.sum, block.k));
    return [this.parts.packRows(operand)(from, { rows: block.rows, terms: block.terms })];
  }

  private packColumns(columns: { readonly from: Size; readonly size: number }, block: Block): Stmt {
    const { right } = this.factors;
    if (right.load === undefined) return this.prologue(right, { side: "columns", ...columns }, block);
    const operand = this.factorIn(right.load);
    const from = sum(operand.start, mulSize(operand.columns, columns.from), mulSize(operand.sum, block.k));
    return this.parts.packColumns(operand, columns.size)(from, { terms: block.terms, column: 0 });
  }

  /** Computes the panel of the first rows of all tiles, and that of the second. */
  private computeRows(left: Factor, block: Block): readonly Stmt[] {
    const panel = (row: number, size: Size): Stmt =>
      this.prologue(left, { side: "rows", row, from: block.i, size }, block);
    return [0, 1].flatMap((row) => {
      const rows = addSize(block.rows, 1 - row); // half of that, rounded down, has such a row
      if (typeof rows === "number") return [panel(row, Math.floor(rows / tileRows))];
      const tiles = bind(this.names.fresh("tiles"), scalarBuilder.shiftRight(scalarBuilder.position(rows), 1));
      return [tiles, panel(row, namedSize(tiles.name))];
    });
  }

  /** Computes a panel of a factor. */
  private prologue(factor: Factor, across: Across, block: Block): Stmt {
    const { flat: kernel, schedule, buffers, names, supply } = this;
    const terms = { from: block.k, size: block.terms };
    const made = tilePrologue({
      kernel,
      schedule,
      factor,
      across,
      terms,
      buffers,
      names: names.fork(),
      functionNames: supply.names,
    });
    this.functions.push(made.fn);
    return made.call;
  }

  /** Packs a block of rows and multiplies it with all columns. */
  private multiply(block: Block): readonly Stmt[] {
    return [...this.packRows(block), ...this.columns(block)];
  }

  /** Loops around the blocks, over further axes of the sum. */
  private around(body: readonly Stmt[]): readonly Stmt[] {
    return this.schedule.around.reduceRight((inner, name) => [loop(name, this.sizeOf(name), inner)], body);
  }

  private epilogue(block: RowBlock): Stmt {
    const { flat, buffers, names, schedule, kernel } = this;
    const sums = kernel.writes[0]?.buffer ?? "";
    const { epilogue } = schedule;
    if (epilogue === undefined) throw new Error(`bug: the epilogue of '${kernel.name}' has no schedule`);
    const made = tileEpilogue({
      kernel: flat,
      schedule: { ...schedule, epilogue },
      buffers,
      names: names.fork(),
      functionNames: this.supply.names,
      sums,
      block,
    });
    this.functions.push(made.fn);
    return made.call;
  }

  /** Sums of one block that add up over several blocks of terms start from 0. */
  private clearBlock(rows: Size): readonly Stmt[] {
    const { blockSums } = this;
    if (blockSums === undefined || !this.adds) return [];
    const e = this.names.fresh("e");
    return [loop(e, mulSize(rows, blockSums.rows), [store(blockSums.buffer, namedSize(e), constant(0, "f64"))])];
  }

  private initialise(): readonly Stmt[] {
    if (!this.adds || this.keep || this.blockSums !== undefined) return [];
    const { buffer } = this.result;
    const { shape, dtype } = bufferNamed(this.buffers, buffer);
    const e = this.names.fresh("e");
    return [loop(e, shape.reduce(mulSize, 1), [store(buffer, namedSize(e), constant(0, dtype))])];
  }

  make(): Tiled {
    const inside = this.blocks();
    const around = [...this.schedule.batch]
      .reverse()
      .reduce<readonly Stmt[]>((body, name) => [loop(name, this.sizeOf(name), body)], inside);
    const driver = makeFunction(this.kernel.name, this.comment, [...this.initialise(), ...around], this.buffers);
    const { kept } = this.schedule;
    const panels = [...sharedPanels, ...(kept === undefined ? [] : keptPanels)];
    const scratch = panels.map((name) => programBuffer(name, "scratch", "f64", panelSize(name)));
    return { functions: [...this.functions, driver.fn], scratch, fn: driver.fn, call: driver.call };
  }
}

/** Where a block starts and how large it is: rows, and steps along the axis that is cut into blocks. */
interface Block {
  readonly i: Size;
  readonly k: Size;
  readonly rows: Size;
  readonly terms: Size;
}

export const tileFunctions = (
  kernel: Kernel,
  schedule: TileSchedule,
  buffers: Buffers,
  names: NameSupply,
  comment: string,
  supply: PartSupply,
): Tiled => new TileMaker(kernel, schedule, buffers, names, comment, supply).make();

/** The function that packs the right factor before a loop. */
export const keptFunction = (
  kernel: Kernel,
  schedule: TileSchedule,
  buffers: Buffers,
  names: NameSupply,
  supply: PartSupply,
): KernelFunction => new TileMaker(kernel, schedule, buffers, names, "", supply).makeKept();
