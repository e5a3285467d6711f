/**
 * Roots with the same domain become one kernel, where that is legal.
 *
 * Legal: no path from the kernel through another one back into it; what it writes it reads only at the index of the
 * iteration itself, and never a reduction. Invariant: groups form an acyclic graph, and `inOrder` lays it out.
 */
import { mentionedBy, showSize, type Var } from "@tapeless/types/compiler";
import { Bits } from "./bits.js";
import type { Collected } from "./collect.js";
import { kernelBudget } from "./cost.js";
import { earlyReaders } from "./early-readers.js";
import { nestedReads } from "./nested.js";
import type { Region } from "./region.js";
import type { KernelRoot, Root } from "./roots.js";
import { sizesNamedBy } from "./solo.js";

/** Groups looked at for one that a root may join, latest first: a region may have thousands of one domain. */
const farthestBack = 256;

/** What a further sum of the same terms but for a place adds to a kernel: a product, and what it takes. */
const furtherCost = 4;

export class Group {
  readonly roots: Root[] = [];
  /** Numbers of the groups that must run before this one, directly or not. */
  private readonly ancestors = new Bits();
  /** Does some group run after it? */
  private isAwaited = false;
  cost = 0;
  /** Of its roots the one that can be computed last of all: the most kernels that it must wait for. */
  stage = 0;

  constructor(
    readonly key: string,
    /** Position among the groups of the region. */
    readonly number: number,
  ) {}

  isAfter(other: Group): boolean {
    return this.ancestors.has(other.number);
  }

  /** The first of its ancestors that is not among `done`. */
  missing(done: Bits): number | undefined {
    return this.ancestors.firstNotIn(done);
  }

  /** Makes `others`, and all that they need, run before this group and before those that need it among `groups`. */
  runAfter(others: readonly Group[], groups: readonly Group[]): void {
    const added = others.filter((other) => other !== this && !this.isAfter(other));
    if (added.length === 0) return;
    const before = new Bits();
    for (const other of added) {
      other.isAwaited = true;
      before.add(other.number);
      other.addAncestorsTo(before);
    }
    this.ancestors.addAll(before);
    if (this.isAwaited) for (const each of groups) if (each.isAfter(this)) each.ancestors.addAll(before);
  }

  addAncestorsTo(found: Bits): void {
    found.addAll(this.ancestors);
  }
}

/** What must have run before a root, and whether it may share a kernel with it. */
interface Need {
  readonly root: Root;
  readonly shareable: boolean;
}

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

/** The root of a key. */
type RootOf = (key: string) => Root;

function rootsByKey({ roots }: Collected): RootOf {
  const byKey = new Map(roots.map((root) => [root.key, root]));
  return (key) => {
    const root = byKey.get(key);
    if (root === undefined) throw new Error(`fuse: '${key}' is read and never computed`);
    return root;
  };
}

function needsOf(region: Region, root: Root, collected: Collected, rootOf: RootOf): readonly Need[] {
  const apart = (key: string): Need => ({ root: rootOf(key), shareable: false });
  const ordered = root.after.map(apart);
  const writersOf = (value: Var): readonly string[] => collected.writers.get(region.baseOf(value)) ?? [];
  const after = (values: readonly Var[]): readonly Need[] => values.flatMap((value) => writersOf(value).map(apart));
  if (root.kind !== "kernel")
    return [...ordered, ...after(nestedReads(region, root)), ...after(region.findersOf(() => mentionedBy(root.eqn)))];
  const solo = collected.solos.get(root.key);
  const reads = solo?.reads ?? [];
  const found = solo === undefined ? [] : after(region.findersOf(() => sizesNamedBy(root, solo)));
  const needs = reads.flatMap(({ value, isOwn }) => {
    const writers = writersOf(value).map(rootOf);
    const [computed] = writers;
    const same = computed?.kind === "kernel" && computed.defines === value && isOwn && writers.length === 1;
    return writers.map((writer): Need => ({ root: writer, shareable: same }));
  });
  return [...ordered, ...found, ...needs];
}

/** What each root needs, found once. */
type Needs = (root: Root) => readonly Need[];

/** The needs of each root, and what must run before it so that it can overwrite what it changes. */
function allNeeds(region: Region, collected: Collected): Needs {
  const rootOf = rootsByKey(collected);
  const all = new Map(collected.roots.map((root) => [root, needsOf(region, root, collected, rootOf)]));
  const ofRoot: Needs = (root) => all.get(root) ?? [];
  for (const [key, readers] of earlyReaders(region, collected, (root) => ofRoot(root).map((need) => need.root.key))) {
    const early = readers.map((reader): Need => ({ root: rootOf(reader), shareable: false }));
    all.set(rootOf(key), [...ofRoot(rootOf(key)), ...early]);
  }
  return ofRoot;
}

