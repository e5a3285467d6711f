/** What an expression names. */
import { namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import { kernelLanguage } from "./language.js";
import type { KernelLet } from "./nodes.js";

/** Names of scalars, axes and dimensions that an expression mentions, in indices too. */
export const namesIn = (expr: ScalarExpr): readonly string[] =>
  kernelLanguage.walk(expr).flatMap((node) => {
    if (node.kind === "Ref") return [node.name];
    if (node.kind === "Load") return node.index.flatMap(namesOf);
    return node.kind === "Position" ? namesOf(node.index) : [];
  });

/** The lets that are needed for what mentions these names, in their order, and all names in it and in them. */
export function coneOf(
  mentioned: Iterable<string>,
  lets: readonly KernelLet[],
): { readonly lets: readonly KernelLet[]; readonly names: ReadonlySet<string> } {
  const names = new Set(mentioned);
  const own = lets.toReversed().filter((each) => {
    if (names.has(each.name)) for (const name of namesIn(each.value)) names.add(name);
    return names.has(each.name);
  });
  return { lets: own.reverse(), names };
}
