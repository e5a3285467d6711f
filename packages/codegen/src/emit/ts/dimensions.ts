/**
 * Which leaf tells each named dimension, and how: the length of an array is a polynomial over names, solved for one.
 *
 * Invariant: every name of a program is solved from one leaf, in terms of names solved before; all other leaves that
 * have it are checked. A leaf that has the name alone and linearly with a constant factor is taken before others.
 */
import { namesOf, productSize, type Size, subSize } from "@tapeless/types/compiler";
import { EmitError } from "./module-input.js";
import type { Leaf } from "./spec.js";

/** `length = factor · name^power + rest`. */
export interface Solution {
  readonly name: string;
  readonly leaf: Leaf;
  readonly factor: Size;
  readonly power: 1 | 2;
  readonly rest: Size;
}

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
  return power === 2 && rest !== 0 ? undefined : { name, leaf, factor, power, rest };
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

/** How each name is found, in an order in which it can be computed. */
export function solveDimensions(sizes: readonly string[], leaves: readonly Leaf[], where: string): readonly Solution[] {
  const known = new Set<string>();
  const solutions: Solution[] = [];
  const wanted = new Set([...sizes, ...leaves.flatMap((leaf) => namesOf(lengthOf(leaf)))]);
  while (known.size < wanted.size) {
    const [best] = [...candidates(leaves, known)].sort((a, b) => cost(a) - cost(b));
    if (best === undefined) {
      const missing = [...wanted].filter((name) => !known.has(name)).join(", ");
      throw new EmitError(`${where}: no input tells the size of ${missing} by its length; add one that does`);
    }
    known.add(best.name);
    solutions.push(best);
  }
  return solutions;
}
