/**
 * Values whose buffer the value made of them takes over: carries that their next value may overwrite, and what a scatter
 * or an updated slice starts from, so that these write nothing but their own elements.
 *
 * Legal when the kernel that writes reads the old value at the very element that it writes only (or, for a reduction, not
 * at all) and every other kernel that reads the old one runs before. The latter is made so where it makes no circle.
 * Invariant: groups stay acyclic.
 */
import { type Eqn, type Index, namesOf, type Var } from "@tapeless/types/compiler";
import { accumulations, type Collected, ownersOf } from "./collect.js";
import type { Group } from "./group.js";
import { indexText, type Region } from "./region.js";
import type { KernelRoot, Root } from "./roots.js";
import type { Settled } from "./settle.js";
import { readsValue, type Update, updatesOf } from "./updates.js";

/** Which buffers are taken over. */
export interface Overwrites {
  /** Carries, by position among the results, that their next value overwrites. */
  readonly carries: ReadonlySet<number>;
  /** For a value the one that is computed into its buffer. */
  readonly heirs: ReadonlyMap<Var, Var>;
  /** By key, the copies that are for nothing then, each with what it would copy. */
  readonly copies: ReadonlyMap<string, Var>;
}

class Overwriter {
  private readonly heirs = new Map<Var, Var>();
  private readonly copies = new Map<string, Var>();
  private readonly updates: ReadonlyMap<Var, Update>;

  constructor(
    private readonly region: Region,
    private readonly settled: Settled,
  ) {
    this.updates = new Map(updatesOf(settled.collected).map((update) => [update.by, update]));
  }

  find(): Overwrites {
    const owned = ownersOf(this.region);
    for (const update of this.updates.values()) {
      const { old, by, copy, write } = update;
      if (this.region.placeOf(old).place !== "stored" || owned.has(old) || this.heirs.has(old)) continue;
      if (!this.orderReaders(old, write, copy)) continue;
      this.heirs.set(old, by);
      this.copies.set(copy.key, old);
    }
    const carries = new Set<number>();
    this.region.destinations.forEach(({ carry }, k) => {
      if (carry !== undefined && !accumulations(this.region).has(k) && this.overwritesCarry(carry, k)) carries.add(k);
    });
    return { carries, heirs: this.heirs, copies: this.copies };
  }

  /** The value whose computation is the first to write the buffer of a result. */
  private firstIn(value: Var): Var {
    const old = this.updates.get(value)?.old;
    return old !== undefined && this.heirs.get(old) === value ? this.firstIn(old) : value;
  }

  private overwritesCarry(carry: Var, k: number): boolean {
    const atom = this.region.func.outs[k];
    const owned = atom?.kind === "Var" && ownersOf(this.region).get(atom) === k ? atom : undefined;
    const first = owned === undefined ? undefined : this.firstIn(owned);
    const update = first === undefined ? undefined : this.updates.get(first);
    if (update?.old === carry) {
      const isLegal = this.orderReaders(carry, update.write, update.copy);
      if (isLegal) this.copies.set(update.copy.key, carry);
      return isLegal;
    }
    const [key] = first === undefined ? [`out${k}`] : (this.settled.collected.writers.get(first) ?? []);
    const root = this.settled.collected.roots.find((each) => each.key === key);
    return root !== undefined && this.orderReaders(carry, root);
  }

  /** Puts whatever else reads the old value before its first writer; false where that cannot be. */
  private orderReaders(old: Var, writer: Root, copy?: Root): boolean {
    const { groups } = this.settled;
    const home = groups.find((group) => group.roots.includes(writer));
    if (home === undefined || !this.readsOnlyWritten(home, writer, old)) return false;
    const readers = groups.filter(
      (group) => group !== home && group.roots.some((root) => root !== copy && this.reads(root, old)),
    );
    if (readers.some((group) => group.isAfter(home))) return false;
    home.runAfter(readers, groups);
    return true;
  }

  private reads(root: Root, value: Var): boolean {
    return readsValue(this.region, this.settled.collected, root, value);
  }

  /** Does every root of the writing group read the old value only where it is just about to be written? */
  private readsOnlyWritten(home: Group, writer: Root, old: Var): boolean {
    const reading = home.roots.filter((root) => this.reads(root, old));
    if (reading.length === 0) return true;
    if (writer.kind === "switch") return handsOn(this.region, writer.eqn, old);
    if (writer.kind !== "kernel" || writer.combine !== "set") return false;
    return reading.every((root) => readsWhereWritten(root, writer, this.settled.collected, old));
  }
}

/**
 * Is a carry one operand of a choice, as it is? Then each branch sees to it that it is read before it is overwritten, as the
 * body of a loop does.
 */
const handsOn = (region: Region, { inputs }: Eqn, carry: Var): boolean => {
  const reads = inputs.filter((input): input is Var => input.kind === "Var" && region.baseOf(input) === carry);
  return reads.length === 1 && reads[0] === carry && inputs[0] !== carry;
};

/** Integers made of data have names of their own in every root: only within one root are these the same. */
const isByData = (index: readonly Index[]): boolean =>
  index.some((each) => namesOf(each).some((name) => name.startsWith("$n")));

/** Does `root` read a value at the very element that `writer` writes? Reads through views count as elsewhere. */
export function readsWhereWritten(root: Root, writer: KernelRoot, collected: Collected, value: Var): boolean {
  if (root.kind !== "kernel") return false;
  const reads = collected.solos.get(root.key)?.reads ?? [];
  const written = collected.solos.get(writer.key)?.index ?? [];
  if (root !== writer && isByData(written)) return false;
  return (
    reads.every((read) => read.value !== value || indexText(read.index) === indexText(written)) &&
    reads.some((read) => read.value === value)
  );
}

export const findOverwrites = (region: Region, settled: Settled): Overwrites => new Overwriter(region, settled).find();
