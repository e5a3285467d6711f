/**
 * A choice: each branch is a region of its own, all of them with the same operands and the same places for their results.
 *
 * Invariant: every branch writes all results, but those that nobody reads after it was taken. A carry that is an operand
 * and is overwritten by a result is a carry of the branches; a result that is added to a carry, each branch adds.
 */
import { type Atom, type Func, makeVar, type ScalarExpr, type Var } from "@tapeless/types/compiler";
import type { Branch, Choose } from "../../ir/kernel/nodes.js";
import { adding } from "./adding.js";
import { type Binding, type Destination, Region } from "./region.js";
import type { SwitchRoot } from "./roots.js";
import type { LowerBody } from "./scan.js";
import type { RegionStorage } from "./storage.js";

/** What a parameter of the branches stands for: a buffer, a number known at build time, or an index of a loop around. */
function bound(region: Region, storage: RegionStorage, atom: Atom): Binding {
  if (atom.kind === "Lit") return atom;
  const place = region.placeOf(atom);
  if (place.place === "counter") return place.counter;
  return place.place === "literal" ? place.literal : storage.bufferOf(atom);
}

function selectorOf(region: Region, storage: RegionStorage, atom: Atom): ScalarExpr {
  const place = bound(region, storage, atom);
  if (typeof place !== "string" && place.kind === "Counter")
    return { kind: "Position", index: place.index, dtype: "i32" };
  return typeof place === "string"
    ? { kind: "Load", buffer: place, index: [], dtype: atom.dtype }
    : { kind: "Const", value: place.value, dtype: place.dtype };
}

class ChooseMaker {
  private readonly given: readonly Binding[];

  constructor(
    private readonly region: Region,
    private readonly storage: RegionStorage,
    private readonly root: SwitchRoot,
  ) {
    this.given = root.eqn.inputs.map((atom) => bound(region, storage, atom));
  }

  /** Where a result goes; where that is a carry that the branch is given, the parameter is its last value. */
  private destination(func: Func, out: Var): Destination {
    const buffer = this.storage.bufferOf(out);
    const isCarry = this.region.destinations.some((each) => each.carry !== undefined && each.buffer === buffer);
    const carry = isCarry ? func.params[this.given.indexOf(buffer) - 1] : undefined; // the selector comes first
    return carry === undefined ? { buffer } : { buffer, carry };
  }

  branch(given: Func, lowerBody: LowerBody): Branch {
    const { root, region } = this;
    const bindings = new Map<Var, Binding>();
    for (const [k, param] of given.params.entries()) bindings.set(param, this.given[k + 1] as Binding); // one operand each
    let func = given;
    const destinations = root.eqn.outs.map((out, k): Destination => {
      const buffer = root.into.get(out);
      if (buffer === undefined) return this.destination(given, out);
      const carry = makeVar(out);
      func = adding(func, k, carry);
      bindings.set(carry, buffer);
      return { buffer, carry };
    });
    const inner = new Region(func, region.define, region.builder, bindings, destinations);
    return { kind: "Branch", steps: lowerBody(inner) };
  }
}

export function lowerSwitch(region: Region, storage: RegionStorage, root: SwitchRoot, lowerBody: LowerBody): Choose {
  const { eqn } = root;
  const [selector] = eqn.inputs;
  if (selector === undefined || eqn.batch.length > 0)
    throw new Error(`fuse: a switch in '${region.func.name}' without a selector of its own`);
  const maker = new ChooseMaker(region, storage, root);
  const branches = eqn.funcs.map((func) => maker.branch(func, lowerBody));
  return { kind: "Choose", selector: selectorOf(region, storage, selector), branches };
}
