/**
 * The scalar vocabulary as rules and definitions see it: `s.add(x, 1)` makes a `Call`.
 *
 * Invariant: a number takes the dtype of the other operand (number literals are weak); nothing is folded.
 */
import type { DType } from "../shape/tensor.js";
import type { Index, ScalarExpr } from "./expr.js";
import type { BuiltinName, FunctionName } from "./names.js";

export type ScalarOperand = ScalarExpr | number;

export type BuiltinFunctions = { readonly [name in BuiltinName]: (...args: readonly ScalarOperand[]) => ScalarExpr };

export interface ScalarBuilder extends BuiltinFunctions {
  /** A constant of a dtype of its own. */
  readonly constant: (value: number, dtype: DType) => ScalarExpr;
  /** The value of an index, as i32. */
  readonly position: (index: Index) => ScalarExpr;
  /** `x` as another dtype. */
  readonly cast: (x: ScalarExpr, dtype: DType) => ScalarExpr;
}

/** The vocabulary of a definition: the builtins, and names for what is used more than once. */
export interface FunctionBuilder extends BuiltinFunctions {
  /** Names a value: computed once, and only where the result needs it. The name is also what generated code says. */
  readonly let: (name: string, value: ScalarExpr) => ScalarExpr;
}

/**
 * A builtin defined by others, in double precision whatever the dtype of its operands (or in 32 bits, where it says so):
 * evaluated as it stands, and written once into each generated module that uses it.
 */
export interface FunctionDefinition {
  readonly arity: 1 | 2 | 3;
  /** A function of bits has i32 operands. */
  readonly operands?: "i32";
  /** What it gives, where that is not of the dtype of its operands. */
  readonly result?: "f64";
  /**
   * Of a function that is short enough for engines to inline it: the bytes of bytecode that V8 inlines for a call. Where such a
   * function ends in a choice, the last branch is rare: operands at the end of what its table is good for.
   */
  readonly bytecode?: number;
  /**
   * Where x² < bound², and is no NaN: the function that gives the same bits without looking at x. Loops that test several
   * operands at once call it.
   */
  readonly inside?: { readonly bound: number; readonly is: FunctionName };
  /**
   * Its named values are numbers for all operands, and cheap, so code may have them where it would call the function: in
   * loops with more calls than engines inline. `as`: the name of the result there.
   */
  readonly spelled?: { readonly as: string };
  /** One sentence for the reader of generated code: what it computes, and how where that is no matter of course. */
  readonly doc: string;
  /**
   * No error in units in the last place that was found is larger, with exact operands and results that are not subnormal.
   * A test holds the function to that at random points.
   */
  readonly ulps: number;
  readonly body: (f: FunctionBuilder, x: ScalarExpr, y: ScalarExpr, z: ScalarExpr) => ScalarExpr;
}
