/**
 * The interior of an axis: the positions at which every condition on the position that holds near an end alone is decided. A
 * shift, a pad or a concat of an element asks each position whether it is the first one; in the interior nothing is asked.
 *
 * Invariant: within the interior the decided kernel computes what the kernel computes; a load that an undecided branch
 * protected is not moved out of the loop, for the interior may be empty.
 */
import { linearIn, namedSize, namesOf, type ScalarExpr, type Size, subSize } from "@tapeless/types/compiler";
import type { FlatKernel } from "../../ir/kernel/flat-kernel.js";
import { coneOf, namesIn } from "../../ir/kernel/mentions.js";
import type { Axis } from "../../ir/kernel/nodes.js";
import { type PlacedKernel, type PlacedLet, type PlacingContext, placeLets } from "./hoist.js";
import { type Renaming, renameExpr, renameIndex } from "./rename.js";

export interface Interior {
  /** Positions before it. */
  readonly before: number;
  /** Positions behind it. */
  readonly behind: number;
  /** The kernel as it is there. */
  readonly kernel: FlatKernel;
}

/** Further from an end than that, a position is no edge. */
const widest = 8;

/** An axis known to be shorter is not cut. */
const shortest = 32;

/** A condition on a position: from `at` on it is `after`, before that the opposite; `only`: it is so at `at` alone. */
interface Edge {
  readonly at: Size;
  readonly after: boolean;
  readonly only: boolean;
}

const positionOf = (expr: ScalarExpr | undefined): Size | undefined => {
  if (expr?.kind === "Position") return expr.index;
  return expr?.kind === "Const" && expr.dtype === "i32" ? expr.value : undefined;
};

/** Where a comparison with 0 of ±i + rest changes, by the comparison and the sign of i. */
function edgeOf(fn: string, sign: 1 | -1, rest: Size): Edge | undefined {
  const zero = sign === 1 ? subSize(0, rest) : rest; // where ±i + rest is 0
  const next = subSize(zero, -1);
  const up = sign === 1;
  switch (fn) {
    case "less":
      return { at: up ? zero : next, after: !up, only: false };
    case "lessEqual":
      return { at: up ? next : zero, after: !up, only: false };
    case "greater":
      return { at: up ? next : zero, after: up, only: false };
    case "greaterEqual":
      return { at: up ? zero : next, after: up, only: false };
    case "equal":
      return { at: zero, after: false, only: true };
    case "notEqual":
      return { at: zero, after: true, only: true };
    default:
      return undefined; // every other builtin compares nothing
  }
}

/** The condition that an expression is, on positions along the axis. */
function conditionOn(axis: string, expr: ScalarExpr): Edge | undefined {
  if (expr.kind !== "Call") return undefined;
  const [left, right] = [positionOf(expr.args[0]), positionOf(expr.args[1])];
  if (left === undefined || right === undefined) return undefined;
  const linear = linearIn(subSize(left, right), axis);
  if (linear === undefined || (linear.factor !== 1 && linear.factor !== -1)) return undefined;
  return edgeOf(expr.fn, linear.factor, linear.rest);
}

/** Expressions seen so far cut `before` positions off the start of the axis and `behind` off its end. */
class Cuts {
  before = 0;
  behind = 0;
  found = false;

  constructor(private readonly axis: Axis) {}

  /** What a condition is in the interior; `undefined` where it is not decided. */
  decide({ at, after, only }: Edge): boolean | undefined {
    const width = only ? 1 : 0;
    if (typeof at === "number" && at + width <= widest) {
      this.before = Math.max(this.before, at + width);
      this.found = true;
      return after;
    }
    const fromEnd = subSize(this.axis.size, at);
    if (typeof fromEnd !== "number" || fromEnd > widest) return undefined;
    this.behind = Math.max(this.behind, fromEnd);
    this.found = true;
    return only ? after : !after;
  }
}

const truth = (value: boolean): ScalarExpr => ({ kind: "Const", value: value ? 1 : 0, dtype: "bool" });

const truthOf = (expr: ScalarExpr | undefined): boolean | undefined =>
  expr?.kind === "Const" && expr.dtype === "bool" ? expr.value !== 0 : undefined;

