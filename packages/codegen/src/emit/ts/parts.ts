/**
 * Parts of inputs and outputs that stand in several places of a module, as the parameters of equal blocks and their gradients
 * do: their type, their spec, and what a boundary does with their arrays, are said once.
 *
 * Invariant: a part holds arrays of known lengths alone, so nothing about it depends on where it stands; no part holds another.
 */
import type { EmitFunction, SpecTree } from "./module-input.js";
import type { Names } from "./names.js";
import { printExpr } from "./print.js";
import { isIndex, type Leaf, leavesOf, specData } from "./spec.js";

export interface Part {
  readonly tree: SpecTree;
  /** Its type, its spec as data, and the functions that check one, make one, and put its arrays among those that were checked. */
  readonly type: string;
  readonly spec: string;
  readonly check: string;
  readonly fresh: string;
  readonly remember: string;
  /** The constant that says the ways from a part to its arrays. */
  readonly ways: string;
}

/** The part that a tree is, where it is one. */
export type PartOf = (tree: SpecTree) => Part | undefined;

export const noParts: PartOf = () => undefined;

/** A part that saves fewer leaves than this is not worth its functions. */
const fewestSaved = 8;

/** A tree that may be a part. */
interface Use {
  readonly tree: SpecTree;
  readonly text: string;
  readonly leaves: number;
  /** The last word among the keys that lead to it. */
  readonly word: string;
  readonly above: readonly SpecTree[];
}

const childrenOf = (tree: SpecTree): readonly (readonly [key: string, tree: SpecTree])[] => {
  if (tree.kind === "object") return tree.entries;
  return tree.kind === "list" ? tree.items.map((item, i) => [`${i}`, item] as const) : [];
};

/** How many leaves a tree has, if all of them are arrays of known lengths. */
function countArrays(tree: SpecTree): number | undefined {
  if (tree.kind === "leaf")
    return tree.shape.length > 0 && tree.shape.every((size) => typeof size === "number") ? 1 : undefined;
  let sum = 0;
  for (const [, child] of childrenOf(tree)) {
    const count = countArrays(child);
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

/** A tree and those below it, as far as they may be parts. */
function usesIn(tree: SpecTree, word: string, above: readonly SpecTree[]): readonly Use[] {
  const leaves = countArrays(tree) ?? 0;
  const own = leaves > 1 ? [{ tree, text: printExpr(specData(tree)), leaves, word, above }] : [];
  const below = childrenOf(tree).flatMap(([key, child]) => usesIn(child, isIndex(key) ? word : key, [...above, tree]));
  return [...own, ...below];
}

/** The uses of the text whose repetition says most, if it is enough. */
function mostRepeated(uses: readonly Use[]): readonly Use[] {
  const groups = new Map<string, Use[]>();
  for (const use of uses) {
    const group = groups.get(use.text);
    if (group === undefined) groups.set(use.text, [use]);
    else group.push(use);
  }
  let [best, most]: [readonly Use[], number] = [[], fewestSaved - 1];
  for (const group of groups.values()) {
    const saved = (group.length - 1) * (group[0]?.leaves ?? 0);
    if (saved > most) [best, most] = [group, saved];
  }
  return best;
}

/** Uses that neither hold one of the chosen nor lie in one. */
function apartFrom(uses: readonly Use[], chosen: readonly Use[]): readonly Use[] {
  const taken = new Set(chosen.map(({ tree }) => tree));
  const around = new Set(chosen.flatMap(({ above }) => above));
  return uses.filter(
    ({ tree, above }) => !taken.has(tree) && !around.has(tree) && !above.some((each) => taken.has(each)),
  );
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function partNamed({ tree, word, above }: Use, names: Names): Part {
  // `params` of a list of blocks names the list, so one of them is a `ParamsItem`.
  const item = above.at(-1)?.kind === "list" ? "Item" : "";
  const type = names.take(`${capitalized(word === "" ? "result" : word)}${item}`);
  const spec = names.take(`${type.charAt(0).toLowerCase()}${type.slice(1)}Spec`);
  const [check, fresh, remember] = ["check", "new", "remember"].map((verb) => names.take(`${verb}${type}`));
  const ways = names.take(`${type.charAt(0).toLowerCase()}${type.slice(1)}Ways`);
  return { tree, type, spec, check: check ?? "", fresh: fresh ?? "", remember: remember ?? "", ways };
}

/** The parts of a module, and which of its trees are one. The input of a function as a whole is its own. */
export function findParts(
  functions: readonly EmitFunction[],
  names: Names,
): { readonly parts: readonly Part[]; readonly of: PartOf } {
  const parts: Part[] = [];
  const found = new Map<SpecTree, Part>();
  let open: readonly Use[] = functions.flatMap(({ input, output }) => [
    ...childrenOf(input).flatMap(([key, child]) => usesIn(child, key, [input])),
    ...usesIn(output, "", []),
  ]);
  for (let uses = mostRepeated(open); uses.length > 0; uses = mostRepeated(open)) {
    const [first] = uses;
    if (first === undefined) break;
    const part = partNamed(first, names);
    parts.push(part);
    for (const { tree } of uses) found.set(tree, part);
    open = apartFrom(open, uses);
  }
  return { parts, of: (tree) => found.get(tree) };
}

/** What one variable of an exported function holds: a leaf, or a part with all its leaves. */
export interface Held {
  readonly tree: SpecTree;
  readonly keys: readonly string[];
  readonly leaves: readonly Leaf[];
  readonly part: Part | undefined;
}

/** The variables for a tree, in the order of its leaves. */
export function heldBy(tree: SpecTree, partOf: PartOf, keys: readonly string[] = []): readonly Held[] {
  const part = partOf(tree);
  if (part !== undefined || tree.kind === "leaf") return [{ tree, keys, leaves: leavesOf(tree, keys), part }];
  return childrenOf(tree).flatMap(([key, child]) => heldBy(child, partOf, [...keys, key]));
}
