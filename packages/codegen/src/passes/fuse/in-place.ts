/**
 * Carries of a scan that their next value may overwrite.
 *
 * Legal when the kernel that writes the next value reads the old one at the element's own index only (or, for a
 * reduction, not at all) and every other kernel that reads the old one runs before. The latter is made so where it makes
 * no circle. Invariant: groups stay acyclic.
 */
import { showSize, type Var } from "@tapeless/types/compiler";
import { accumulations, type Collected, ownersOf } from "./collect.js";
import type { Group } from "./group.js";
import type { Region } from "./region.js";
import type { Root } from "./roots.js";
import { scanInputs } from "./scan-inputs.js";
import type { Settled } from "./settle.js";
import { ownIndex } from "./solo.js";

/** Roots that compute result `k`, in order. */
function writersOfResult(region: Region, collected: Collected, k: number): readonly Root[] {
  const atom = region.func.outs[k];
  const owned =
    atom?.kind === "Var" && ownersOf(region).get(atom) === k ? (collected.writers.get(atom) ?? []) : [`out${k}`];
  return owned.flatMap((key) => collected.roots.filter((root) => root.key === key));
}

function readsValue(region: Region, collected: Collected, root: Root, value: Var): boolean {
  const reads =
    root.kind === "scan"
      ? scanInputs(root.eqn).filter((atom): atom is Var => atom.kind === "Var")
      : (collected.solos.get(root.key)?.reads ?? []).map((read) => read.value);
  return reads.some((read) => region.baseOf(read) === value);
}

/** Does every root of the writing group read the carry only where it is just about to be written? */
function readsOnlyOwn(group: Group, writer: Root, collected: Collected, region: Region, carry: Var): boolean {
  const reading = group.roots.filter((root) => readsValue(region, collected, root, carry));
  if (reading.length === 0) return true;
  if (writer.kind === "scan" || writer.combine !== "set") return false;
  const own = ownIndex(writer.domain).map(showSize).join(",");
  return reading.every((root) => readsAt(root, collected, carry, own));
}

/** Reads through views count as elsewhere. */
function readsAt(root: Root, collected: Collected, carry: Var, own: string): boolean {
  if (root.kind === "scan") return false;
  const reads = collected.solos.get(root.key)?.reads ?? [];
  return (
    reads.every(({ value, index }) => value !== carry || index.map(showSize).join(",") === own) &&
    reads.some(({ value }) => value === carry)
  );
}

export function inPlaceCarries(region: Region, { collected, groups }: Settled): ReadonlySet<number> {
  const found = new Set<number>();
  region.destinations.forEach(({ carry }, k) => {
    if (carry === undefined || accumulations(region).has(k)) return;
    const writers = writersOfResult(region, collected, k);
    const [first] = writers;
    const home = groups.find((group) => first !== undefined && group.roots.includes(first));
    if (first === undefined || home === undefined) return;
    const readers = groups.filter(
      (group) => group !== home && group.roots.some((root) => readsValue(region, collected, root, carry)),
    );
    if (!readsOnlyOwn(home, first, collected, region, carry)) return;
    if (readers.some((group) => group.before.has(home))) return;
    const before = readers.flatMap((group) => [group, ...group.before]);
    for (const group of groups)
      if (group === home || group.before.has(home)) before.forEach((earlier) => group.before.add(earlier));
    found.add(k);
  });
  return found;
}
