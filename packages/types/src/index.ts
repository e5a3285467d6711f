/** The tensor language: declare inputs, write functions, transform them. The build turns what a model exports into code. */
import { installOps } from "./graph/registry.js";
import { opTable } from "./ops/table.gen.js";

installOps(opTable);

export * from "./functions.gen.js";
export { TraceError } from "./graph/errors.js";
export { bool, f32, f64, fn, i32 } from "./graph/fn.js";
export type { Fn, FnOptions } from "./graph/fn-types.js";
export { GraphError } from "./graph/messages.js";
export type { Tangent, Tree } from "./graph/tree-types.js";
export { type Adam, type AdamOptions, type AdamState, adam } from "./optim/adam.js";
export type { Hyper } from "./optim/hyper.js";
export { type Momentum, type MomentumState, type NoState, type Sgd, type SgdOptions, sgd } from "./optim/sgd.js";
export { ShapeError } from "./shape/messages.js";
export type { AnyTensor, Dim, DType, FloatDType, Shape, Tensor } from "./shape/tensor.js";
export { cond, switchCase } from "./transform/branches.js";
export { checkpoint } from "./transform/checkpoint.js";
export { customJvp, customVjp } from "./transform/custom-rules.js";
export { grad, jvp, valueAndGrad, vjp } from "./transform/derivatives.js";
export { fori } from "./transform/fori.js";
export { hessian, hvp, jacobian } from "./transform/jacobian.js";
export { map } from "./transform/map.js";
export { scan } from "./transform/scan.js";
export { tree } from "./transform/tree.js";
export { vmap } from "./transform/vmap.js";
export { whileLoop } from "./transform/while.js";
