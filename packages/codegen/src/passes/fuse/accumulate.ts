/**
 * Results of a scan body that only add to a carry: `c' = c + Σ reductions + rest`. They add into the carry's own buffer,
 * so that a weight cotangent summed over a thousand steps is one buffer, never a stack of a thousand.
 *
 * Invariant: found only where nothing else in the body reads the carry or the summed terms, so order does not matter.
 */
import { type Atom, type Eqn, equalShape, type Var } from "@tapeless/types/compiler";
import type { ReduceRecipe, ScatterRecipe } from "./recipe.js";
import { type Destination, type Region, startsFromZero } from "./region.js";

export interface Accumulation {
  readonly carry: Var;
  readonly result: Var;
  readonly reductions: readonly {
    readonly value: Var;
    readonly recipe: ReduceRecipe | ScatterRecipe;
    readonly eqn: Eqn;
  }[];
  /** Terms that are added element by element. */
  readonly rest: readonly Atom[];
}

/** The terms of a sum that nothing else reads. */
function termsOf(region: Region, atom: Atom, shape: Var["shape"]): readonly Atom[] {
  if (atom.kind === "Lit" || region.uses.get(atom) !== 1) return [atom];
  const place = region.placeOf(atom);
  if (place.place !== "inline" || place.eqn.op !== "add") return [atom];
  const { inputs } = place.eqn;
  if (!inputs.every((input) => input.kind === "Lit" || equalShape(input.shape, shape))) return [atom];
  return inputs.flatMap((input) => termsOf(region, input, shape));
}

/** A sum over something that may be added into the carry term by term. */
function reductionOf(region: Region, atom: Atom): Accumulation["reductions"][number] | undefined {
  if (atom.kind === "Lit" || region.uses.get(atom) !== 1) return undefined;
  const place = region.placeOf(atom);
  if (place.place !== "stored") return undefined;
  const { recipe, eqn } = place;
  const sums = recipe.form === "reduce" && recipe.combine === "sum";
  const scatters = recipe.form === "scatter" && startsFromZero(region, atom, recipe);
  return sums || scatters ? { value: atom, recipe, eqn } : undefined;
}

export function accumulationOf(
  region: Region,
  destination: Destination,
  atom: Atom | undefined,
): Accumulation | undefined {
  const { carry } = destination;
  if (carry === undefined || atom === undefined || atom.kind === "Lit" || atom === carry) return undefined;
  const terms = termsOf(region, atom, carry.shape);
  if (!terms.includes(carry) || region.uses.get(carry) !== 1) return undefined;
  const others = terms.filter((term) => term !== carry);
  const reductions = others.flatMap((term) => reductionOf(region, term) ?? []);
  const rest = others.filter((term) => !reductions.some((reduction) => reduction.value === term));
  return reductions.length === 0 ? undefined : { carry, result: atom, reductions, rest };
}
