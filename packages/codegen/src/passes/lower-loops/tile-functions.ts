/**
 * The parts of a tiled contraction: functions that pack panels of the factors, and the micro-kernels that multiply them.
 *
 * Invariant: steps of 0 and 1 between elements stand in the code, since they make it another one; all others are parameters.
 * Panels lie as they do for every kernel, so the innermost loop of a micro-kernel has constants alone in its indices.
 */
import {
  type DType,
  type Index,
  mulSize,
  namedSize,
  type ScalarExpr,
  type Size,
  scalarBuilder,
  subSize,
} from "@tapeless/types/compiler";
import { accumulate, bind, constant, load, local, loop, ref, type Stmt, store, update } from "../../ir/loop/index.js";
import { NameSupply } from "../fuse/names.js";
import type { Strided } from "../schedule/strided.js";
import { blockTerms, tileRows } from "../schedule/tile.js";
import { type Part, type PartSupply, roleParam } from "./part-supply.js";
import { allPanels, columnPanel, keptPanel, rowPanel, sum } from "./tile-parts.js";

/** What the parts of one contraction hang on. */
export interface Contraction {
  readonly result: Operand;
  /** Lengths of the axes of the sum that a block has whole. */
  readonly inner: readonly number[];
  /** Are sums added to what is there? Else they are stored. */
  readonly adds: boolean;
  /** Is the number of rows even in every block? */
  readonly even: boolean;
  /** Is the right factor in panels that are packed before a loop? */
  readonly isKept: boolean;
}

export interface Operand extends Strided {
  readonly dtype: DType;
}

/** Calls a part for the operand that it is of: from some element on, with the lengths of a block. */
export type PartOf<Lengths extends string> = (from: Index, lengths: Readonly<Record<Lengths, Size>>) => Stmt;

const lengths = ["rows", "terms", "row", "column"] as const;

const innerStride = (at: number): string => `stride${at + 1}`;

/** Steps of an operand by the names of the parameters that stand for them. */
const stridesOf = ({ rows, columns, sum, inner }: Strided): Readonly<Record<string, Size>> => ({
  rowStride: rows,
  columnStride: columns,
  termStride: sum,
  ...Object.fromEntries(inner.map((step, at) => [innerStride(at), step])),
});

/** Elements side by side, and the same element for all, are other code than those some way apart. */
const inPart = (step: Size, name: string): Size => (step === 0 || step === 1 ? step : namedSize(name));

/** An operand as its parts know it. */
const asRole = (role: string, { dtype, ...operand }: Operand): Operand => ({
  buffer: role,
  start: 0,
  dtype,
  rows: inPart(operand.rows, "rowStride"),
  columns: inPart(operand.columns, "columnStride"),
  sum: inPart(operand.sum, "termStride"),
  inner: operand.inner.map((step, at) => inPart(step, innerStride(at))),
});

/** The parts of one contraction. */
export class TileFunctions {
  constructor(
    private readonly contraction: Contraction,
    private readonly supply: PartSupply,
  ) {}

  /** Names for what a part defines. */
  private names(operand: Operand): NameSupply {
    return new NameSupply([operand.buffer, ...allPanels, ...lengths, ...Object.keys(stridesOf(operand))]);
  }

  /** A part of one operand, which is called by its `role` in it. */
  private part(name: string, what: string, role: Operand, space: "input" | "output", body: readonly Stmt[]): Part {
    const sizes = [...Object.keys(stridesOf(role)), ...lengths];
    return this.supply.part({ name, what, buffer: roleParam(role.buffer, space, role.dtype), sizes, body });
  }

  /** Runs `body` for every term of a block: where the operand has it, and where the panel. */
  private overTerms(
    operand: Operand,
    names: NameSupply,
    body: (from: Size, to: Size) => readonly Stmt[],
  ): readonly Stmt[] {
    const k = names.fresh("k");
    const inner = this.contraction.inner.map((size) => ({ index: names.fresh("q"), size }));
    const from = inner.map(({ index }, at) => mulSize(operand.inner[at] ?? 0, namedSize(index)));
    const place = inner.reduce<Size>((to, { index, size }) => sum(mulSize(to, size), namedSize(index)), namedSize(k));
    const innermost = body(sum(mulSize(operand.sum, namedSize(k)), ...from), place);
    const nested = inner.reduceRight((stmts, { index, size }) => [loop(index, size, stmts)], innermost);
    return [loop(k, namedSize("terms"), nested)];
  }

  /** The first rows of all tiles into one panel, the second into another. */
  packRows(left: Operand): PartOf<"rows" | "terms"> {
    const role = asRole("left", left);
    const names = this.names(role);
    const lanes = Array.from({ length: tileRows }, (_, row) => {
      const index = names.fresh("i");
      const place = rowStart(subSize(namedSize(index), row));
      const move = (from: Size, to: Size): Stmt =>
        store(rowPanel(row), sum(place, to), asDouble(role, sum(mulSize(role.rows, namedSize(index)), from)));
      return { move, overRows: (body: readonly Stmt[]): Stmt => everyTile(index, row, namedSize("rows"), body) };
    });
    const transposed = role.rows === 1;
    const body = transposed
      ? this.overTerms(role, names, (from, to) => lanes.map(({ move, overRows }) => overRows([move(from, to)])))
      : lanes.map(({ move, overRows }) => overRows(this.overTerms(role, names, (from, to) => [move(from, to)])));
    const name = transposed ? "packTransposedRows" : "packRows";
    return calledFor(left, this.part(name, "packs rows of a left factor", role, "input", body));
  }

