/**
 * Shape-branded typed arrays: what generated functions take and give.
 *
 * Invariant: a brand exists only in types. An unbranded typed array is accepted for every shape, two brands of shapes
 * that cannot be equal are a type error, and the declarations are structural, so that those of two packages (or of two
 * copies of one package) are mutually assignable.
 */

/** Sizes of a tensor, outermost axis first. A size known only at run time is `number`: `[batch: number, 784]`. */
export type Dims = readonly number[];

/**
 * Carries a shape. `shape` is a method, and so compared in both directions: `number` stands for a size that the types
 * do not know and goes with every literal, just as an unbranded array goes with every shape. A property would refuse
 * `F32<[number, 10]>` where `F32<[32, 10]>` is wanted, although a plain `Float32Array`, which says less, passes.
 */
export interface ShapeBrand<S extends Dims> {
  shape(shape: S): void;
}

// The property is never there. `| undefined` keeps TypeScript's advice on exactOptionalPropertyTypes out of the errors.
interface Branded<S extends Dims> {
  readonly "~shape"?: ShapeBrand<S> | undefined;
}

/** 32-bit floats in row-major order, such as `F32<[784, 128]>`. */
export type F32<S extends Dims = Dims> = Float32Array & Branded<S>;

/** 64-bit floats in row-major order. */
export type F64<S extends Dims = Dims> = Float64Array & Branded<S>;

/** 32-bit signed integers in row-major order. */
export type I32<S extends Dims = Dims> = Int32Array & Branded<S>;

/** Truth values in row-major order, one byte each: 0 or 1. */
export type Bool<S extends Dims = Dims> = Uint8Array & Branded<S>;
