/**
 * Roots with the same domain become one kernel, where that is legal.
 *
 * Legal: no path from the kernel through another one back into it; what it writes it reads only at the index of the
 * iteration itself, and never a reduction. Invariant: groups form an acyclic graph, and `inOrder` lays it out.
 */
import { showSize, type Var } from "@tapeless/types/compiler";
import type { Collected } from "./collect.js";
import { kernelBudget } from "./cost.js";
import { earlyReaders } from "./early-readers.js";
import { nestedReads } from "./nested.js";
import type { Region } from "./region.js";
import type { KernelRoot, Root } from "./roots.js";
import { ownIndex } from "./solo.js";

export class Group {
  readonly roots: Root[] = [];
  /** Groups that must run before this one, directly or not. */
  readonly before = new Set<Group>();
  cost = 0;

  constructor(readonly key: string) {}
}

/** What must have run before a root, and whether it may share a kernel with it. */
interface Need {
  readonly root: string;
  readonly shareable: boolean;
}

const indexText = (index: readonly unknown[]): string => index.map((each) => showSize(each as never)).join(",");

/**
 * Roots that others may not join: contractions have a schedule of their own, scans are loops, and what changes elements of
 * a value may be made of others of its elements, which are read before it is written.
 */
const standsAlone = (root: Root, collected: Collected): boolean =>
  root.kind !== "kernel" || collected.contractions.has(root.key) || root.changes;

const domainKey = (root: KernelRoot): string =>
  root.domain
    .filter((size) => size !== 1)
    .map(showSize)
    .join(",");

function needsOf(region: Region, root: Root, collected: Collected): readonly Need[] {
  const ordered = root.after.map((key) => ({ root: key, shareable: false }));
  const writersOf = (value: Var): readonly string[] => collected.writers.get(region.baseOf(value)) ?? [];
  if (root.kind !== "kernel")
    return [
      ...ordered,
      ...nestedReads(root).flatMap((value) => writersOf(value).map((key) => ({ root: key, shareable: false }))),
    ];
  const own = indexText(ownIndex(root.domain));
  const reads = collected.solos.get(root.key)?.reads ?? [];
  const needs = reads.flatMap(({ value, index }) => {
    const keys = writersOf(value);
    const computed = collected.solos.get(keys.at(-1) ?? "")?.root;
    const same = computed?.defines === value && indexText(index) === own && keys.length === 1;
    return keys.map((key) => ({ root: key, shareable: same }));
  });
  return [...ordered, ...needs];
}

/** The needs of each root, and what must run before it so that it can overwrite what it changes. */
function allNeeds(region: Region, collected: Collected): (root: Root) => readonly Need[] {
  const own = new Map(collected.roots.map((root) => [root, needsOf(region, root, collected)]));
  const early = earlyReaders(region, collected, (root) => (own.get(root) ?? []).map((need) => need.root));
  return (root) => [
    ...(own.get(root) ?? []),
    ...(early.get(root.key) ?? []).map((key) => ({ root: key, shareable: false })),
  ];
}

class Grouper {
  private readonly groups: Group[] = [];
  private readonly home = new Map<string, Group>();

  constructor(
    private readonly collected: Collected,
    private readonly needsOf: (root: Root) => readonly Need[],
  ) {}

  private groupOf(key: string): Group {
    const group = this.home.get(key);
    if (group === undefined) throw new Error(`fuse: '${key}' is read before it is computed`);
    return group;
  }

  /** May `root` join `group`, given what it needs? */
  private fits(group: Group, needs: readonly Need[], cost: number): boolean {
    if (group.cost + cost > kernelBudget) return false;
    return needs.every((need) => {
      const home = this.groupOf(need.root);
      return home === group ? need.shareable : !home.before.has(group);
    });
  }

  private require(group: Group, needs: readonly Need[]): void {
    const added = needs.map((need) => this.groupOf(need.root)).filter((home) => home !== group);
    const before = added.flatMap((home) => [home, ...home.before]);
    for (const each of this.groups)
      if (each === group || each.before.has(group)) before.forEach((earlier) => each.before.add(earlier));
  }

  place(root: Root): void {
    const needs = this.needsOf(root);
    const alone = standsAlone(root, this.collected);
    const key = alone || root.kind !== "kernel" ? `alone ${root.key}` : domainKey(root);
    const cost = this.collected.solos.get(root.key)?.cost ?? 0;
    const candidates = this.groups.filter((group) => group.key === key && this.fits(group, needs, cost));
    const group = candidates.at(-1) ?? new Group(key);
    if (candidates.length === 0) this.groups.push(group);
    group.roots.push(root);
    group.cost += cost;
    this.home.set(root.key, group);
    this.require(group, needs);
  }

  get result(): readonly Group[] {
    return this.groups;
  }
}

/** Roots in an order in which each comes after what it needs; layout order where there is a choice. */
function sortRoots(collected: Collected, needsOf: (root: Root) => readonly Need[]): readonly Root[] {
  const byKey = new Map(collected.roots.map((root) => [root.key, root]));
  const sorted = new Set<Root>();
  const visit = (root: Root): void => {
    if (sorted.has(root)) return;
    for (const need of needsOf(root)) {
      const needed = byKey.get(need.root);
      if (needed !== undefined && needed !== root) visit(needed);
    }
    sorted.add(root);
  };
  collected.roots.forEach(visit);
  return [...sorted];
}

export function groupRoots(region: Region, collected: Collected): readonly Group[] {
  const needs = allNeeds(region, collected);
  const grouper = new Grouper(collected, needs);
  for (const root of sortRoots(collected, needs)) grouper.place(root);
  return grouper.result;
}

/** Groups laid out so that each comes after those it needs, otherwise as they were made. */
export function inOrder(groups: readonly Group[]): readonly Group[] {
  const done = new Set<Group>();
  const order: Group[] = [];
  const visit = (group: Group): void => {
    if (done.has(group)) return;
    done.add(group);
    for (const earlier of groups) if (group.before.has(earlier)) visit(earlier);
    order.push(group);
  };
  groups.forEach(visit);
  return order;
}
