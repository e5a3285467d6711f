/**
 * What has to run before a slice is overwritten: every root that reads the old value and does not need the new one.
 *
 * Told to the grouping, so that no such root joins a kernel that has to run afterwards. Invariant: with these, roots still
 * need each other in no circle; where one would arise, the reader is left out, and the value will be copied instead.
 */
import type { Collected } from "./collect.js";
import type { Region } from "./region.js";
import type { Root } from "./roots.js";
import { readsValue, updatesOf } from "./updates.js";

/** For a root the keys of those that it needs. */
export type NeedsOf = (root: Root) => readonly string[];

/** Keys of roots that have to run before the root of the given key. */
export type EarlyReaders = ReadonlyMap<string, readonly string[]>;

export function earlyReaders(region: Region, collected: Collected, needsOf: NeedsOf): EarlyReaders {
  const found = new Map<string, string[]>();
  const updates = updatesOf(collected);
  if (updates.length === 0) return found;
  const byKey = new Map(collected.roots.map((root) => [root.key, root]));
  const needs = new Map(collected.roots.map((root) => [root.key, needsOf(root)]));
  const dependsOn = (key: string, goal: string, seen = new Set<string>()): boolean => {
    if (key === goal) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return [...(needs.get(key) ?? []), ...(found.get(key) ?? [])].some((each) => dependsOn(each, goal, seen));
  };
  for (const { old, write, copy } of updates) {
    for (const [key, root] of byKey) {
      if (root === copy || root === write || !readsValue(region, collected, root, old)) continue;
      if (dependsOn(key, write.key)) continue;
      found.set(write.key, [...(found.get(write.key) ?? []), key]);
    }
  }
  return found;
}
