/**
 * Results that are stacks of loops one behind the other: each loop writes its rows where they have to go, and nothing is copied.
 *
 * Invariant: nobody else reads a part, and the whole is a result that is no carry, whose last value a loop might still read.
 */
import {
  type Atom,
  addSize,
  type Eqn,
  intAttr,
  productSize,
  type Size,
  scanAttrs,
  type Var,
} from "@tapeless/types/compiler";
import type { Region } from "./region.js";

/** Where a part lies: elements from the start of the whole. */
export interface Joined {
  readonly whole: Var;
  readonly offset: Size;
}

export interface Joins {
  readonly places: ReadonlyMap<Var, Joined>;
  /** For each whole its parts, in order. */
  readonly parts: ReadonlyMap<Var, readonly Var[]>;
}

const isStack = (value: Var, { op, attrs, batch, outs }: Eqn): boolean => {
  if (op !== "scan" || batch.length > 0) return false;
  const { carries, recompute } = scanAttrs(attrs);
  return !recompute && outs.indexOf(value) >= carries;
};

/** What a loop stacks, through reshapes; undefined where it is anything else, or something else reads it. */
function stackOf(region: Region, atom: Atom): Var | undefined {
  if (atom.kind === "Lit" || region.uses.get(atom) !== 1) return undefined;
  const place = region.placeOf(atom);
  if (place.place === "view") return stackOf(region, place.source);
  if (place.place === "stored") return isStack(atom, place.eqn) ? atom : undefined;
  const [source] = place.place === "inline" && place.eqn.op === "reshape" ? place.eqn.inputs : [];
  return source === undefined ? undefined : stackOf(region, source);
}

/** The parts of a whole, if all of them are stacks. */
function partsOf(region: Region, whole: Var): readonly Var[] {
  const place = region.placeOf(whole);
  if (place.place !== "inline" && place.place !== "stored") return [];
  const { op, attrs, batch, inputs } = place.eqn;
  if (op !== "concat" || batch.length > 0 || intAttr(attrs, "axis") !== 0) return [];
  const found = inputs.flatMap((input) => stackOf(region, input) ?? []);
  return found.length === inputs.length && new Set(found).size === found.length ? found : [];
}

/** The joins among the results of a region; `owners` are the values that are results, and which. */
export function joinsOf(region: Region, owners: ReadonlyMap<Var, number>): Joins {
  const [places, parts] = [new Map<Var, Joined>(), new Map<Var, readonly Var[]>()];
  for (const [whole, k] of owners) {
    const found = region.destinations[k]?.carry === undefined ? partsOf(region, whole) : [];
    let offset: Size = 0;
    for (const part of found) {
      places.set(part, { whole, offset });
      offset = addSize(offset, productSize(part.shape));
    }
    if (found.length > 0) parts.set(whole, found);
  }
  return { places, parts };
}
