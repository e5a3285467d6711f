/**
 * The boundary of a generated function: what it refuses before it computes.
 *
 * Invariant: after these statements every input variable is an array of the right kind and length or a number, and every
 * named dimension has a value; each failure names the function, the input, what was expected and what came.
 */
import { type DType, namesOf, productSize, type Size, showShape, showSize } from "@tapeless/types/compiler";
import { lengthOf, mayBeTold, type Solution, sizesKey, type Told } from "./dimensions.js";
import { arrayOf } from "./from-loop.js";
import type { IndexCheck, SizeCheck, SpecLeaf } from "./module-input.js";
import type { HelperName } from "./prelude.js";
import { declared, idOf, sizeExpr, type TsScope } from "./scope.js";
import { dimNames, type Leaf } from "./spec.js";
import {
  apply,
  binary,
  conditional,
  construct,
  declare,
  id,
  math,
  member,
  named,
  not,
  num,
  perform,
  raise,
  str,
  type TsExpr,
  type TsStmt,
  typeOf,
  when,
} from "./tree.js";

/** The function at hand, and the helpers that it turns out to need. */
export interface Boundary {
  readonly name: string;
  readonly scope: TsScope;
  readonly helpers: Set<HelperName>;
}

const article: Readonly<Record<DType, string>> = {
  f32: "a Float32Array",
  f64: "a Float64Array",
  i32: "an Int32Array",
  bool: "a Uint8Array",
};

export const help = (boundary: Pick<Boundary, "helpers">, helper: HelperName, ...args: readonly TsExpr[]): TsExpr => {
  boundary.helpers.add(helper);
  return apply(id(helper), ...args);
};

export const sentence = (boundary: Boundary, what: string): TsExpr => str(`${boundary.name}: ${what}`); // words, not code

/** `[batch, 784]`, and where dimensions have values already, these: `[batch, 784] with batch = 32`. */
function shapeWords(leaf: Leaf, known: readonly string[], scope: TsScope): TsExpr {
  const names = dimNames(leaf.shape).filter((name) => known.includes(name));
  const shape = showShape(leaf.shape);
  if (names.length === 0) return str(shape);
  const parts = names.flatMap((name, i) => [`${i === 0 ? `${shape} with ` : ", "}${name} = `, id(idOf(name, scope))]);
  return { kind: "Template", parts };
}

const isNoArray = (variable: TsExpr, dtype: DType): TsExpr => not(binary("instanceof", variable, id(arrayOf[dtype])));

const either = (a: TsExpr, b: TsExpr): TsExpr => binary("||", a, b);

const wrongArray = (
  leaf: Leaf,
  what: string,
  variable: TsExpr,
  length: TsExpr,
  shape: TsExpr,
  boundary: Boundary,
): TsExpr => help(boundary, "wrongArray", sentence(boundary, what), variable, str(article[leaf.dtype]), length, shape);

const checkOf = { f32: "checkF32", f64: "checkF64", i32: "checkI32", bool: "checkBool" } as const;

/** An array of fixed length; `way` leads to it from what `what` speaks of. */
export const checkFixed = (
  { dtype, shape }: SpecLeaf,
  what: TsExpr,
  variable: TsExpr,
  boundary: Pick<Boundary, "helpers">,
  ...way: readonly TsExpr[]
): TsStmt =>
  perform(help(boundary, checkOf[dtype], what, variable, num(fixedLength(shape)), str(showShape(shape)), ...way));

/** The length of an array without named dimensions. */
export function fixedLength(shape: readonly Size[]): number {
  const length = productSize(shape);
  if (typeof length !== "number") throw new Error(`emit: the length of ${showShape(shape)} is not fixed`);
  return length;
}

/** An array whose length is known by now. Words that have to be put together are so only for one that is wrong. */
export function checkArray(leaf: Leaf, what: string, variable: TsExpr, boundary: Boundary): TsStmt {
  if (typeof lengthOf(leaf) === "number") return checkFixed(leaf, sentence(boundary, what), variable, boundary);
  const length = sizeExpr(lengthOf(leaf), boundary.scope);
  const wrong = either(isNoArray(variable, leaf.dtype), binary("!==", member(variable, "length"), length));
  const shape = shapeWords(leaf, namesOf(lengthOf(leaf)), boundary.scope);
  return when(wrong, raise(wrongArray(leaf, what, variable, length, shape, boundary)));
}

