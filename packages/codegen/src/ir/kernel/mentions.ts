/** What an expression names. */
import { namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import type { KernelLet } from "./nodes.js";

/** Names of scalars, axes and dimensions that an expression mentions, in indices too. */
export function namesIn(expr: ScalarExpr): readonly string[] {
  switch (expr.kind) {
    case "Const":
      return [];
    case "Ref":
      return [expr.name];
    case "Position":
      return namesOf(expr.index);
    case "Load":
      return expr.index.flatMap(namesOf);
    case "Call":
      return expr.args.flatMap(namesIn);
  }
}

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
