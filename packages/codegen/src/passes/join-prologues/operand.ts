/**
 * What a kernel sets element by element, and its formula in place of a load of it.
 *
 * Invariant: the formula at an index computes what the kernel stores there, but for rounding where it is stored.
 */
import { equalSize, type Index, namedSize, namesOf, type ScalarExpr, type Size } from "@tapeless/types/compiler";
import { partsOf } from "../../ir/kernel/epilogue.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { coneOf, namesIn } from "../../ir/kernel/mentions.js";
import type { Buffer, Kernel, KernelLet, Write } from "../../ir/kernel/nodes.js";
import { uniqueSpans } from "../fuse/kernels.js";
import type { NameSupply } from "../fuse/names.js";
import { type Renaming, renameExpr } from "../lower-loops/rename.js";
import { factorsOf } from "../schedule/factors.js";

/** A stored value and how its kernel computes an element of it. */
export interface Operand {
  readonly buffer: Buffer;
  readonly maker: Kernel;
  readonly write: Write;
  /** The lets that it is made of. */
  readonly lets: readonly KernelLet[];
  /** By axis of the maker, which index it is. */
  readonly position: ReadonlyMap<string, number>;
}

/** Which index each axis is, where every element is written: each index is an axis of its own, or there is but one. */
function positionsOf(write: Write, maker: Kernel, buffer: Buffer): ReadonlyMap<string, number> | undefined {
  const found = new Map<string, number>();
  for (const [k, index] of write.index.entries()) {
    const size = buffer.shape[k] ?? 0;
    if (index === 0 && size === 1) continue;
    const axis = maker.axes.find((each) => equalSize(index, namedSize(each.name)));
    if (axis === undefined || found.has(axis.name) || !equalSize(axis.size, size)) return undefined;
    found.set(axis.name, k);
  }
  return found.size === maker.axes.length ? found : undefined;
}

/** The value that a kernel sets by one of its writes, where that may as well be computed elsewhere. */
export function operandOf(maker: Kernel, write: Write, buffer: Buffer): Operand | undefined {
  const isTemporary = buffer.space === "arena" && buffer.capacity === undefined;
  if (!isTemporary || maker.epilogue !== undefined || maker.sweep !== undefined) return undefined;
  if (write.combine !== "set" || write.keep) return undefined;
  const position = positionsOf(write, maker, buffer);
  if (position === undefined) return undefined;
  const { lets } = coneOf(namesIn(write.value), maker.lets);
  const isNamed = (expr: ScalarExpr): boolean =>
    kernelLanguage.walk(expr).some((node) => node.kind === "Ref" && position.has(node.name));
  return expressionsOf({ lets, write }).some(isNamed)
    ? undefined // an axis as a number has no name of its own elsewhere
    : { buffer, maker, write, lets, position };
}

/** All that an operand is computed from, one expression for each let. */
export const expressionsOf = ({ lets, write }: Pick<Operand, "lets" | "write">): readonly ScalarExpr[] => [
  ...lets.map(({ value }) => value),
  write.value,
];

/** How often a kernel loads from a buffer, by whatever name. */
export const loadsOf = (kernel: Kernel, buffer: string): number =>
  partsOf(kernel)
    .flatMap((part) => kernelLanguage.walk(part))
    .filter((node) => node.kind === "Load" && node.buffer === buffer).length;

interface Formula {
  readonly lets: readonly KernelLet[];
  readonly value: ScalarExpr;
}

/** The formula at an index, its lets under names of their own. */
function formulaAt({ write, lets, position }: Operand, index: readonly Index[], names: NameSupply): Formula {
  const scalars = Object.fromEntries(lets.map(({ name }) => [name, names.fresh(name)] as const));
  const own = Object.entries(scalars).map(([from, to]) => [from, namedSize(to)] as const);
  const axes = [...position].map(([axis, k]): readonly [string, Size] => [axis, index[k] ?? 0]);
  const renaming: Renaming = { indices: Object.fromEntries([...own, ...axes]), scalars };
  return {
    lets: lets.map((each) => ({ ...each, name: scalars[each.name] ?? "", value: renameExpr(each.value, renaming) })),
    value: renameExpr(write.value, renaming),
  };
}

/** What a kernel's comment says of one of its values, and what of the others. */
function commentsOf({ maker: { comment }, buffer }: Operand): readonly [own: string, rest: string] {
  const formulas = comment.split("; ");
  const isOwn = (formula: string): boolean => formula.startsWith(`${buffer.name} = `);
  return [formulas.filter(isOwn).join("; "), formulas.filter((formula) => !isOwn(formula)).join("; ")];
}

/** The sum of products with the operand's formula in place of its factors; `undefined` where it is read in another way. */
export function withPrologue(product: Kernel, operand: Operand, names: NameSupply): Kernel | undefined {
  const factors = factorsOf(product);
  const [write] = product.writes;
  if (factors === undefined || write?.value.kind !== "Call") return undefined;
  const isOperand = (expr: ScalarExpr): boolean => expr.kind === "Load" && expr.buffer === operand.buffer.name;
  if (write.value.args.filter(isOperand).length !== loadsOf(product, operand.buffer.name)) return undefined;
  const formulas = write.value.args.map((arg): Formula => {
    if (arg.kind !== "Load" || !isOperand(arg)) return { lets: [], value: arg };
    return formulaAt(operand, arg.index, names);
  });
  const [own] = commentsOf(operand);
  return {
    ...product,
    lets: [...product.lets, ...formulas.flatMap(({ lets }) => lets)],
    writes: [{ ...write, value: { ...write.value, args: formulas.map(({ value }) => value) } }],
    comment: own === "" ? product.comment : `${own}; ${product.comment}`,
    spans: uniqueSpans([...operand.maker.spans, ...product.spans]),
  };
}

/** The maker without the operand; `undefined` where nothing is left. */
export function withoutOperand(operand: Operand): Kernel | undefined {
  const { maker, write } = operand;
  const writes = maker.writes.filter((each) => each !== write);
  if (writes.length === 0) return undefined;
  const used = writes.flatMap(({ value, index }) => [...namesIn(value), ...index.flatMap(namesOf)]);
  const [, rest] = commentsOf(operand);
  return { ...maker, lets: coneOf(used, maker.lets).lets, writes, comment: rest };
}
