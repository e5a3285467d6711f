/**
 * Scalar expressions: what one iteration of a kernel computes, at every level below TensorIR.
 *
 * Indices are canonical size polynomials in which a loop index, a dimension name and an integer scalar (`let`) are all
 * just names, so equal addresses have equal texts. Invariant: every node knows its dtype.
 */
import type { Grammar } from "../node/language.js";
import type { Size } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";
import type { BuiltinName } from "./names.js";

/** A position along one axis or in a flat buffer: a polynomial over loop indices, dimension names and integer lets. */
export type Index = Size;

export type ScalarExpr = Const | Position | Call | Load | Ref;

/** A number known at build time. */
export interface Const {
  readonly kind: "Const";
  readonly value: number;
  readonly dtype: DType;
}

/** The value of an index as an i32 scalar. */
export interface Position {
  readonly kind: "Position";
  readonly index: Index;
  readonly dtype: "i32";
}

/** A builtin applied. `dtype` is that of the result; for comparisons the operands' dtype is their own. */
export interface Call {
  readonly kind: "Call";
  readonly fn: BuiltinName;
  readonly args: readonly ScalarExpr[];
  readonly dtype: DType;
}

/** An element of a buffer: one index per axis in KernelIR, one flat index in LoopIR. */
export interface Load {
  readonly kind: "Load";
  readonly buffer: string;
  readonly index: readonly Index[];
  readonly dtype: DType;
}

/** A scalar named by a `let` or a local accumulator. */
export interface Ref {
  readonly kind: "Ref";
  readonly name: string;
  readonly dtype: DType;
}

/** The `Expr` category, shared by the grammars of KernelIR and LoopIR. */
export const scalarGrammar: Grammar = {
  Expr: {
    Const: "{value:num}:{dtype:ident}",
    Position: "({index:size}):{dtype:ident}",
    Call: "{fn:ident}({args:Expr,}):{dtype:ident}",
    Load: "{buffer:ident}[{index:size,}]:{dtype:ident}",
    Ref: "{name:ident}:{dtype:ident}",
  },
};
