/** Where LoopIR names are found in the TypeScript being built. Invariant: a LoopIR name has one TypeScript name in a scope. */
import {
  addSize,
  type BuiltinName,
  type Call,
  type DType,
  derivationOf,
  divideSize,
  type Size,
  type SizeTerm,
  showSize,
} from "@tapeless/types/compiler";
import type { Param } from "../../ir/loop/index.js";
import type { Names } from "./names.js";
import type { SharedArrays } from "./shared-arrays.js";
import { binary, id, negated, num, type TsExpr } from "./tree.js";

/** A buffer: the array that holds it and where in it its first element is. */
export interface Place {
  readonly array: TsExpr;
  readonly start: Size;
  readonly dtype: DType;
}

/** Parts of indices that are bound outside the loop at hand, by their text; `inner` are the names that change in it. */
export interface Hoisted {
  readonly inner: ReadonlySet<string>;
  readonly parts: ReadonlyMap<string, string>;
}

export const nothingHoisted: Hoisted = { inner: new Set(), parts: new Map() };

/** A call of a scalar function as an expression that does not call it; undefined: it stays a call. */
export type Spell = (call: Call, args: readonly TsExpr[]) => TsExpr | undefined;

export interface TsScope {
  readonly names: Names;
  readonly places: ReadonlyMap<string, Place>;
  /** TypeScript names of sizes, indices and scalars. Filled as they are declared. */
  readonly ids: Map<string, string>;
  /** Bool scalars held as JavaScript booleans (parameters are numbers). */
  readonly booleans: Set<string>;
  readonly hoisted: Hoisted;
  /** Places in the arena that have names, by the text of where they start. */
  readonly slots: Map<string, string>;
  /** The functions of the module by LoopIR name: their names there, and the parameters; some take no argument. */
  readonly functions: ReadonlyMap<
    string,
    { readonly name: string; readonly params: readonly (Param | undefined)[]; readonly shared: SharedArrays }
  >;
  /** The scalar functions and tables that the module holds, and their names there. */
  readonly scalarFunctions: ReadonlyMap<BuiltinName, string>;
  /** In statements of kernels that call more than engines inline. */
  readonly spell?: Spell | undefined;
}

export function idOf(name: string, scope: TsScope): string {
  const found = scope.ids.get(name);
  if (found === undefined) throw new Error(`emit: '${name}' is not in scope; verify the program first`);
  return found;
}

export function placeOf(buffer: string, scope: TsScope): Place {
  const found = scope.places.get(buffer);
  if (found === undefined) throw new Error(`emit: no buffer '${buffer}'; verify the program first`);
  return found;
}

/** Declares a name and says how it is written. */
export function declared(name: string, scope: TsScope): string {
  const written = scope.names.take(derivationOf(name)?.what ?? name);
  scope.ids.set(name, written);
  return written;
}

const termText = (term: SizeTerm): string => term.names.join("*");

/** `i * 784 + j * 4 + k + 2`: products first, large strides first, the constant last; a negative term never leads in vain. */
function readingOrder(a: SizeTerm, b: SizeTerm): number {
  const [signA, signB] = [Math.sign(b.coefficient), Math.sign(a.coefficient)];
  if (signA !== signB) return signA - signB;
  if (a.names.length !== b.names.length) return b.names.length - a.names.length;
  if (Math.abs(a.coefficient) !== Math.abs(b.coefficient)) return Math.abs(b.coefficient) - Math.abs(a.coefficient);
  if (isStart(a) !== isStart(b)) return isStart(a) ? -1 : 1;
  return termText(a) < termText(b) ? -1 : 1;
}

/** LoopIR names have no blanks; the starts of buffers, which emission adds, do. */
export const startName = (buffer: string): string => `${buffer} start`;
const isStart = (term: SizeTerm): boolean => term.names.some((name) => name.includes(" "));

function termExpr(term: SizeTerm, scope: TsScope): TsExpr {
  const coefficient = Math.abs(term.coefficient);
  const factors = term.names.map((name): TsExpr => id(idOf(name, scope)));
  if (coefficient !== 1 || factors.length === 0) factors.push(num(coefficient));
  return factors.reduce((product, factor) => binary("*", product, factor));
}

/** `sum + i * 784 - 1`, term by term; without a sum to start from, the first term is it. */
function addTerms(sum: TsExpr | undefined, size: Size, scope: TsScope): TsExpr {
  const terms: readonly SizeTerm[] =
    typeof size === "number" ? [{ coefficient: size, names: [] }] : [...size.terms].sort(readingOrder);
  return (
    terms.reduce<TsExpr | undefined>((left, term) => {
      const right = termExpr(term, scope);
      if (left === undefined) return term.coefficient < 0 ? negated(right) : right;
      return binary(term.coefficient < 0 ? "-" : "+", left, right);
    }, sum) ?? num(0)
  );
}

/** A size polynomial as index arithmetic. */
export const sizeExpr = (size: Size, scope: TsScope): TsExpr =>
  typeof size === "number" ? num(size) : addTerms(undefined, size, scope);

/** The terms of a size that depend on none of `inner`, without its constant; and the rest. */
export function splitSize(size: Size, inner: ReadonlySet<string>): { readonly outer: Size; readonly inner: Size } {
  const parts = { outer: 0 as Size, inner: 0 as Size };
  if (typeof size === "number") return { outer: 0, inner: size };
  for (const term of size.terms) {
    const part = term.names.length === 0 || term.names.some((name) => inner.has(name)) ? "inner" : "outer";
    parts[part] = addSize(parts[part], term.names.length === 0 ? term.coefficient : { terms: [term] });
  }
  return parts;
}

/** Is a part of an index worth a name: a product, or more than one term? */
export const worthNaming = (size: Size): boolean =>
  typeof size !== "number" &&
  (size.terms.length > 1 || size.terms.some((term) => term.names.length > 1 || term.coefficient !== 1));

/** A flat index, with the part that is bound outside the loop by its name. */
export function indexExpr(index: Size, scope: TsScope): TsExpr {
  const { outer, inner } = splitSize(index, scope.hoisted.inner);
  const name = outer === 0 ? undefined : scope.hoisted.parts.get(showSize(outer));
  if (name === undefined) return sizeExpr(index, scope);
  return inner === 0 ? id(name) : addTerms(id(name), inner, scope);
}

/** Bytes as elements; verify has made sure that they divide. */
export function elements(bytes: Size, width: number): Size {
  const size = divideSize(bytes, width);
  if (size === undefined)
    throw new Error(`emit: ${showSize(bytes)} bytes are no whole number of elements of ${width} bytes`);
  return size;
}
