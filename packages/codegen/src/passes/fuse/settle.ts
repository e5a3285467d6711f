/**
 * Decides which values are stored: those that several kernels, or one kernel again and again, would compute anew at a
 * price above the budgets of `cost.ts`.
 *
 * Storing one value changes which kernels there are, so this goes round until nothing changes; each round stores at least
 * one value more, so it ends. Invariant: a round looks only at roots that the values stored since then are inlined in.
 */
import { mulSize, productSize, showSize, type Var } from "@tapeless/types/compiler";
import { costOf, recomputeBudget } from "../../ir/kernel/cost.js";
import { type Collected, collectRoots } from "./collect.js";
import { columnsToSplit } from "./columns.js";
import { repeatBudget } from "./cost.js";
import { type Group, groupRoots } from "./group.js";
import type { Region } from "./region.js";
import { mostTerms, writeOutShortSums } from "./short-sums.js";
import { type Instance, Studies, tellsMore } from "./solo.js";
import { storeLongChains } from "./split.js";

export interface Settled {
  readonly collected: Collected;
  readonly groups: readonly Group[];
  /** How many times a root was looked at. */
  readonly studied: number;
}

/** All places where inlined values are computed, once per kernel. */
function placesOf(groups: readonly Group[], collected: Collected): ReadonlyMap<Var, readonly Instance[]> {
  const places = new Map<Var, Instance[]>();
  for (const group of groups) {
    const own = new Map<Var, Map<string, Instance>>();
    for (const root of group.roots) {
      for (const instance of collected.solos.get(root.key)?.instances ?? []) {
        const known = own.get(instance.value) ?? new Map<string, Instance>();
        if (known.size === 0) own.set(instance.value, known);
        if (tellsMore(instance.parent, known.get(instance.at))) known.set(instance.at, instance);
      }
    }
    for (const [value, known] of own) {
      const all = places.get(value) ?? [];
      if (all.length === 0) places.set(value, all);
      all.push(...known.values());
    }
  }
  return places;
}

/** Is a value another one spread over many times its elements? */
function isSpread(region: Region, value: Var, source: Var): boolean {
  const place = region.placeOf(value);
  if (place.place !== "inline" || place.eqn.op !== "broadcastTo" || place.eqn.inputs[0] !== source) return false;
  const [whole, own] = [value.shape, source.shape].map((shape) => productSize(shape));
  const few = Array.from({ length: mostTerms }, (_, k) => showSize(mulSize(own ?? 1, k + 1)));
  return !few.includes(showSize(whole ?? 1));
}

/**
 * Values that something dear is inside of which has far fewer elements: to store that takes less memory, and may be enough.
 * Whether it was, the next round sees.
 */
function waiting(
  region: Region,
  places: ReadonlyMap<Var, readonly Instance[]>,
  dear: ReadonlyMap<Var, readonly Instance[]>,
): ReadonlySet<Var> {
  const found = new Set<Var>();
  const wait = (value: Var | undefined): void => {
    if (value === undefined || found.has(value)) return;
    found.add(value);
    for (const { parent } of places.get(value) ?? []) wait(parent);
  };
  for (const [value, at] of dear)
    for (const { parent } of at) if (parent !== undefined && isSpread(region, parent, value)) wait(parent);
  return found;
}

/** Values to store, outermost first: what is inside them may be computed once when they are. */
function overBudget(region: Region, places: ReadonlyMap<Var, readonly Instance[]>): readonly Var[] {
  const repeated = [...places].filter(([, at]) =>
    at.some(({ repeated, expr }) => repeated && costOf(expr) > repeatBudget),
  );
  const several = [...places].filter(
    ([, at]) => at.length > 1 && at.some(({ expr }) => costOf(expr) > recomputeBudget),
  );
  const dear = new Map([...repeated, ...several]);
  const later = waiting(region, places, dear);
  const candidates = new Map([...dear].filter(([value]) => !later.has(value)));
  const outermost = [...candidates].filter(([, at]) =>
    at.some(({ parent }) => parent === undefined || !candidates.has(parent)),
  );
  return outermost.map(([value]) => value);
}

export function settle(region: Region, studies = new Studies(region)): Settled {
  writeOutShortSums(region);
  storeLongChains(region);
  for (;;) {
    const collected = collectRoots(region, studies);
    const before = region.forcedCount;
    collected.missing.forEach((value) => region.store(value));
    if (region.forcedCount > before) continue;
    const split = columnsToSplit(region, collected);
    split.forEach((value) => region.columns.add(value));
    if (split.length > 0) continue;
    const groups = groupRoots(region, collected);
    overBudget(region, placesOf(groups, collected)).forEach((value) => region.store(value));
    if (region.forcedCount === before) return { collected, groups, studied: studies.count };
  }
}
