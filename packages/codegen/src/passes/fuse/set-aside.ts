/**
 * Parts of an old value that have to be read before a slice of it is overwritten: they get a buffer of their own, which is
 * small, so that the whole need not be copied.
 *
 * `c[k] = f(c[k - 1])` computes `f` of a row aside and then writes it into `c`. Invariant: what is set aside does not depend on
 * what is written and has fewer elements than it, so it costs less than the copy that it saves.
 */
import { type Atom, equalShape, productSize, type Var } from "@tapeless/types/compiler";
import { accumulations, ownersOf } from "./collect.js";
import type { Group } from "./group.js";
import { readsWhereWritten } from "./overwrite.js";
import type { Region } from "./region.js";
import type { KernelRoot, Root } from "./roots.js";
import type { Settled } from "./settle.js";
import { readsValue, type Update, updatesOf } from "./updates.js";

const inputsOf = (region: Region, atom: Atom): readonly Atom[] => {
  if (atom.kind === "Lit") return [];
  const place = region.placeOf(atom);
  if (place.place === "view") return [place.source];
  return place.place === "inline" ? place.eqn.inputs : [];
};

/** Does computing `atom` where it is read load `value`? */
function loads(region: Region, atom: Atom, value: Var): boolean {
  return atom === value || inputsOf(region, atom).some((input) => loads(region, input, value));
}

/** Does a value depend on another one, through anything? */
function dependsOn(region: Region, atom: Atom, value: Var, seen = new Set<Atom>()): boolean {
  if (atom === value) return true;
  if (atom.kind === "Lit" || seen.has(atom)) return false;
  seen.add(atom);
  const place = region.placeOf(atom);
  const inputs = place.place === "view" ? [place.source] : "eqn" in place ? place.eqn.inputs : [];
  return inputs.some((input) => dependsOn(region, input, value, seen));
}

/** Certainly fewer elements than the whole. */
function isPart(part: Var, whole: Var): boolean {
  const [count, all] = [productSize(part.shape), productSize(whole.shape)];
  if (typeof count === "number" && typeof all === "number") return count < all;
  return !equalShape(part.shape, whole.shape);
}

/** The outermost values among what computes `atom` that load the old value and can be computed before it changes. */
function partsToStore(region: Region, atom: Atom, update: Update): readonly Var[] {
  const { old, by } = update;
  if (atom.kind === "Lit" || atom === old || region.placeOf(atom).place !== "inline") return [];
  if (!loads(region, atom, old)) return [];
  if (!dependsOn(region, atom, by) && isPart(atom, old)) return [atom];
  return inputsOf(region, atom).flatMap((input) => partsToStore(region, input, update));
}

/** Roots that read the old value too late: after it is written, or while it is, elsewhere than there. */
function lateReaders(region: Region, { collected, groups }: Settled, update: Update): readonly KernelRoot[] {
  const { old, write, copy } = update;
  const home = groups.find((group) => group.roots.includes(write));
  const isLate = (group: Group, root: Root): boolean =>
    group === home ? !readsWhereWritten(root, write, collected, old) : home !== undefined && group.isAfter(home);
  return groups
    .flatMap((group) => group.roots.filter((root) => isLate(group, root)))
    .filter((root): root is KernelRoot => root.kind === "kernel" && root !== copy)
    .filter((root) => readsValue(region, collected, root, old));
}

/** What the reader computes of the old value, as the operands of its equation. */
const operandsOf = (region: Region, root: KernelRoot): readonly Atom[] => {
  const place = root.about.kind === "Var" ? region.placeOf(root.about) : undefined;
  return place !== undefined && "eqn" in place ? place.eqn.inputs : [];
};

/** May the buffer of the old value be taken over at all? That of a temporary, or of a carry, may. */
function isFree(region: Region, { old }: Update): boolean {
  if (region.placeOf(old).place === "stored") return !ownersOf(region).has(old);
  return region.destinations.some(({ carry }, k) => carry === old && !accumulations(region).has(k));
}

export function valuesToSetAside(region: Region, settled: Settled): readonly Var[] {
  return updatesOf(settled.collected)
    .filter((update) => isFree(region, update))
    .flatMap((update) =>
      lateReaders(region, settled, update).flatMap((root) =>
        operandsOf(region, root).flatMap((operand) => partsToStore(region, operand, update)),
      ),
    );
}
