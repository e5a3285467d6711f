/**
 * What an op means, in index notation: the bridge from TensorIR to kernels, and the meaning that `eval` runs.
 *
 * `out[i…] = Σ/max/min over r… of body(i…, r…)`, or, for scatters, `out = base; for r…: out[target(r…)] += body(r…)`
 * (or `=`).
 * Invariant: a definition mentions operands only through `at`, indices only as polynomials, so that batching, fusion
 * and every target can move it around without knowing the op.
 */

import type { ScalarBuilder } from "../scalar/builder.js";
import type { Index, ScalarExpr } from "../scalar/expr.js";
import type { Size } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";

/** How a reduction joins its terms. Identities: 0, -Infinity, Infinity (for i32 the ends of its range). */
export type Combine = "sum" | "max" | "min";

/** An operand as a lowering rule sees it. A literal gives its constant at every index. */
export interface Operand {
  readonly shape: readonly Size[];
  readonly dtype: DType;
  readonly at: (index: readonly Index[]) => ScalarExpr;
  /** The element as an index (operand must be i32): makes an integer `let` and gives its name as a polynomial. */
  readonly indexAt: (index: readonly Index[]) => Index;
}

/** Every output element on its own: the output's axes and nothing else. */
export interface MapDefinition {
  readonly form: "map";
  readonly body: (i: readonly Index[]) => ScalarExpr;
}

/**
 * Output elements that combine a body over further axes. `domain` is the loop nest in the order in which it should
 * run; `i` picks the output's index out of it. Axes of the domain that are not in `i` are reduced.
 */
export interface ReduceDefinition {
  readonly form: "reduce";
  readonly combine: Combine;
  readonly domain: readonly Size[];
  /** For each output axis its position in the domain. */
  readonly keep: readonly number[];
  readonly body: (d: readonly Index[]) => ScalarExpr;
}

/**
 * `out = base`, then `out[target(d)] += body(d)` for every d of the domain, in any order; with `set` the element becomes
 * `body(d)`, and no two d have one target.
 */
export interface ScatterDefinition {
  readonly form: "scatter";
  readonly combine: "sum" | "set";
  readonly base: (i: readonly Index[]) => ScalarExpr;
  readonly domain: readonly Size[];
  readonly target: (d: readonly Index[]) => readonly Index[];
  readonly body: (d: readonly Index[]) => ScalarExpr;
}

export type Definition = MapDefinition | ReduceDefinition | ScatterDefinition;

/** What a lowering rule is given: the scalar vocabulary, the operands with core shapes, the output's core shape. */
export interface LoweringContext {
  readonly s: ScalarBuilder;
  /** An integer scalar as an index, by an integer `let`: for quotients and remainders, which are no polynomials. */
  readonly index: (value: ScalarExpr) => Index;
  readonly operands: readonly Operand[];
  readonly shape: readonly Size[];
  readonly dtype: DType;
}
