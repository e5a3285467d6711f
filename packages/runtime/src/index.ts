/**
 * What an app uses beside generated functions: shaped arrays, parameters, random numbers, minibatches, optimisers, a
 * progress bar and a gradient check.
 *
 * Invariant: no dependency, no import of a platform, no state but what the caller holds; the same in browsers and in
 * Node. Functions whose names the DSL has too stand in namespaces (`tensor.f32`, `random.uniform`, `tree.map`).
 */
export { type Batches, type BatchOf, type BatchOptions, batches } from "./batches.js";
export type { Bool, Dims, F32, F64, I32, ShapeBrand } from "./brand.js";
export { type Checkable, type GradCheckOptions, gradCheck, type ScalarValue } from "./gradcheck/gradcheck.js";
export type { Comparison, GradCheckReport, Verdict } from "./gradcheck/report.js";
export type { Precision } from "./gradcheck/ridders.js";
export type { Layout } from "./init/fan.js";
export { type Choose, type How, type InitOptions, type InitTree, init } from "./init/init.js";
export type { FanOptions, FloatArray, HeOptions, Initializer } from "./init/initializers.js";
export * as initializers from "./init/initializers.js";
export * as optimizers from "./optimisers/index.js";
export { type Progress, type ProgressOptions, type ProgressStream, progress } from "./progress.js";
export * as random from "./random/index.js";
export type { Key, Keys } from "./random/key.js";
export type { Sizes } from "./size.js";
export type { ArrayOf, ArraysOf, ArrayTree, Dim, DType, SpecTree, TensorSpec, TensorValue } from "./spec.js";
export * as tensor from "./tensor.js";
export type { LeafOf, MapLeaves, Path, Tree } from "./tree.js";
export * as tree from "./tree.js";
