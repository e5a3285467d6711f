/**
 * The meaning of scalar expressions, with a running error bound: the oracle that every level's `eval` is made of.
 *
 * A value is `{ value, bound }`: the number computed here and how far a rearranged or fused evaluation of the same
 * expression may lie from it. Invariant: bounds never shrink the truth: rounding adds `ulps · unit · |value|`, and an
 * operand's bound is carried through by evaluating the function at the ends of its interval.
 */
import { type SizeEnv, valueOfName } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";
import { type BuiltinName, builtin } from "./builtins.js";
import type { Index, ScalarExpr } from "./expr.js";
import { formUlps } from "./float-forms.js";
import { evaluateBuiltin } from "./meaning.js";

/** A number and the radius within which other exact-in-real-arithmetic evaluations of it may fall. */
export interface Approx {
  readonly value: number;
  readonly bound: number;
}

/** Unit roundoff of double and of float storage. */
export const unitRoundoff: Readonly<Record<DType, number>> = { f64: 2 ** -53, f32: 2 ** -24, i32: 0, bool: 0 };

export const exactly = (value: number): Approx => ({ value, bound: 0 });

/** Where an expression finds its names. Loads of a level with one flat index get a list of one. */
export interface ScalarScope {
  readonly load: (buffer: string, index: readonly number[]) => Approx;
  readonly scalar: (name: string) => Approx;
  /** Values of loop indices and dimension names (integer scalars are found through `scalar`). */
  readonly sizes: SizeEnv;
}

/** An index's value; a name that is no size is an integer scalar. */
export function evaluateIndex(index: Index, scope: ScalarScope): number {
  if (typeof index === "number") return index;
  let sum = 0;
  for (const { coefficient, names } of index.terms) {
    let product = coefficient;
    for (const name of names) product *= valueOfName(name, scope.sizes) ?? scope.scalar(name).value;
    sum += product;
  }
  return sum;
}

/** What storing a value in a buffer of a dtype adds to its bound; i32 and bool are exact, and so is an Infinity. */
export const stored = (x: Approx, dtype: DType): Approx => ({
  value: x.value,
  bound: Number.isFinite(x.value) ? x.bound + unitRoundoff[dtype] * Math.abs(x.value) : x.bound,
});

/** The ends of an operand's interval, and 0 where it lies between: that is where functions jump or have a pole. */
const placesOf = ({ value, bound }: Approx): readonly number[] =>
  bound === 0 ? [value] : Math.abs(value) < bound ? [value - bound, 0, value + bound] : [value - bound, value + bound];

/** Every choice of one from each list. */
const choices = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  lists.reduce<readonly (readonly number[])[]>(
    (all, list) => all.flatMap((start) => list.map((item) => [...start, item])),
    [[]],
  );

/** Largest change of the function when each operand moves to either end of its interval, one at a time and together. */
function spread(name: BuiltinName, dtype: DType, args: readonly Approx[], value: number): number {
  if (args.every((arg) => arg.bound === 0)) return 0;
  let widest = mayMeet(name, args) ? 1 : 0;
  for (const moved of choices(args.map(placesOf))) {
    const change = Math.abs(evaluateBuiltin(name, dtype, moved) - value);
    if (!(change <= widest)) widest = change; // a NaN corner makes the bound NaN: nothing is promised there
  }
  if (builtin(name).result === "bool") return widest;
  return 2 * widest; // between the corners the function may bend; twice covers a curvature of that size
}

/** Whether an equality may hold or not: two intervals have a point in common, which need be no end of either. */
function mayMeet(name: BuiltinName, [x, y]: readonly Approx[]): boolean {
  if ((name !== "equal" && name !== "notEqual") || x === undefined || y === undefined) return false;
  return Math.abs(x.value - y.value) <= x.bound + y.bound;
}

/** A builtin on approximate operands. `dtype` is that of the operands. */
export function applyBuiltin(name: BuiltinName, dtype: DType, args: readonly Approx[]): Approx {
  const value = evaluateBuiltin(
    name,
    dtype,
    args.map((arg) => arg.value),
  );
  const ulps = (dtype === "f32" ? formUlps(name) : undefined) ?? builtin(name).ulps; // a kernel may compute the form
  const rounding = ulps === 0 ? 0 : ulps * 2 * unitRoundoff.f64 * Math.abs(value); // 0 times Infinity would promise nothing
  const bound = spread(name, dtype, args, value) + (dtype === "i32" ? 0 : rounding);
  return { value, bound: Number.isNaN(bound) ? Number.POSITIVE_INFINITY : bound };
}

/** The dtype a call computes in: a comparison's is that of its operands, a select's that of its branches. */
function operandDType(expr: Extract<ScalarExpr, { kind: "Call" }>): DType {
  return (expr.fn === "select" ? expr.args[1] : expr.args[0])?.dtype ?? expr.dtype;
}

export function evaluateScalar(expr: ScalarExpr, scope: ScalarScope): Approx {
  switch (expr.kind) {
    case "Const":
      return exactly(expr.value);
    case "Position":
      return exactly(evaluateIndex(expr.index, scope));
    case "Ref":
      return scope.scalar(expr.name);
    case "Load":
      return scope.load(
        expr.buffer,
        expr.index.map((index) => evaluateIndex(index, scope)),
      );
    case "Call":
      return evaluateCall(expr, scope);
  }
}

/** How far from the first value the second may be, if it is as likely. */
function reach(taken: Approx, other: Approx): number {
  if (Object.is(taken.value, other.value)) return Math.max(taken.bound, other.bound);
  const bound = Math.max(taken.bound, Math.abs(taken.value - other.value) + other.bound);
  return Number.isNaN(bound) ? Number.POSITIVE_INFINITY : bound;
}

/**
 * A branch that might be taken as well. Undefined where it reads out of bounds: an index known within a bound only (the
 * order of nearly equal numbers) would be another one there, and nothing can be said.
 */
function otherBranch(branch: ScalarExpr, scope: ScalarScope): Approx | undefined {
  try {
    return evaluateScalar(branch, scope);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function evaluateCall(expr: Extract<ScalarExpr, { kind: "Call" }>, scope: ScalarScope): Approx {
  const [condition, yes, no] = expr.args;
  if (expr.fn === "select" && condition !== undefined && yes !== undefined && no !== undefined) {
    const truth = evaluateScalar(condition, scope); // lazy: the other branch may read out of bounds
    const taken = evaluateScalar(truth.value !== 0 ? yes : no, scope);
    if (truth.bound === 0) return taken;
    const other = otherBranch(truth.value !== 0 ? no : yes, scope);
    return { value: taken.value, bound: other === undefined ? Number.POSITIVE_INFINITY : reach(taken, other) };
  }
  return applyBuiltin(
    expr.fn,
    operandDType(expr),
    expr.args.map((arg) => evaluateScalar(arg, scope)),
  );
}
