/**
 * The DSL as far as the type tests of functions need it, declared and not implemented.
 *
 * Invariant: every signature is the real one; only the implementations are missing.
 */
import type { FnFn, SpecFn } from "../../src/graph/fn-types.js";
import type { TreeFns } from "../../src/graph/tree-types.js";
import type { Same } from "../../src/shape/dims.js";
import type { BinaryFn, CompareFn, UnaryFn, VariadicFn } from "../../src/shape/elementwise.js";
import type { CrossEntropyFn } from "../../src/shape/loss.js";
import type { MatMulFn } from "../../src/shape/matmul.js";
import type { ArgReduceFn, ReduceFn } from "../../src/shape/reduce.js";
import type { Shape, Tensor } from "../../src/shape/tensor.js";
import type { GradFn, JvpFn, ScanFn, ValueAndGradFn, VjpFn, VmapFn } from "../../src/transform/signatures.js";

export type { Fn } from "../../src/graph/fn-types.js";
export type { Tree } from "../../src/graph/tree-types.js";
export type { AnyTensor, Dim, DType, FloatDType, Shape, Tensor } from "../../src/shape/tensor.js";

export declare const fn: FnFn;
export declare const grad: GradFn;
export declare const valueAndGrad: ValueAndGradFn;
export declare const vjp: VjpFn;
export declare const jvp: JvpFn;
export declare const vmap: VmapFn;
export declare const scan: ScanFn;
export declare const tree: TreeFns;
export declare const f32: SpecFn<"f32">;
export declare const f64: SpecFn<"f64">;
export declare const i32: SpecFn<"i32">;
export declare const bool: SpecFn<"bool">;

/** `Is<X, Y>` of a right use is `true`; anything else stops at the call of `is`. */
export type Is<X, Y> = Same<X, Y>;
export declare function is<_T extends true>(): void;

// ---- ops

export declare const add: VariadicFn<"add">;
export declare const mul: VariadicFn<"mul">;
export declare const sub: BinaryFn<"sub">;
export declare const equal: CompareFn<"equal">;
export declare const relu: UnaryFn<"relu">;
export declare const tanh: UnaryFn<"tanh">;
export declare const sqrt: UnaryFn<"sqrt">;
export declare const sum: ReduceFn<"sum">;
export declare const mean: ReduceFn<"mean", "float">;
export declare const argmax: ArgReduceFn<"argmax">;
export declare const matmul: MatMulFn;
export declare const crossEntropy: CrossEntropyFn;
export declare function zeros<const S extends Shape>(shape: S): Tensor<S>;
