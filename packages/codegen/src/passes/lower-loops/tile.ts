/**
 * Contractions in register tiles, by the pattern of performance.md: panels packed into fixed-size module constants in
 * double precision, and a micro-kernel of 2×3 accumulators in a small function of its own that V8 inlines.
 *
 * A block of up to 64 rows and 256 terms is packed once; for each three columns their 256 terms are packed and multiplied
 * with all rows of the block. Packed rows lie a constant distance apart, so that the innermost index is a sum of a loop
 * index and constants. A sum over several axes (channels and places of a convolution) is packed term by term: one axis is
 * cut into blocks, those inside are packed whole, those outside are loops. Invariant: panels have the same size for every
 * dimension; sums longer than a block add up in the result's own buffer, or, before an epilogue, in that of a block of rows.
 */
import { type Index, mulSize, namedSize, type ScalarExpr, type Size, scalarBuilder } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, type FlatKernel, flattenKernel } from "../../ir/kernel/flat-kernel.js";
import type { Axis, Buffer, Kernel } from "../../ir/kernel/nodes.js";
import {
  accumulate,
  bind,
  type CallFunction,
  constant,
  type LoopFunction,
  load,
  local,
  loop,
  type ProgramBuffer,
  programBuffer,
  ref,
  type Stmt,
  store,
  update,
} from "../../ir/loop/index.js";
import type { NameSupply } from "../fuse/names.js";
import { applyOrder } from "../schedule/collapse.js";
import { factorsOf } from "../schedule/factors.js";
import { blockRows, blockTerms } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";
import { freeNames, makeFunction } from "./kernel-function.js";
import { type RowBlock, tileEpilogue } from "./tile-epilogue.js";
import {
  blockLoop,
  callPart,
  columnPanel,
  isPanel,
  type Part,
  panelSize,
  renamed,
  rowPanel,
  type Strided,
  scratchParam,
  stridedOf,
  sum,
} from "./tile-parts.js";

export interface Tiled {
  readonly functions: readonly LoopFunction[];
  readonly scratch: readonly ProgramBuffer[];
  /** The one that is called, which is the last of them. */
  readonly fn: LoopFunction;
  readonly call: CallFunction;
}

class TileMaker {
  private readonly functions: LoopFunction[] = [];
  private readonly left: Strided;
  private readonly right: Strided;
  private readonly result: Strided;
  private readonly flat: FlatKernel;
  private readonly axes: readonly Axis[];
  private readonly keep: boolean;

