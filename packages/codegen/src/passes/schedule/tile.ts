/**
 * Contractions in register tiles: which axes are rows, columns and sum, and whether tiling pays.
 *
 * Invariant: answers only for a kernel that is one sum of products of two factors and nothing else. Each is a load with an index
 * linear in every axis, or is computed while it is packed, once for each element of a panel.
 */
import { type Index, linearIn, mulSize, namesOf, productSize, type Size, subSize } from "@tapeless/types/compiler";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { typicalSize } from "../../ir/kernel/cost.js";
import { type Buffers, bufferNamed, type FlatKernel, flatParts, flattenKernel } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import type { Axis, Kernel } from "../../ir/kernel/nodes.js";
import { applyOrder, collapsibleOrder } from "./collapse.js";
import { type Factor, type Factors, factorsOf } from "./factors.js";
import { unrollOf } from "./loops.js";
import type { TileEpilogue, TileSchedule } from "./types.js";

/** Six accumulators: with more, V8 spills the registers that hold them (performance.md: 2×3 9.8 GFLOP/s, 4×4 5.6). */
export const tileRows = 2;
export const tileColumns = 3;
/** Terms of a sum that are packed at once: panels and the row block stay in the first and second cache. */
export const blockTerms = 256;
/** Rows that are packed at once. */
export const blockRows = 64;
/** An axis of this size is worth tiling where neighbours lie side by side, though another be longer. */
const longEnough = 8;
/** Multiply-adds below which packing panels costs more than it gains. */
const smallest = 2048;

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
  const [left, right, result] = [factors.left.names, factors.right.names, new Set(namesOf(write.index))];
  const loads = [factors.left, factors.right].flatMap(({ load }) => (load === undefined ? [] : load.index));
  const indices = [...loads, write.index];
  const linear = kernel.axes.every(({ name }) => indices.every((index) => isLinear(index, name, kernel.axes)));
  if (!linear) return undefined;
  const named = (l: boolean, r: boolean, c: boolean): readonly string[] =>
    kernel.axes
      .map((axis) => axis.name)
      .filter((name) => left.has(name) === l && right.has(name) === r && result.has(name) === c);
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

/**
 * The axis of a role to tile, and the others, which become loops around: the longest, or one that is long enough and whose
 * elements lie side by side in the operand.
 */
function pick(
  axes: readonly Axis[],
  names: readonly string[],
  operand: Index,
): { readonly tiled: Axis; readonly others: readonly string[] } | undefined {
  const own = axes.filter((axis) => names.includes(axis.name));
  const [first, ...rest] = own;
  if (first === undefined) return undefined;
  const longest = rest.reduce((best, axis) => (guess(axis.size) > guess(best.size) ? axis : best), first);
  const beside = own.find(({ name, size }) => guess(size) >= longEnough && linearIn(operand, name)?.factor === 1);
  const tiled = beside ?? longest;
  return { tiled, others: own.filter((axis) => axis !== tiled).map((axis) => axis.name) };
}

/** How a factor walks memory: where most of it lies, if it is computed. */
function walkOf(factor: Factor | undefined): Index {
  if (factor === undefined) return 0;
  const values = [...factor.lets.map((each) => each.value), factor.value];
  const loads = values.flatMap((value) =>
    kernelLanguage.walk(value).flatMap((node) => (node.kind === "Load" ? [node.index[0] ?? 0] : [])),
  );
  return loads.reduce<Index>((most, index) => (namesOf(index).length > namesOf(most).length ? index : most), 0);
}

/** For the reader. */
function computedWords(factors: Factors | undefined): string {
  const [left, right] = [factors?.left, factors?.right].map(
    (factor) => factor !== undefined && factor.load === undefined,
  );
  if (!left && !right) return "";
  return left && right
    ? ", both factors computed while packed"
    : `, the ${left ? "left" : "right"} factor computed while packed`;
}

/** The axes of a sum: which is cut into blocks, which each block has whole, and which are loops around. */
interface SumAxes {
  readonly blocked: Axis;
  readonly inner: readonly Axis[];
  readonly around: readonly Axis[];
}