/** A call whose arguments may have become constant truths. */
function folded(expr: ScalarExpr): ScalarExpr {
  if (expr.kind !== "Call") return expr;
  const [first, second, third] = expr.args;
  const [one, other] = [truthOf(first), truthOf(second)];
  if (expr.fn === "select" && one !== undefined) return (one ? second : third) ?? expr;
  if (expr.fn === "not" && one !== undefined) return truth(!one);
  if (expr.fn === "and" && one !== undefined) return one ? (second ?? expr) : truth(false);
  if (expr.fn === "and" && other !== undefined) return other ? (first ?? expr) : truth(false);
  if (expr.fn === "or" && one !== undefined) return one ? truth(true) : (second ?? expr);
  if (expr.fn === "or" && other !== undefined) return other ? truth(true) : (first ?? expr);
  return expr;
}

class Decider {
  readonly cuts: Cuts;
  private readonly known = new Map<string, ScalarExpr>();

  constructor(private readonly axis: Axis) {
    this.cuts = new Cuts(axis);
  }

  decided(expr: ScalarExpr): ScalarExpr {
    if (expr.kind === "Ref") return this.known.get(expr.name) ?? expr;
    if (expr.kind !== "Call") return expr;
    const edge = conditionOn(this.axis.name, expr);
    const holds = edge === undefined ? undefined : this.cuts.decide(edge);
    if (holds !== undefined) return truth(holds);
    return folded({ ...expr, args: expr.args.map((arg) => this.decided(arg)) });
  }

  kernel(kernel: FlatKernel): FlatKernel {
    const lets = kernel.lets.flatMap((each) => {
      const value = this.decided(each.value);
      if (truthOf(value) === undefined) return [{ ...each, value }];
      this.known.set(each.name, value);
      return [];
    });
    return withNeeded({
      ...kernel,
      lets,
      writes: kernel.writes.map((write) => ({ ...write, value: this.decided(write.value) })),
    });
  }
}

/** Without the lets that only branches not taken need. */
function withNeeded({ lets, ...kernel }: FlatKernel): FlatKernel {
  const written = kernel.writes.flatMap(({ index, value }) => [...namesOf(index), ...namesIn(value)]);
  const delayed = (kernel.sweep?.delays ?? []).map(({ of }) => of);
  return { ...kernel, lets: coneOf([...written, ...delayed], lets).lets };
}

/** The interior along the innermost axis, where there are edges and it is worth it. */
export function interiorOf(kernel: FlatKernel): Interior | undefined {
  const axis = kernel.axes.at(-1);
  if (axis === undefined) return undefined;
  const decider = new Decider(axis);
  const decided = decider.kernel(kernel);
  const { before, behind, found } = decider.cuts;
  if (!found || (typeof axis.size === "number" && axis.size - before - behind < shortest)) return undefined;
  return { before: Math.max(0, before), behind: Math.max(0, behind), kernel: decided };
}

const textOf = (value: ScalarExpr): string => JSON.stringify(value);

/**
 * The decided kernel with its lets placed. What stands outside the innermost loop for the kernel itself (`whole`, placed) stands
 * there for both.
 */
export function placeInterior(
  interior: Interior,
  kernel: FlatKernel,
  whole: PlacedKernel,
  context: PlacingContext,
): PlacedKernel {
  const placed = placeLets(interior.kernel, context, kernel);
  const outer = whole.placed.filter(({ depth }) => depth < kernel.axes.length);
  const names = new Set(outer.map(({ name }) => name));
  const byText = new Map(outer.map(({ name, value }) => [textOf(value), name] as const));
  const [scalars, indices]: [Record<string, string>, Record<string, Size>] = [{}, {}];
  const renaming: Renaming = { indices, scalars };
  const own = placed.placed.flatMap((each): readonly PlacedLet[] => {
    const value = renameExpr(each.value, renaming);
    const same = names.has(each.name) ? each.name : byText.get(textOf(value));
    if (same === undefined || each.depth === kernel.axes.length) return [{ ...each, value }];
    scalars[each.name] = same;
    indices[each.name] = namedSize(same);
    return [];
  });
  const writes = placed.writes.map((write) => ({
    ...write,
    index: renameIndex(write.index, renaming),
    value: renameExpr(write.value, renaming),
  }));
  const { sweep } = placed;
  const delays = (sweep?.delays ?? []).map((delay) => ({ ...delay, of: scalars[delay.of] ?? delay.of }));
  return { ...placed, writes, placed: own, ...(sweep === undefined ? {} : { sweep: { ...sweep, delays } }) };
}