const minus = (length: TsExpr, rest: Size, scope: TsScope): TsExpr => {
  if (rest === 0) return length;
  return typeof rest === "number" && rest < 0
    ? binary("+", length, num(-rest))
    : binary("-", length, sizeExpr(rest, scope));
};

const times = (factor: Size, name: string): string => (factor === 1 ? name : `${showSize(factor)}·${name}`);

/** What a length must be like for a name to come out whole, in words. */
function lengthWords({ name, factor, power, rest }: Solution): string {
  const product = `${times(factor, name)}${power === 2 ? `·${name}` : ""}`;
  return rest === 0 ? product : `${product} + ${showSize(rest)}`;
}

/** What the caller says of a dimension: `input?.sizes?.n`. */
const saidSize = (name: string): TsExpr => member(member(id("input"), sizesKey, true), name, true);

/** A dimension that the caller says. */
export const checkTold = ({ name }: Told, boundary: Boundary): TsStmt =>
  declare(
    "const",
    declared(name, boundary.scope),
    help(boundary, "saidSize", sentence(boundary, `input ${sizesKey}.${name}`), saidSize(name)),
  );

/** An array that tells a dimension by its length; where that hangs on another one, the caller may say it (`offered`). */
export function checkSolving(
  solution: Solution,
  what: string,
  variable: TsExpr,
  known: readonly string[],
  offered: boolean,
  boundary: Boundary,
): readonly TsStmt[] {
  const { leaf, name, factor, power, rest } = solution;
  const { scope } = boundary;
  const length = minus(member(variable, "length"), rest, scope);
  const whole = factor === 1 ? length : binary("/", length, sizeExpr(factor, scope));
  const refusal = (): TsExpr =>
    wrongArray(leaf, what, variable, str(lengthWords(solution)), shapeWords(leaf, known, scope), boundary);
  const kind = when(isNoArray(variable, leaf.dtype), raise(refusal()));
  if (power === 1 && factor === 1 && rest === 0) return [kind, declare("const", declared(name, scope), whole)];
  if (power === 1 && rest === 0 && typeof factor === "number") {
    const uneven = binary("!==", binary("%", length, num(factor)), num(0));
    return [
      when(either(isNoArray(variable, leaf.dtype), uneven), raise(refusal())),
      declare("const", declared(name, scope), whole),
    ];
  }
  const value = power === 2 ? math("sqrt", whole) : whole;
  const written = id(declared(name, scope));
  const broken = either(not(apply(member(id("Number"), "isInteger"), written)), binary("<", written, num(0)));
  if (!mayBeTold(solution)) return [kind, declare("const", idOf(name, scope), value), when(broken, raise(refusal()))];
  const told = offered ? binary("??", saidSize(name), value) : value;
  const differs = binary("!==", member(variable, "length"), sizeExpr(lengthOf(leaf), scope));
  const refused = conditional(
    apply(member(id("Number"), "isNaN"), written),
    untold(solution, offered, boundary),
    refusal(),
  );
  return [kind, declare("const", idOf(name, scope), told), when(either(broken, differs), raise(refused))];
}

/** An empty array tells no factor of its length. */
function untold({ leaf, name, factor }: Solution, offered: boolean, boundary: Boundary): TsExpr {
  const todo = offered ? `; give ${sizesKey}.${name}` : "";
  return construct(
    "RangeError",
    sentence(boundary, `input ${leaf.path} does not tell ${name} where ${showSize(factor)} is 0${todo}`),
  );
}

/** A number; an i32 one must be whole and in range. */
export function checkScalar(leaf: Leaf, what: string, variable: TsExpr, boundary: Boundary): TsStmt {
  const isNumber = binary("!==", typeOf(variable), str("number"));
  const whole = binary("!==", binary("|", variable, num(0)), variable);
  const words = leaf.dtype === "i32" ? "an integer of 32 bits" : "a number";
  return when(
    leaf.dtype === "i32" ? either(isNumber, whole) : isNumber,
    raise(help(boundary, "wrongScalar", sentence(boundary, what), variable, str(words))),
  );
}

