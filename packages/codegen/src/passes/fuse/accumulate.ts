/**
 * Results of a scan body that only add to a carry: `c' = c + Σ reductions + rest`. They add into the carry's own buffer,
 * so that a weight cotangent summed over a thousand steps is one buffer, never a stack of a thousand.
 *
 * Invariant: found only where nothing else in the body reads the carry or the summed terms, so order does not matter.
 */
import { type Atom, type Eqn, equalShape, namedSize, scanAttrs, showSize, type Var } from "@tapeless/types/compiler";
import type { Reader, Recipe, ReduceRecipe, ScanRecipe, ScatterRecipe, SwitchRecipe } from "./recipe.js";
import { type Destination, type Region, startsFromZero } from "./region.js";

export interface Accumulation {
  readonly carry: Var;
  readonly result: Var;
  readonly reductions: readonly {
    readonly value: Var;
    readonly recipe: ReduceRecipe | ScatterRecipe | ScanRecipe | SwitchRecipe;
    readonly eqn: Eqn;
  }[];
  /** Terms that are added element by element. */
  readonly rest: readonly Atom[];
}

/** A term of a sum: a value, or of a scatter only what it adds to its base, which then is a term of its own. */
interface Term {
  readonly atom: Atom;
  readonly addedOnly: boolean;
}

/** The terms of a sum that nothing else reads. */
function termsOf(region: Region, atom: Atom, shape: Var["shape"]): readonly Term[] {
  const whole = [{ atom, addedOnly: false }];
  if (atom.kind === "Lit" || region.uses.get(atom) !== 1) return whole;
  const place = region.placeOf(atom);
  if (place.place === "stored") {
    const base = baseOf(atom, place.recipe);
    return base === undefined ? whole : [...termsOf(region, base, shape), { atom, addedOnly: true }];
  }
  if (place.place !== "inline" || place.eqn.op !== "add") return whole;
  const { inputs } = place.eqn;
  if (!inputs.every((input) => input.kind === "Lit" || equalShape(input.shape, shape))) return whole;
  return inputs.flatMap((input) => termsOf(region, input, shape));
}

/** What an adding scatter starts from, where that is a value as it is. */
function baseOf(value: Var, recipe: Recipe): Var | undefined {
  if (recipe.form !== "scatter" || recipe.combine !== "sum") return undefined;
  const own = value.shape.map((_, axis) => namedSize(`$${axis}`));
  const found: Atom[] = [];
  const reader: Reader = {
    read: (atom, index) => {
      found.push(atom);
      return { kind: "Load", buffer: "base", index, dtype: atom.dtype };
    },
    asIndex: () => 0,
  };
  const element = recipe.base(reader, own);
  const [base] = found;
  const isWhole = element.kind === "Load" && element.index.map(showSize).join() === own.map(showSize).join();
  return isWhole && base?.kind === "Var" ? base : undefined;
}

/** Rows that each step of a loop adds to the row of the carry, in place of stacking them. */
const isStacked = (value: Var, { op, outs, attrs, batch }: Eqn): boolean =>
  op === "scan" && batch.length === 0 && !scanAttrs(attrs).recompute && outs.indexOf(value) >= scanAttrs(attrs).carries;

/**
 * Something that may be added into the carry part by part: a sum, a choice, whose branches add to it or leave it, or what a
 * loop stacks.
 */
function reductionOf(region: Region, { atom, addedOnly }: Term): Accumulation["reductions"][number] | undefined {
  if (atom.kind === "Lit" || region.uses.get(atom) !== 1) return undefined;
  const place = region.placeOf(atom);
  if (place.place !== "stored") return undefined;
  const { recipe, eqn } = place;
  const sums = recipe.form === "reduce" && recipe.combine === "sum";
  const scatters =
    recipe.form === "scatter" && recipe.combine === "sum" && (addedOnly || startsFromZero(region, atom, recipe));
  const stacks = recipe.form === "scan" && isStacked(atom, eqn);
  return sums || scatters || stacks || recipe.form === "switch" ? { value: atom, recipe, eqn } : undefined;
}

/** A choice or a loop adds one of its results: the others would be read and written in the same place by the same kernel. */
const isProgram = ({ form }: Recipe): boolean => form === "switch" || form === "scan";

export function accumulationOf(
  region: Region,
  destination: Destination,
  atom: Atom | undefined,
): Accumulation | undefined {
  const { carry } = destination;
  if (carry === undefined || atom === undefined || atom.kind === "Lit" || atom === carry) return undefined;
  const terms = termsOf(region, atom, carry.shape);
  if (!terms.some((term) => term.atom === carry) || region.uses.get(carry) !== 1) return undefined;
  const others = terms.filter((term) => term.atom !== carry);
  const found = others.flatMap((term) => reductionOf(region, term) ?? []);
  const reductions = found.filter(
    (each, k) => !isProgram(each.recipe) || found.findIndex(({ eqn }) => eqn === each.eqn) === k,
  );
  const rest = others
    .map((term) => term.atom)
    .filter((term) => !reductions.some((reduction) => reduction.value === term));
  return reductions.length === 0 ? undefined : { carry, result: atom, reductions, rest };
}
