/**
 * TensorIR: the typed SSA program that running a model under a trace gives, and that every transformation maps to
 * another of its kind. The graph is this; there is no second one.
 *
 * Invariants: a variable is defined once, before its uses; equations are in an order in which each can be evaluated;
 * a nested function refers to nothing outside itself (captured tensors are inputs of its equation).
 */
import type { Attrs } from "../node/attrs.js";
import type { Size } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";

/** What is known of a value before it exists. */
export interface Aval {
  readonly shape: readonly Size[];
  readonly dtype: DType;
}

/** A value of the program. Identity is the object; `name` is a hint for readers, made unique when printed. */
export interface Var extends Aval {
  readonly kind: "Var";
  readonly name: string;
}

/** A number known at build time, of shape []; operand of any shape in an elementwise equation. */
export interface Lit extends Aval {
  readonly kind: "Lit";
  readonly value: number;
}

export type Atom = Var | Lit;

/** A place in the model file. Paths are relative to the project, so that equal models give equal bytes. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * A leading axis that `vmap` put in front of an equation: the operands with `mapped[k]` carry it as their first axis,
 * the others are shared by all of its positions. Outputs always carry it.
 */
export interface BatchAxis {
  readonly size: Size;
  readonly mapped: readonly boolean[];
}

/** One primitive applied. `batch` lists outer axes first; shapes without them are the op's core shapes. */
export interface Eqn {
  readonly op: string;
  readonly inputs: readonly Atom[];
  readonly attrs: Attrs;
  readonly funcs: readonly Func[];
  readonly batch: readonly BatchAxis[];
  readonly outs: readonly Var[];
  readonly spans: readonly Span[];
}

/** A program: parameters, equations in order, results. */
export interface Func {
  readonly name: string;
  readonly params: readonly Var[];
  readonly eqns: readonly Eqn[];
  readonly outs: readonly Atom[];
}

export const makeVar = (aval: Aval, name = ""): Var => ({ kind: "Var", name, shape: aval.shape, dtype: aval.dtype });

/** A literal; as a bool every number but 0 is 1. */
export const makeLit = (value: number, dtype: DType): Lit => ({
  kind: "Lit",
  value: dtype === "bool" ? Number(value !== 0) : value,
  dtype,
  shape: [],
});

/** An aval without its leading batch axes, given which of them it carries. */
export const coreShape = (shape: readonly Size[], batch: readonly BatchAxis[], operand: number): readonly Size[] =>
  shape.slice(batch.filter((axis) => axis.mapped[operand] === true).length);
