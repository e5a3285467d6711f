/** A region's steps: its groups laid out, each as a kernel or a loop. Invariant: results are where they have to go. */

import type { Var } from "@tapeless/types/compiler";
import type { Step } from "../../ir/kernel/nodes.js";
import { ownersOf } from "./collect.js";
import { inOrder } from "./group.js";
import { copyKernel, makeKernel } from "./kernels.js";
import type { NameSupply } from "./names.js";
import { nestedReads } from "./nested.js";
import { findOverwrites } from "./overwrite.js";
import type { Region } from "./region.js";
import type { KernelRoot } from "./roots.js";
import { lowerScan } from "./scan.js";
import { valuesToSetAside } from "./set-aside.js";
import { type Settled, settle } from "./settle.js";
import { Studies } from "./solo.js";
import { RegionStorage } from "./storage.js";
import { lowerSwitch } from "./switch.js";
import { lowerWhile } from "./while.js";

/** Gives every value of the region its buffer, before kernels choose names for their own scalars. */
function placeAll({ collected, groups }: Settled, storage: RegionStorage, unwritten: ReadonlySet<Var>): void {
  for (const root of inOrder(groups).flatMap((group) => group.roots)) {
    if (root.kind === "kernel") {
      if (root.defines === undefined || !unwritten.has(root.defines)) storage.targetOf(root.target);
      for (const read of collected.solos.get(root.key)?.reads ?? [])
        if (!unwritten.has(read.value)) storage.bufferOf(read.value);
      continue;
    }
    for (const out of root.eqn.outs) if (!root.into.has(out)) storage.bufferOf(out);
  }
}

/**
 * Values that only roots of their own kernel read: these take them over without memory, so nothing has to be written.
 */
function handedOver(region: Region, { collected, groups }: Settled): ReadonlySet<Var> {
  const readElsewhere = new Set<Var>();
  const homes = new Map(groups.flatMap((group) => group.roots.map((root) => [root.key, group] as const)));
  for (const group of groups) {
    for (const root of group.roots) {
      const atoms =
        root.kind !== "kernel"
          ? nestedReads(region, root)
          : (collected.solos.get(root.key)?.reads ?? []).map((read) => read.value);
      for (const atom of atoms) {
        const base = region.baseOf(atom);
        const writers = collected.writers.get(base) ?? [];
        if (base !== atom || writers.some((key) => homes.get(key) !== group)) readElsewhere.add(base);
      }
    }
  }
  const owned = ownersOf(region);
  const stored = [...collected.writers.keys()].filter((value) => region.isForced(value) && !owned.has(value));
  return new Set(stored.filter((value) => !readElsewhere.has(value)));
}

/** Settled, and again with what has to be set aside before slices are overwritten. */
function settleApart(region: Region): Settled {
  const studies = new Studies(region);
  for (;;) {
    const settled = settle(region, studies);
    const before = region.forcedCount;
    for (const value of valuesToSetAside(region, settled)) region.store(value);
    if (region.forcedCount === before) return settled;
  }
}

export function lowerRegion(region: Region, kernelNames: NameSupply): readonly Step[] {
  const settled = settleApart(region);
  const storage = new RegionStorage(region, findOverwrites(region, settled));
  const unwritten = handedOver(region, settled);
  placeAll(settled, storage, unwritten);
  const steps: Step[] = [];
  for (const group of inOrder(settled.groups)) {
    const [first] = group.roots;
    if (first?.kind === "scan") {
      const lower = first.eqn.op === "while" ? lowerWhile : lowerScan;
      steps.push(lower(region, storage, first, (body) => lowerRegion(body, kernelNames)));
      continue;
    }
    if (first?.kind === "switch") {
      const choice = lowerSwitch(region, storage, first, (body) => lowerRegion(body, kernelNames));
      if (choice.branches.some((branch) => branch.steps.length > 0)) steps.push(choice);
      continue;
    }
    const roots = group.roots.filter((root): root is KernelRoot => root.kind === "kernel");
    const kernel = makeKernel(region, storage, roots, unwritten, kernelNames);
    if (kernel !== undefined) steps.push(kernel);
  }
  const copies = storage.copies().map(({ from, to }) => copyKernel(region, from, to, kernelNames));
  return [...steps, ...copies];
}
