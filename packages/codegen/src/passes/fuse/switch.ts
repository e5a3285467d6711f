/**
 * A choice: each branch is a region of its own, all of them with the same operands and the same places for their results.
 *
 * Invariant: every branch writes all results, but those that nobody reads after it was taken.
 */
import type { Atom, Eqn, Lit, ScalarExpr, Var } from "@tapeless/types/compiler";
import type { Branch, Choose } from "../../ir/kernel/nodes.js";
import { Region } from "./region.js";
import type { LowerBody } from "./scan.js";
import type { RegionStorage } from "./storage.js";

/** What a parameter of the branches stands for: a buffer, or a number known at build time. */
function bound(region: Region, storage: RegionStorage, atom: Atom): string | Lit {
  if (atom.kind === "Lit") return atom;
  const place = region.placeOf(atom);
  return place.place === "literal" ? place.literal : storage.bufferOf(atom);
}

function selectorOf(region: Region, storage: RegionStorage, atom: Atom): ScalarExpr {
  const place = bound(region, storage, atom);
  return typeof place === "string"
    ? { kind: "Load", buffer: place, index: [], dtype: atom.dtype }
    : { kind: "Const", value: place.value, dtype: place.dtype };
}

export function lowerSwitch(region: Region, storage: RegionStorage, eqn: Eqn, lowerBody: LowerBody): Choose {
  const [selector, ...operands] = eqn.inputs;
  if (selector === undefined || eqn.batch.length > 0)
    throw new Error(`fuse: a switch in '${region.func.name}' without a selector of its own`);
  const given = operands.map((atom) => bound(region, storage, atom));
  const destinations = eqn.outs.map((out) => ({ buffer: storage.bufferOf(out) }));
  const branches = eqn.funcs.map((func): Branch => {
    const bindings = new Map<Var, string | Lit>();
    func.params.forEach((param, k) => bindings.set(param, given[k] as string | Lit));
    const inner = new Region(func, region.define, region.builder, bindings, destinations);
    return { kind: "Branch", steps: lowerBody(inner) };
  });
  return { kind: "Choose", selector: selectorOf(region, storage, selector), branches };
}
