/**
 * A case as every reader gives it, whatever the file it came from: a graph, a point, and what must come out there.
 *
 * Invariant: nothing here names a set or a case; what a fixture file says in its own way is translated by its reader.
 */

import type { MeasureName } from "./measure.js";

/** Flat and row-major. `null`: undefined or a pure convention, not asserted. Booleans are 0 and 1. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: readonly (number | null)[];
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, FixtureTensor>>;

export type InputDType = "f64" | "i32" | "bool";

export interface GraphInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: InputDType;
}

export type Attrs = Readonly<Record<string, unknown>>;

/** One operation; its inputs are names or numbers. */
export interface GraphEqn {
  readonly op: string;
  readonly inputs: readonly (string | number)[];
  readonly attrs: Attrs;
  readonly outputs: readonly string[];
}

export interface Graph {
  readonly inputs: readonly GraphInput[];
  readonly eqns: readonly GraphEqn[];
  readonly outputs: readonly string[];
}

export const derivativeKinds = ["grad", "vjp", "jvp", "jacobian", "hvp"] as const;

export type DerivativeKind = (typeof derivativeKinds)[number];

export interface Derivative {
  readonly kind: DerivativeKind;
  /** Results that are differentiated. */
  readonly of: readonly string[];
  /** What they are differentiated by; the keys of `expected`, except for `jvp`. */
  readonly wrt: readonly string[];
  readonly expected: Tensors;
  /** Of `vjp`, by result. */
  readonly cotangents: Tensors;
  /** Of `jvp` and `hvp`, by input. */
  readonly tangents: Tensors;
  /** The point, where it is not the case's own. */
  readonly at?: Tensors;
  /** Values at that point, where known. */
  readonly outputs: Tensors;
  /** `wrt` names values inside the graph. */
  readonly intermediate: boolean;
  /** The choice that was made at a point without a unique derivative. */
  readonly convention?: string;
  /** `expected` is wrong on purpose. */
  readonly mustNotMatch: boolean;
  /** What this entry may be off by, where that is not what the case may. */
  readonly limit?: number;
}

export interface Case {
  readonly id: string;
  /** The graph, or why there is none. */
  readonly graph: Graph | string;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
  readonly derivatives: readonly Derivative[];
  readonly tolerance: Tolerance;
}

/** How far a result may be from what is stored; `measure` says how that is measured. */
export interface Tolerance {
  readonly measure: MeasureName;
  readonly limit: number;
}

/** The cases of one file. */
export interface FixtureSet {
  readonly name: string;
  readonly cases: readonly Case[];
  /** Whether the cases are run in f32 as well. */
  readonly narrow: boolean;
}
