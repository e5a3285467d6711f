/**
 * Values that are stored so that no kernel grows beyond what an engine optimises, and so that looking at a root costs
 * the same however long the function is: without this, a chain of n scalar equations would be one expression of n nodes.
 *
 * Invariant: a region that fits one kernel is left alone; in any other no value has more than `chainBudget` inlined
 * equations behind it.
 */
import type { Var } from "@tapeless/types/compiler";
import { chainBudget, kernelBudget } from "./cost.js";
import type { Region } from "./region.js";

/** Stores values, in the order of their definition, whenever too much would be computed inside the next one. */
export function storeLongChains(region: Region): void {
  const inline = region.func.eqns.flatMap((eqn) =>
    eqn.outs.filter((out) => region.placeOf(out).place === "inline").map((out) => ({ out, inputs: eqn.inputs })),
  );
  if (inline.length <= kernelBudget) return;
  const behind = new Map<Var, ReadonlySet<Var>>();
  for (const { out, inputs } of inline) {
    const all = new Set<Var>([out]);
    for (const atom of inputs) if (atom.kind === "Var") behind.get(atom)?.forEach((value) => all.add(value));
    if (all.size > chainBudget) region.store(out);
    else behind.set(out, all);
  }
}
