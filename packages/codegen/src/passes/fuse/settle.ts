/**
 * Decides which values are stored: those that several kernels, or one kernel again and again, would compute anew at a
 * price above the budgets of `cost.ts`.
 *
 * Storing one value changes which kernels there are, so this goes round until nothing changes; each round stores at least
 * one value more, so it ends. Invariant: a round looks only at roots that the values stored since then are inlined in.
 */
import type { Var } from "@tapeless/types/compiler";
import { recomputeBudget } from "../../ir/kernel/cost.js";
import { type Collected, collectRoots } from "./collect.js";
import { repeatBudget } from "./cost.js";
import { type Group, groupRoots } from "./group.js";
import type { Region } from "./region.js";
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
  const places = new Map<Var, Map<string, Instance>>();
  groups.forEach((group, g) => {
    for (const root of group.roots) {
      for (const instance of collected.solos.get(root.key)?.instances ?? []) {
        const known = places.get(instance.value) ?? new Map<string, Instance>();
        places.set(instance.value, known);
        const key = `${g}@${instance.at}`;
        if (tellsMore(instance.parent, known.get(key))) known.set(key, instance);
      }
    }
  });
  return new Map([...places].map(([value, known]) => [value, [...known.values()]]));
}

/** Values to store, outermost first: what is inside them may be computed once when they are. */
function overBudget(places: ReadonlyMap<Var, readonly Instance[]>): readonly Var[] {
  const repeated = [...places].filter(([, at]) => at.some(({ repeated, cost }) => repeated && cost > repeatBudget));
  const several = [...places].filter(([, at]) => at.length > 1 && at.some(({ cost }) => cost > recomputeBudget));
  const candidates = new Map([...repeated, ...several]);
  const outermost = [...candidates].filter(([, at]) =>
    at.some(({ parent }) => parent === undefined || !candidates.has(parent)),
  );
  return outermost.map(([value]) => value);
}

export function settle(region: Region, studies = new Studies(region)): Settled {
  storeLongChains(region);
  for (;;) {
    const collected = collectRoots(region, studies);
    const before = region.forced.size;
    collected.missing.forEach((value) => region.forced.add(value));
    if (region.forced.size > before) continue;
    const groups = groupRoots(region, collected);
    overBudget(placesOf(groups, collected)).forEach((value) => region.forced.add(value));
    if (region.forced.size === before) return { collected, groups, studied: studies.count };
  }
}