  /** The panel of a column, and where it has term `k` of it. */
  private columnAt(column: number, k: Size): { readonly panel: string; readonly at: Size } {
    return this.contraction.isKept
      ? { panel: keptPanel(column), at: sum(namedSize("column"), k) }
      : { panel: columnPanel(column), at: k };
  }

  packColumns(right: Operand, columns: number): PartOf<"terms" | "column"> {
    const role = asRole("right", right);
    const names = this.names(role);
    const moves = (from: Size, to: Size): readonly Stmt[] =>
      Array.from({ length: columns }, (_, c) => {
        const { panel, at } = this.columnAt(c, to);
        return store(panel, at, asDouble(role, sum(from, mulSize(role.columns, c))));
      });
    const name = `pack${role.sum === 1 ? "Transposed" : ""}${columnsWord(columns)}`;
    const what = `packs ${columnWords(columns)} of a right factor`;
    return calledFor(right, this.part(name, what, role, "input", this.overTerms(role, names, moves)));
  }

  /** One tile: all its sums over the packed terms. */
  private micro(rows: number, columns: number): Part {
    const { result, adds } = this.contraction;
    const role = asRole("sums", result);
    const names = this.names(role);
    const k = names.fresh("k");
    const cells = Array.from({ length: rows * columns }, () => names.fresh("sum"));
    const xs = Array.from({ length: rows }, () => names.fresh("x"));
    const ys = Array.from({ length: columns }, () => names.fresh("y"));
    const body: Stmt[] = [
      ...ys.map((name, c) => {
        const { panel, at } = this.columnAt(c, namedSize(k));
        return bind(name, load(panel, at, "f64"));
      }),
      ...xs.map((name, r) => bind(name, load(rowPanel(r), sum(namedSize("row"), namedSize(k)), "f64"))),
      ...cells.map((name, at) =>
        update(
          name,
          "sum",
          scalarBuilder.mul(ref(xs[Math.floor(at / columns)] ?? "", "f64"), ref(ys[at % columns] ?? "", "f64")),
        ),
      ),
    ];
    const stores = cells.map((name, at): Stmt => {
      const index = sum(mulSize(role.rows, Math.floor(at / columns)), mulSize(role.columns, at % columns));
      const value = scalarBuilder.cast(ref(name, "f64"), role.dtype);
      return adds ? accumulate(role.buffer, index, "sum", value) : store(role.buffer, index, value);
    });
    const locals = cells.map((name) => local(name, constant(0, "f64")));
    const [name, what] = adds ? ["addTile", "adds a tile of"] : ["tile", "a tile of"];
    return this.part(`${name}${rows}x${columns}`, `${what} ${rows}×${columns} sums`, role, "output", [
      ...locals,
      loop(k, namedSize("terms"), body),
      ...stores,
    ]);
  }

  /** All rows of the block for a few columns: pairs of rows, then one more where their number may be odd. */
  rowsOfBlock(columns: number): PartOf<"rows" | "terms" | "column"> {
    const { result, adds, even } = this.contraction;
    const role = asRole("sums", result);
    const names = this.names(role);
    const tiles = (tall: number, from: Size, to: Size): Stmt => {
      const index = names.fresh("i");
      const row = rowStart(namedSize(index));
      const call = this.micro(tall, columns)(role.buffer, mulSize(role.rows, namedSize(index)), {
        row,
        column: namedSize("column"),
      });
      return everyTile(index, from, to, [call]);
    };
    const rows = namedSize("rows");
    const end = names.fresh("end");
    const count = scalarBuilder.position(rows);
    const body: Stmt[] = even
      ? [tiles(tileRows, 0, rows)]
      : [
          bind(end, scalarBuilder.sub(count, scalarBuilder.rem(count, tileRows))),
          tiles(tileRows, 0, namedSize(end)),
          tiles(1, namedSize(end), rows),
        ];
    const [name, what] = adds ? ["add", "adds to"] : ["sum", "sums of"];
    return calledFor(
      result,
      this.part(
        `${name}${columnsWord(columns)}`,
        `${what} ${columns} columns of a block of rows`,
        role,
        "output",
        body,
      ),
    );
  }
}

/** Where the panels have a row that is the first of a tile. */
const rowStart = (row: Size): Size => mulSize(blockTerms / tileRows, row);

const everyTile = (index: string, from: Size, to: Size, body: readonly Stmt[]): Stmt => {
  return { kind: "For", index, from, to, step: tileRows, unroll: "none", body };
};

const columnsWord = (columns: number): string => (columns === 1 ? "Column" : `Columns${columns}`);

const columnWords = (columns: number): string => (columns === 1 ? "one column" : `${columns} columns`);

const asDouble = ({ buffer, dtype }: Operand, at: Index): ScalarExpr =>
  scalarBuilder.cast(load(buffer, at, dtype), "f64");

const calledFor =
  (operand: Operand, part: Part) =>
  (from: Index, sizes: Readonly<Record<string, Size>>): Stmt =>
    part(operand.buffer, from, { ...stridesOf(operand), ...sizes });
