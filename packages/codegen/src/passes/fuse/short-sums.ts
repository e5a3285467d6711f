/**
 * Sums of few terms, written out where they are read: the product of a matrix with a short vector is then one expression for
 * each row, and what is made of it needs no array and no loop of its own.
 *
 * Invariant: only what costs a few operations a term; what several kernels read is stored nevertheless, and then a loop.
 */
import { type Index, isFloat, type ScalarExpr, scalarBuilder, type Var } from "@tapeless/types/compiler";
import { costOf } from "../../ir/kernel/cost.js";
import { isContraction } from "./contraction.js";
import { Dag } from "./dag.js";
import { allIndices } from "./indices.js";
import type { Element, Reader, ReduceRecipe } from "./recipe.js";
import { type Region, regionReader } from "./region.js";
import { rootsOf } from "./roots.js";
import { ownIndex } from "./solo.js";

/** As many terms as loops are written out for. */
export const mostTerms = 16;
/** What a term may cost: a product of two elements, with a conversion or two. */
const cheapTerm = 4;
/** Partial sums, which do not wait for each other. */
const lanes = 4;

/** Positions in the domain of the axes that are summed. */
const summedAxes = ({ domain, keep }: ReduceRecipe): readonly number[] =>
  domain.flatMap((_, position) => (keep.includes(position) ? [] : [position]));

/** The indices of the terms, if there are few. */
function termsOf(recipe: ReduceRecipe): readonly (readonly number[])[] | undefined {
  const sizes = summedAxes(recipe).map((position) => recipe.domain[position]);
  if (recipe.combine !== "sum" || !sizes.every((size) => typeof size === "number")) return undefined;
  const count = sizes.reduce<number>((product, size) => product * Number(size), 1);
  return count >= 1 && count <= mostTerms ? allIndices(sizes.map(Number)) : undefined;
}

/** `(a + e + …) + (b + f + …) + …` */
function added(terms: readonly ScalarExpr[]): ScalarExpr | undefined {
  const add = (sum: ScalarExpr | undefined, term: ScalarExpr): ScalarExpr =>
    sum === undefined ? term : scalarBuilder.add(sum, term);
  const sums = Array.from({ length: lanes }, (_, lane) =>
    terms.filter((_, k) => k % lanes === lane).reduce<ScalarExpr | undefined>(add, undefined),
  );
  return sums.flatMap((sum) => sum ?? []).reduce<ScalarExpr | undefined>(add, undefined);
}

function writtenOut(recipe: ReduceRecipe, terms: readonly (readonly number[])[]): Element {
  const summed = summedAxes(recipe);
  const at = (index: readonly Index[], term: readonly number[]): readonly Index[] =>
    recipe.domain.map((_, position) => term[summed.indexOf(position)] ?? index[recipe.keep.indexOf(position)] ?? 0);
  return (reader: Reader, index) => {
    const sum = added(terms.map((term) => recipe.term(reader, at(index, term))));
    if (sum === undefined) throw new Error("bug: a sum of nothing is written out");
    return sum;
  };
}

/** A term as it is computed, everything inline in it. */
function termCost(region: Region, recipe: ReduceRecipe): number {
  const reader = regionReader(region, new Dag(), {
    stored: (value, index) => ({ kind: "Load", buffer: "operand", index, dtype: value.dtype }),
    freshInteger: () => "$n",
  });
  return costOf(recipe.term(reader, ownIndex(recipe.domain)));
}

/** Finds the sums of a region that are written out where they are read. Loops have sums of their own, into their carries. */
export function writeOutShortSums(region: Region): void {
  if (region.destinations.some(({ carry }) => carry !== undefined)) return;
  for (const { outs, op } of region.func.eqns) {
    const [value] = outs;
    if (op === "scan" || op === "while" || op === "switch" || value === undefined || !isFloat(value)) continue;
    const element = shortSum(region, value);
    if (element !== undefined) region.writeOut(value, element);
  }
}

function shortSum(region: Region, value: Var): Element | undefined {
  const place = region.placeOf(value);
  if (place.place !== "stored" || place.recipe.form !== "reduce") return undefined;
  const { recipe, eqn } = place;
  const terms = termsOf(recipe);
  if (terms === undefined || recipe.keep.length === 0) return undefined;
  const [root] = rootsOf(value, 0, recipe, eqn);
  if (root === undefined || isContraction(root) || termCost(region, recipe) > cheapTerm) return undefined;
  return writtenOut(recipe, terms);
}