/** Rows that are picked by number exist. */
export function checkIndex(
  check: IndexCheck,
  leaf: Leaf,
  isScalar: boolean,
  variable: TsExpr,
  boundary: Boundary,
): TsStmt {
  const bound = sizeExpr(check.bound, boundary.scope);
  const what = sentence(boundary, `input ${leaf.path}`);
  const picks = check.steps === undefined ? undefined : binary(">", sizeExpr(check.steps, boundary.scope), num(0));
  if (!isScalar) {
    const all = perform(help(boundary, "checkIndices", what, variable, bound));
    return picks === undefined ? all : when(picks, all);
  }
  const parts = [`${boundary.name}: input ${leaf.path} is `, variable, ", must be in 0 … ", binary("-", bound, num(1))];
  const outside = either(binary("<", variable, num(0)), binary(">=", variable, bound));
  const refused = when(outside, raise(construct("RangeError", { kind: "Template", parts })));
  return picks === undefined ? refused : when(picks, refused);
}

/** Arrays of one variable among those whose overlaps are looked for. */
export interface Range {
  readonly words: string;
  readonly variable: TsExpr;
  /** Of a part: the function that remembers its arrays, and the constant that says the ways to them. */
  readonly part?: { readonly remember: string; readonly ways: string };
  readonly arrays: number;
}

/** Module constants that a function checks overlaps with: the arrays it checked last, and what they are in words. */
export interface OverlapTable {
  readonly arrays: string;
  readonly words: string;
}

export interface Overlaps {
  /** Outputs, inputs, donated inputs. */
  readonly ranges: readonly Range[];
  /** How many arrays are outputs, and how many are not donated. */
  readonly outputs: number;
  readonly firstDonated: number;
  readonly table: OverlapTable;
}

/**
 * Outputs share no memory with each other or with inputs; with donated ones all of it or none. Asking an array for its
 * buffer takes longer than a small gradient, so arrays that were checked in the last call are not checked again.
 */
export function checkOverlaps(
  { ranges, outputs, firstDonated, table }: Overlaps,
  boundary: Boundary,
): readonly TsStmt[] {
  let at = 0;
  const changes = ranges.map(({ variable, part, arrays }) => {
    const args = [id(table.arrays), num(at), variable];
    at += arrays;
    return part === undefined ? help(boundary, "remember", ...args) : apply(id(part.remember), ...args);
  });
  const words = ranges.some(({ part }) => part) ? help(boundary, "wordsOf", id(table.words)) : id(table.words);
  const check = help(
    boundary,
    "checkApart",
    str(boundary.name),
    id(table.arrays),
    words,
    num(outputs),
    num(firstDonated),
  );
  const changed = boundary.scope.names.take("changed");
  const sum = changes.reduce((left, change) => binary("+", left, change));
  return [declare("const", changed, sum), when(binary(">", id(changed), num(0)), perform(check))];
}

/** The declarations of a table. */
export function tableStatements({ ranges, table }: Overlaps): readonly TsStmt[] {
  const words = ranges.map(({ words, part }): TsExpr => {
    return part === undefined ? str(words) : { kind: "ArrayOf", items: [str(words), id(part.ways)] };
  });
  const parts = ranges.some(({ part }) => part);
  return [
    declare("const", table.arrays, { kind: "ArrayOf", items: [] }, { kind: "List", item: named("ArrayBufferView") }),
    declare("const", table.words, asConst({ kind: "ArrayOf", items: words }, parts)),
  ];
}

/** Pairs are tuples to the type system only where they are constant. */
const asConst = (operand: TsExpr, constant: boolean): TsExpr => (constant ? { kind: "AsConst", operand } : operand);

/** Refuses dimensions for which a size of the function makes no sense. */
export function checkSize(check: SizeCheck, { name, scope }: Boundary): TsStmt {
  const { size, what } = check;
  const value = sizeExpr(size, scope);
  const parts: (string | TsExpr)[] = [`${name}: ${what}, but ${showSize(size)} is `, value]; // words, not code
  const other = "equals" in check ? sizeExpr(check.equals, scope) : num(check.minimum);
  if ("equals" in check) parts.push(` and ${showSize(check.equals)} is `, other);
  const wrong = binary("equals" in check ? "!==" : "<", value, other);
  return when(wrong, raise(construct("RangeError", { kind: "Template", parts })));
}