/** As many of the last axes as fit into a block are packed together. */
function splitSums(axes: readonly Axis[]): SumAxes | undefined {
  const left = [...axes];
  const inner: Axis[] = [];
  let terms = 1;
  for (let last = left.at(-1); left.length > 1 && last !== undefined; last = left.at(-1)) {
    if (typeof last.size !== "number" || terms * last.size > blockTerms) break;
    terms *= last.size;
    inner.unshift(last);
    left.pop();
  }
  const blocked = left.pop();
  return blocked === undefined ? undefined : { blocked, inner, around: left };
}

const names = (axes: readonly Axis[]): readonly string[] => axes.map((axis) => axis.name);

/** The epilogue of a block of rows: its axes, in the order in which they walk the result. */
export function blockEpilogue(kernel: FlatKernel, rows: string, columns: string): FlatKernel | undefined {
  const [main, epilogue] = flatParts(kernel);
  if (main === undefined || epilogue === undefined) return undefined;
  const step = linearIn(main.writes[0]?.index ?? 0, rows)?.factor;
  const order = step === 1 ? [columns, rows] : [rows, columns];
  const axes = order.flatMap((name) => epilogue.axes.filter((axis) => axis.name === name));
  return { ...epilogue, axes };
}

function epilogueOf(kernel: FlatKernel, rows: string, columns: string): TileEpilogue | undefined {
  const made = blockEpilogue(kernel, rows, columns);
  return made && { unroll: unrollOf(made) };
}

/** The shape of the sums of one block of rows, in double precision, where that is less than all of them. */
export function blockOfRows(kernel: Kernel, schedule: TileSchedule, buffers: Buffers): readonly Size[] | undefined {
  const { axes } = applyOrder(flattenKernel(kernel, buffers), schedule.order);
  const columns = axes.find((axis) => axis.name === schedule.columns)?.size ?? 1;
  const shape = [blockRows, columns];
  const sums = bufferNamed(buffers, kernel.writes[0]?.buffer ?? "");
  const bytes = (dtype: "f64" | typeof sums.dtype, of: readonly Size[]): Size =>
    mulSize(elementBytes[dtype], productSize(of));
  const saved = subSize(bytes(sums.dtype, sums.shape), bytes("f64", shape));
  const saves = typeof saved === "number" ? saved > 0 : saved.terms.every((term) => term.coefficient > 0);
  return saves && sums.capacity === undefined ? shape : undefined;
}

export function scheduleTile(kernel: Kernel, buffers: Buffers): TileSchedule | undefined {
  const flat = flattenKernel(kernel, buffers);
  const roles = rolesOf(flat);
  if (roles === undefined || !["f32", "f64"].includes(bufferNamed(buffers, kernel.writes[0]?.buffer ?? "").dtype))
    return undefined;
  const order = collapsibleOrder(flat, [...roles.batch, ...roles.rows, ...roles.columns, ...roles.sums]);
  const shaped = applyOrder(flat, order);
  const { axes } = shaped;
  const factors = factorsOf(shaped);
  const [rows, columns] = [
    pick(axes, roles.rows, walkOf(factors?.left)),
    pick(axes, roles.columns, walkOf(factors?.right)),
  ];
  const sums = splitSums(axes.filter((axis) => roles.sums.includes(axis.name)));
  if (rows === undefined || columns === undefined || sums === undefined) return undefined;
  const [m, n] = [guess(rows.tiled.size), guess(columns.tiled.size)];
  const termsOf = (list: readonly Axis[]): number => list.reduce((terms, axis) => terms * guess(axis.size), 1);
  const k = termsOf([sums.blocked, ...sums.inner]);
  if (m < tileRows || n < tileColumns || k < 4 || m * n * k * termsOf(sums.around) < smallest) return undefined;
  const batch = [
    ...axes.filter((axis) => roles.batch.includes(axis.name)).map((axis) => axis.name),
    ...rows.others,
    ...columns.others,
  ];
  const epilogue = epilogueOf(shaped, rows.tiled.name, columns.tiled.name);
  return {
    form: "tile",
    batch,
    rows: rows.tiled.name,
    columns: columns.tiled.name,
    sum: sums.blocked.name,
    inner: names(sums.inner),
    around: names(sums.around),
    order,
    tile: [tileRows, tileColumns],
    ...(epilogue === undefined ? {} : { epilogue }),
    why: `a sum of products with rows, columns and a sum of about ${m}, ${n} and ${k}: packed panels${computedWords(factors)}, ${tileRows}×${tileColumns} accumulators${epilogue === undefined ? "" : "; what is made of the sums, after each block of rows"}`,
  };
}