  constructor(
    private readonly kernel: Kernel,
    private readonly schedule: TileSchedule,
    private readonly buffers: Buffers,
    private readonly names: NameSupply,
    private readonly comment: string,
  ) {
    const flat = applyOrder(flattenKernel(kernel, buffers), schedule.order);
    const factors = factorsOf(flat);
    const [write] = flat.writes;
    if (factors === undefined || write === undefined)
      throw new Error(`bug: kernel '${kernel.name}' is no sum of products`);
    this.flat = flat;
    this.axes = flat.axes;
    this.keep = write.keep;
    this.left = stridedOf(factors.left, schedule);
    this.right = stridedOf(factors.right, schedule);
    this.result = this.blockSums ?? stridedOf(write, schedule);
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

  /** Terms for each step along the axis that is cut into blocks. */
  private get termsPerStep(): number {
    return this.schedule.inner.reduce((product, name) => product * Number(this.sizeOf(name)), 1); // literal, says the schedule
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

  /** Runs `body` for every term of a block: where the operand has it, and where the panel. */
  private overTerms(
    operand: Strided,
    steps: string,
    names: NameSupply,
    body: (from: Size, to: Size) => readonly Stmt[],
  ): readonly Stmt[] {
    const k = names.fresh("k");
    const inner = this.schedule.inner.map((name) => ({ index: names.fresh("q"), size: this.sizeOf(name) }));
    const from = inner.map(({ index }, at) => mulSize(operand.inner[at] ?? 0, namedSize(index)));
    const place = inner.reduce<Size>((to, { index, size }) => sum(mulSize(to, size), namedSize(index)), namedSize(k));
    const innermost = body(sum(mulSize(operand.sum, namedSize(k)), ...from), place);
    const nested = inner.reduceRight((stmts, { index, size }) => [loop(index, size, stmts)], innermost);
    return [loop(k, namedSize(steps), nested)];
  }

  /** A function of one buffer (from where the caller says), the panels, and sizes that the caller computes. */
  private part(name: string, what: string, operand: Strided, body: readonly Stmt[]): Part {
    const { fn } = makeFunction(`${this.kernel.name}${name}`, what, body, this.withScratch());
    const params = fn.params.map((param) => {
      if (param.kind !== "BufferParam") return param;
      return isPanel(param.name) ? scratchParam(param.name) : { ...param, size: 1, offset: true }; // 1: at least what is there
    });
    const used = new Set(freeNames(body).sizes);
    const made: LoopFunction = {
      ...fn,
      params: params.filter((param) => param.kind !== "SizeParam" || used.has(param.name)),
    };
    this.functions.push(made);
    return { fn: made, call: (from, values) => callPart(made, operand.buffer, from, values) };
  }

  private withScratch(): Buffers {
    const panel = (name: string): [string, Buffer] => [
      name,
      { kind: "Buffer", name, space: "arena", dtype: "f64", shape: [panelSize(name)] },
    ];
    return new Map([...this.buffers, panel(rowPanel), panel(columnPanel)]);
  }

  private asDouble(operand: Strided, at: Index): ScalarExpr {
    return scalarBuilder.cast(load(operand.buffer, at, bufferNamed(this.buffers, operand.buffer).dtype), "f64");
  }

  private packRows(): Part {
    const { left } = this;
    const names = this.names.fork();
    const [i, rows, terms] = [names.fresh("i"), names.fresh("rows"), names.fresh("terms")];
    const move = (from: Size, to: Size): Stmt =>
      store(
        rowPanel,
        sum(mulSize(blockTerms, namedSize(i)), to),
        this.asDouble(left, sum(mulSize(left.rows, namedSize(i)), from)),
      );
    const byRow = () => [
      loop(
        i,
        namedSize(rows),
        this.overTerms(left, terms, names, (from, to) => [move(from, to)]),
      ),
    ];
    const byTerm = () => this.overTerms(left, terms, names, (from, to) => [loop(i, namedSize(rows), [move(from, to)])]);
    const body = left.rows === 1 ? byTerm() : byRow();
    const made = this.part("PackRows", `packs rows of ${left.buffer}`, left, body);
    return renamed(made, { rows, terms });
  }

  private packColumns(columns: number): Part {
    const { right } = this;
    const names = this.names.fork();
    const terms = names.fresh("terms");
    const moves = (from: Size, to: Size): readonly Stmt[] =>
      Array.from({ length: columns }, (_, c) =>
        store(columnPanel, sum(to, c * blockTerms), this.asDouble(right, sum(from, mulSize(right.columns, c)))),
      );
    const body = this.overTerms(right, terms, names, moves);
    const made = this.part(`PackColumns${columns}`, `packs ${columns} columns of ${right.buffer}`, right, body);
    return renamed(made, { terms });
  }

  /** One tile: all its sums over the packed terms. */
  private micro(rows: number, columns: number): Part {
    const { result } = this;
    const names = this.names.fork();
    const fresh = (hint: string): string => names.fresh(hint);
    const [k, terms, row] = [fresh("k"), fresh("terms"), fresh("row")];
    const cells = Array.from({ length: rows * columns }, () => fresh("sum"));
    const xs = Array.from({ length: rows }, () => fresh("x"));
    const ys = Array.from({ length: columns }, () => fresh("y"));
    const body: Stmt[] = [
      ...ys.map((name, c) => bind(name, load(columnPanel, sum(namedSize(k), c * blockTerms), "f64"))),
      ...xs.map((name, r) => bind(name, load(rowPanel, sum(namedSize(row), namedSize(k), r * blockTerms), "f64"))),
      ...cells.map((name, at) =>
        update(
          name,
          "sum",
          scalarBuilder.mul(ref(xs[Math.floor(at / columns)] ?? "", "f64"), ref(ys[at % columns] ?? "", "f64")),
        ),
      ),
    ];
    const { dtype } = bufferNamed(this.buffers, result.buffer);
    const stores = cells.map((name, at): Stmt => {
      const index = sum(mulSize(result.rows, Math.floor(at / columns)), mulSize(result.columns, at % columns));
      const value = scalarBuilder.cast(ref(name, "f64"), dtype);
      return this.adds ? accumulate(result.buffer, index, "sum", value) : store(result.buffer, index, value);
    });
    const locals = cells.map((name) => local(name, constant(0, "f64")));
    const what = `${rows}×${columns} sums of ${result.buffer}`;
    const made = this.part(`Tile${rows}x${columns}`, what, result, [
      ...locals,
      loop(k, namedSize(terms), body),
      ...stores,
    ]);
    return renamed(made, { terms, row });
  }

  /** All rows of the block for a few columns: pairs of rows, then one more where their number may be odd. */
  private rowLoop(columns: number): Part {
    const names = this.names.fork();
    const [rows, terms] = [names.fresh("rows"), names.fresh("terms")];
    const [height] = this.schedule.tile;
    const tiles = (tall: number, index: string, from: Size, to: Size): Stmt => {
      const micro = this.micro(tall, columns);
      const call = micro.call(mulSize(this.result.rows, namedSize(index)), {
        terms: namedSize(terms),
        row: mulSize(blockTerms, namedSize(index)),
      });
      return { kind: "For", index, from, to, step: tall, unroll: "none", body: [call] };
    };
    const size = this.sizeOf(this.schedule.rows);
    const even = typeof size === "number" && size % height === 0; // and so is every block
    const end = names.fresh("end");
    const count = scalarBuilder.position(namedSize(rows));
    const body: Stmt[] = even
      ? [tiles(height, names.fresh("i"), 0, namedSize(rows))]
      : [
          bind(end, scalarBuilder.sub(count, scalarBuilder.rem(count, height))),
          tiles(height, names.fresh("i"), 0, namedSize(end)),
          tiles(1, names.fresh("i"), namedSize(end), namedSize(rows)),
        ];
    const made = this.part(`Rows${columns}`, `all rows of a block for ${columns} columns`, this.result, body);
    return renamed(made, { rows, terms });
  }

  /** Columns `from` to `to`, a panel at a time, for the packed rows. */
  private columnLoop(columns: number, from: Size, to: Size, block: Block): Stmt {
    const j = this.names.fresh("j");
    const pack = this.packColumns(columns);
    const rows = this.rowLoop(columns);
    const packed = pack.call(
      sum(this.right.start, mulSize(this.right.columns, namedSize(j)), mulSize(this.right.sum, block.k)),
      { terms: block.terms },
    );
    const above = this.blockSums === undefined ? mulSize(this.result.rows, block.i) : 0;
    const multiplied = rows.call(sum(this.result.start, above, mulSize(this.result.columns, namedSize(j))), {
      rows: block.rows,
      terms: mulSize(this.termsPerStep, block.terms),
    });
    return { kind: "For", index: j, from, to, step: columns, unroll: "none", body: [packed, multiplied] };
  }

  /** Whole panels of columns, then what is left over one by one. */
  private columns(block: Block): readonly Stmt[] {
    const size = this.sizeOf(this.schedule.columns);
    const [, width] = this.schedule.tile;
    const whole = this.names.fresh("wholeColumns");
    const count = scalarBuilder.position(size);
    const end: Size = typeof size === "number" ? size - (size % width) : namedSize(whole);
    const bound =
      typeof size === "number" ? [] : [bind(whole, scalarBuilder.sub(count, scalarBuilder.rem(count, width)))];
    const rest = typeof size === "number" && size % width === 0 ? [] : [this.columnLoop(1, end, size, block)];
    return [...bound, this.columnLoop(width, 0, end, block), ...rest];
  }

  /** The smaller of a block and what is left, bound to a name. */
  private extent(
    block: number,
    size: Size,
    from: Size,
    hint: string,
  ): { readonly bound: readonly Stmt[]; readonly size: Size } {
    if (typeof size === "number" && size <= block) return { bound: [], size };
    const name = this.names.fresh(hint);
    const left = scalarBuilder.sub(scalarBuilder.position(size), scalarBuilder.position(from));
    return { bound: [bind(name, scalarBuilder.min(left, block))], size: namedSize(name) };
  }

  private blocks(): readonly Stmt[] {
    const [k, i] = [this.names.fresh("firstTerm"), this.names.fresh("firstRow")];
    const terms = this.extent(this.blockSteps, this.sizeOf(this.schedule.sum), namedSize(k), "terms");
    const rows = this.extent(blockRows, this.sizeOf(this.schedule.rows), namedSize(i), "rows");
    const block: Block = { i: namedSize(i), k: namedSize(k), rows: rows.size, terms: terms.size };
    const from = sum(this.left.start, mulSize(this.left.rows, block.i), mulSize(this.left.sum, block.k));
    const pack = this.packRows().call(from, { rows: rows.size, terms: terms.size });
    const over = this.sizeOf(this.schedule.rows);
    const inTerms = (body: readonly Stmt[]): Stmt =>
      blockLoop(k, this.sizeOf(this.schedule.sum), this.blockSteps, [...terms.bound, ...body]);
    const columns = this.columns(block);
    if (this.flat.epilogue === undefined) {
      const inRows = blockLoop(i, over, blockRows, [...rows.bound, pack, ...columns]);
      return this.around([inTerms([inRows])]);
    }
    const sums = this.around([inTerms([pack, ...columns])]);
    const after = this.epilogue({ from: i, rows: rows.size });
    return [blockLoop(i, over, blockRows, [...rows.bound, ...this.clearBlock(rows.size), ...sums, after])];
  }

  /** Loops around the blocks, over further axes of the sum. */
  private around(body: readonly Stmt[]): readonly Stmt[] {
    return this.schedule.around.reduceRight<readonly Stmt[]>(
      (inner, name) => [loop(name, this.sizeOf(name), inner)],
      body,
    );
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
    const scratch = [rowPanel, columnPanel].map((name) => programBuffer(name, "scratch", "f64", panelSize(name)));
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
): Tiled => new TileMaker(kernel, schedule, buffers, names, comment).make();
