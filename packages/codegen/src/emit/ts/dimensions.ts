/**
 * Which leaf tells each named dimension, and how: the length of an array is a polynomial over names, solved for one.
 * What no length tells, the caller says: `sizes: { n: 3 }` in the input.
 *
 * Invariant: every name of a program is solved from one leaf, in terms of names known before, or told by the caller; all
 * other leaves that have it are checked. A leaf that has the name alone and linearly with a constant factor is taken
 * before others.
 */
import { derivationOf, namesOf, productSize, type Size, subSize } from "@tapeless/types/compiler";
import { EmitError, type EmitFunction } from "./module-input.js";
import { type Leaf, leavesOf } from "./spec.js";
import { named, type TsField } from "./tree.js";

/** `length = factor · name^power + rest`. */
export interface Solution {
  readonly kind: "solved";
  readonly name: string;
  readonly leaf: Leaf;
  readonly factor: Size;
  readonly power: 1 | 2;
  readonly rest: Size;
}

/** A dimension that the caller says, because no length tells it. */
export interface Told {
  readonly kind: "told";
  readonly name: string;
}

/** Where a factor is another dimension it may be 0, and then no length tells the name: the caller may say it. */
export const mayBeTold = ({ factor }: Solution): boolean => typeof factor !== "number";

export const lengthOf = (leaf: Leaf): Size => productSize(leaf.shape);

function without(names: readonly string[], name: string): readonly string[] {
  return names.filter((other) => other !== name);
}

/** Solves a length for a name whose coefficients are all known; undefined where it is not `a·n + b` or `a·n²`. */
function solve(leaf: Leaf, name: string): Solution | undefined {
  const length = lengthOf(leaf);
  if (typeof length === "number") return undefined;
  const having = length.terms.filter((term) => term.names.includes(name));
  const powers = new Set(having.map((term) => term.names.length - without(term.names, name).length));
  const [power] = powers;
  if (powers.size !== 1 || (power !== 1 && power !== 2)) return undefined;
  const factor: Size = having.map((term) => factorOf(term.coefficient, without(term.names, name))).reduce(sum);
  const rest = subSize(length, { terms: having });
  return power === 2 && rest !== 0 ? undefined : { kind: "solved", name, leaf, factor, power, rest };
}

const factorOf = (coefficient: number, names: readonly string[]): Size =>
  names.length === 0 ? coefficient : { terms: [{ coefficient, names }] };

const sum = (a: Size, b: Size): Size => subSize(a, subSize(0, b));

/** Smaller is better: the name alone, then with a constant factor, then with known names, then as a square. */
const cost = ({ factor, power, rest }: Solution): number =>
  (power === 2 ? 4 : 0) + (typeof factor === "number" ? 0 : 2) + (factor === 1 && rest === 0 ? 0 : 1);

function candidates(leaves: readonly Leaf[], known: ReadonlySet<string>): readonly Solution[] {
  return leaves.flatMap((leaf) => {
    const unknown = namesOf(lengthOf(leaf)).filter((name) => !known.has(name));
    const [only] = unknown;
    const solution = only === undefined || unknown.length > 1 ? undefined : solve(leaf, only);
    return solution === undefined ? [] : [solution];
  });
}

/** Of the names that nothing tells yet, the one that most leaves have: it makes the most of them solvable. */
function mostShared(wanted: readonly string[], leaves: readonly Leaf[]): string | undefined {
  const uses = (name: string): number => leaves.filter((leaf) => namesOf(lengthOf(leaf)).includes(name)).length;
  return [...wanted].sort((a, b) => uses(b) - uses(a))[0];
}

/** How each name is found, in an order in which it can be computed. */
export function solveDimensions(sizes: readonly string[], leaves: readonly Leaf[]): readonly (Solution | Told)[] {
  const known = new Set<string>();
  const found: (Solution | Told)[] = [];
  const wanted = new Set([...leaves.flatMap((leaf) => leaf.shape.flatMap(namesOf)), ...sizes]);
  while (known.size < wanted.size) {
    const [best] = [...candidates(leaves, known)].sort((a, b) => cost(a) - cost(b));
    const told = mostShared(
      [...wanted].filter((name) => !known.has(name)),
      leaves,
    );
    const next = best ?? { kind: "told" as const, name: told ?? "" };
    known.add(next.name);
    found.push(next);
  }
  return found;
}

/** The key of the input under which the caller says sizes. */
export const sizesKey = "sizes";

const hasInputCalled = ({ input }: EmitFunction, name: string): boolean =>
  input.kind === "object" && input.entries.some(([key]) => key === name);

/** How the dimensions of a function are found. A model whose own input is called `sizes` gives the key away. */
export function dimensionsOf(fn: EmitFunction, arrays: readonly Leaf[]): readonly (Solution | Told)[] {
  const all = solveDimensions(
    fn.program.sizes.filter((name) => derivationOf(name) === undefined),
    arrays,
  );
  const told = all.filter(({ kind }) => kind === "told").map(({ name }) => name);
  if (told.length === 0 || !hasInputCalled(fn, sizesKey)) return all;
  throw new EmitError(
    `${fn.name}: no input tells the size of ${told.join(", ")} by its length, and '${sizesKey}', where the caller would ` +
      "say it, is an input; rename that, or add an input that tells",
  );
}

/** `sizes: { m: number; n?: number }`: what the caller must say of the sizes, and what he may. */
export function sizesField(fn: EmitFunction, isArray: (leaf: Leaf) => boolean): readonly TsField[] {
  const all = dimensionsOf(fn, leavesOf(fn.input).filter(isArray));
  const fields = all.flatMap((one): readonly TsField[] => {
    const field = { name: one.name, type: named("number"), readonly: true };
    if (one.kind === "told") return [field];
    return mayBeTold(one) ? [{ ...field, optional: true }] : [];
  });
  if (fields.length === 0 || hasInputCalled(fn, sizesKey)) return [];
  const optional = fields.every((field) => field.optional === true);
  return [{ name: sizesKey, type: { kind: "Fields", fields }, readonly: true, optional }];
}

/** May the caller say a size that a length tells? */
export const offersSizes = (fn: EmitFunction): boolean => !hasInputCalled(fn, sizesKey);
