/**
 * The type of a shaped tensor, and the two types every op signature is made of: its argument and its result.
 *
 * Invariant: a `Tensor` type carries its shape and its dtype and nothing else, both covariantly, so a tensor of known
 * shape may stand where a less known one is asked for, never the other way round.
 */

/** A literal size (`784`), a name for a size known only at run time (`"batch"`), or `number` where nobody can know. */
export type Dim = number | string;

/** A tuple of dims; `Dim[]` itself is the shape of unknown rank. */
export type Shape = Dim[];

export type DType = "f32" | "f64" | "i32" | "bool";

/** The dtypes that have derivatives. */
export type FloatDType = "f32" | "f64";

/** The dtypes that have arithmetic. */
export type NumericDType = FloatDType | "i32";

/** `Tensor<[32, 784]>` is f32: most code says no dtype and means that one. */
export interface Tensor<out S extends Shape = Shape, out D extends DType = "f32"> {
  readonly shape: S;
  readonly dtype: D;
}

/** Every tensor, whatever its shape and dtype. */
export type AnyTensor = Tensor<Shape, DType>;

/**
 * The tensor of a shape rule's result. A message gives `never`: the argument already carries it.
 * `infer S extends Shape` keeps hovers free of `& Shape` where dims are type parameters.
 */
export type Of<R, D extends DType = "f32"> = R extends infer S extends Shape ? Tensor<S, D> : never;

/**
 * The type of an argument that a shape rule judges: the tensor itself, or the rule's message when it failed. A string
 * as the parameter's type is what makes the compiler print the message, on the argument that is wrong.
 */
export type Arg<R, S extends Shape, D extends DType = "f32"> = R extends infer M extends string ? M : Tensor<S, D>;

/** As `Of`, but a message stays what it is. */
export type OfOrMessage<R, D extends DType> = R extends string ? R : Of<R, D>;

/** What elementwise ops take: a tensor, or a number literal, which has no shape and no dtype of its own. */
export type Operand = AnyTensor | number;

/** The shape of a tensor; `[]` for a number. */
export type ShapeOf<X> = X extends Tensor<infer S, infer _> ? S : [];

/** The dtype of a tensor. */
export type DTypeOf<X> = X extends Tensor<infer _, infer D> ? D : never;
