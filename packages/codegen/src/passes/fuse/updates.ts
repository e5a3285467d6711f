/**
 * Updates: values that start as a copy of another one, of which a scatter or a written slice then changes elements.
 *
 * Invariant: nothing here knows of groups, so the grouping may ask.
 */
import type { Var } from "@tapeless/types/compiler";
import type { Collected } from "./collect.js";
import { nestedReads } from "./nested.js";
import { indexText, type Region } from "./region.js";
import type { KernelRoot, Root } from "./roots.js";
import { ownIndex } from "./solo.js";

/** A value that starts as a copy of another one, of which a scatter then changes elements. */
export interface Update {
  readonly old: Var;
  readonly by: Var;
  readonly copy: KernelRoot;
  readonly write: KernelRoot;
}

export function readsValue(region: Region, collected: Collected, root: Root, value: Var): boolean {
  const reads =
    root.kind !== "kernel"
      ? nestedReads(region, root)
      : (collected.solos.get(root.key)?.reads ?? []).map((read) => read.value);
  return reads.some((read) => region.baseOf(read) === value);
}

/** The updates of a region: scatters whose base is a value of a buffer as it is. */
export function updatesOf(collected: Collected): readonly Update[] {
  const byKey = new Map(collected.roots.map((root) => [root.key, root]));
  return [...collected.writers].flatMap(([by, keys]) => {
    const [copy, write, ...more] = keys.map((key) => byKey.get(key));
    if (copy?.kind !== "kernel" || write?.kind !== "kernel" || more.length > 0 || !write.changes) return [];
    const solo = collected.solos.get(copy.key);
    const [read, ...others] = solo?.reads ?? [];
    const own = indexText(ownIndex(copy.domain));
    const copies = solo?.isLoad === true && others.length === 0;
    return read !== undefined && copies && indexText(read.index) === own ? [{ old: read.value, by, copy, write }] : [];
  });
}
