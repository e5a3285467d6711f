/**
 * Sums over a long axis for each place of a short one: Σᵢ x[i, j] d[i] for ten j.
 *
 * As one root over both axes it cannot share a kernel with what computes d, which therefore is stored. As ten sums of one loop over i
 * it can, and each keeps its total in a register. Invariant: only where something dear is the same for all of the short axis, and nothing
 * dear is not.
 */
import { namesOf, type Var } from "@tapeless/types/compiler";
import { costOf } from "../../ir/kernel/cost.js";
import type { Collected } from "./collect.js";
import { repeatBudget } from "./cost.js";
import type { ReduceRecipe } from "./recipe.js";
import type { Region } from "./region.js";
import { mostTerms } from "./short-sums.js";
import { axisName, type Solo } from "./solo.js";

/** As many totals as there are registers, with some left for what is computed. */
export const mostColumns = 12;

/** How many places it keeps; undefined where that is not known, or too many, or all that is summed is short as well. */
function columnsOf({ domain, keep, combine }: ReduceRecipe): number | undefined {
  const sizes = keep.map((position) => domain[position]);
  const summed = domain.filter((_, position) => !keep.includes(position));
  if (combine !== "sum" || !sizes.every((size) => typeof size === "number")) return undefined;
  const count = sizes.reduce<number>((product, size) => product * Number(size), 1);
  const isLong = summed.some((size) => typeof size !== "number" || size > mostTerms);
  return isLong && count > 1 && count <= mostColumns ? count : undefined;
}

/** Ops whose elements cost what those of their operand do. */
const handsOn: ReadonlySet<string> = new Set(["broadcastTo", "reshape", "permute", "cast", "neg"]);

/** Is all that is dear in it the same for each column, and is there something dear? */
function sharesDear(region: Region, { instances }: Solo, keep: readonly number[]): boolean {
  const kept = new Set(keep.map(axisName));
  const dear = instances.filter(({ value, expr }) => {
    const place = region.placeOf(value);
    return costOf(expr) > repeatBudget && place.place === "inline" && !handsOn.has(place.eqn.op);
  });
  return dear.length > 0 && dear.every(({ index }) => !index.flatMap(namesOf).some((name) => kept.has(name)));
}

/** Values that are summed column by column from now on. */
export function columnsToSplit(region: Region, { roots, solos, contractions }: Collected): readonly Var[] {
  return roots.flatMap((root) => {
    if (root.kind !== "kernel" || root.about.kind !== "Var" || root.keep || contractions.has(root.key)) return [];
    const [value, solo] = [root.about, solos.get(root.key)];
    const place = region.placeOf(value);
    if (place.place !== "stored" || place.recipe.form !== "reduce" || region.columns.has(value)) return [];
    const isSplit =
      columnsOf(place.recipe) !== undefined && solo !== undefined && sharesDear(region, solo, place.recipe.keep);
    return isSplit && "of" in root.target ? [value] : [];
  });
}