/** Counted in kernels one behind the other: the earliest that a root can be computed in, and the latest that holds up nobody. */
interface Stages {
  readonly earliest: (root: Root) => number;
  readonly latest: (root: Root) => number;
}

/** `sorted`: each root after those that it needs. */
function stagesOf(sorted: readonly Root[], needs: Needs): Stages {
  const apart = ({ shareable }: Need): number => (shareable ? 0 : 1);
  const earliest = new Map<Root, number>();
  for (const reader of sorted) {
    let stage = 0;
    for (const need of needs(reader))
      if (need.root !== reader) stage = Math.max(stage, (earliest.get(need.root) ?? 0) + apart(need));
    earliest.set(reader, stage);
  }
  const latest = new Map<Root, number>();
  for (const reader of sorted.toReversed()) {
    const ofReader = latest.get(reader) ?? earliest.get(reader) ?? 0;
    for (const need of needs(reader))
      if (need.root !== reader)
        latest.set(need.root, Math.min(latest.get(need.root) ?? Number.POSITIVE_INFINITY, ofReader - apart(need)));
  }
  return {
    earliest: (root) => earliest.get(root) ?? 0,
    latest: (root) => latest.get(root) ?? Number.POSITIVE_INFINITY,
  };
}

class Grouper {
  private readonly groups: Group[] = [];
  private readonly ofKey = new Map<string, Group[]>();
  private readonly home = new Map<Root, Group>();

  constructor(
    private readonly collected: Collected,
    private readonly needs: Needs,
    private readonly stages: Stages,
  ) {}

  private groupOf(root: Root): Group {
    const group = this.home.get(root);
    if (group === undefined) throw new Error(`fuse: '${root.key}' is read before it is computed`);
    return group;
  }

  /** Groups that a root may not join, given what it needs: what must have run by then, and what runs before that. */
  private closedTo(needs: readonly Need[]): Bits {
    const closed = new Bits();
    for (const { root, shareable } of needs) {
      const home = this.groupOf(root);
      if (!shareable) closed.add(home.number);
      home.addAncestorsTo(closed);
    }
    return closed;
  }

  private make(key: string): Group {
    const group = new Group(key, this.groups.length);
    this.groups.push(group);
    const same = this.ofKey.get(key);
    if (same === undefined) this.ofKey.set(key, [group]);
    else same.push(group);
    return group;
  }

  place(root: Root): void {
    const needs = this.needs(root);
    const alone = standsAlone(root, this.collected);
    const key = alone || root.kind !== "kernel" ? `alone ${root.key}` : domainKey(root);
    const cost =
      root.kind === "kernel" && root.isFurther ? furtherCost : (this.collected.solos.get(root.key)?.cost ?? 0);
    const near = (this.ofKey.get(key) ?? []).slice(-farthestBack);
    const latest = this.stages.latest(root);
    const closed = this.closedTo(needs);
    const fits = (group: Group): boolean => group.cost + cost <= kernelBudget && !closed.has(group.number);
    const group = near.findLast((each) => each.stage <= latest && fits(each)) ?? near.findLast(fits) ?? this.make(key);
    group.stage = Math.max(group.stage, this.stages.earliest(root));
    group.roots.push(root);
    group.cost += cost;
    this.home.set(root, group);
    group.runAfter(
      needs.map((need) => this.groupOf(need.root)),
      this.groups,
    );
  }

  get result(): readonly Group[] {
    return this.groups;
  }
}

/** Roots in an order in which each comes after what it needs; layout order where there is a choice. */
function sortRoots(collected: Collected, needs: Needs): readonly Root[] {
  const sorted = new Set<Root>();
  const visit = (root: Root): void => {
    if (sorted.has(root)) return;
    for (const need of needs(root)) if (need.root !== root) visit(need.root);
    sorted.add(root);
  };
  collected.roots.forEach(visit);
  return [...sorted];
}

export function groupRoots(region: Region, collected: Collected): readonly Group[] {
  const needs = allNeeds(region, collected);
  const sorted = sortRoots(collected, needs);
  const grouper = new Grouper(collected, needs, stagesOf(sorted, needs));
  for (const root of sorted) grouper.place(root);
  return grouper.result;
}

/** Groups laid out so that each comes after those it needs, otherwise as they were made. */
export function inOrder(groups: readonly Group[]): readonly Group[] {
  const done = new Bits();
  const order: Group[] = [];
  const visit = (group: Group): void => {
    if (done.has(group.number)) return;
    done.add(group.number);
    for (let next = group.missing(done); next !== undefined; next = group.missing(done)) {
      const earlier = groups[next];
      if (earlier === undefined) throw new Error(`fuse: no group ${next}`);
      visit(earlier);
    }
    order.push(group);
  };
  groups.forEach(visit);
  return order;
}
