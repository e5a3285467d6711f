/**
 * Recurrent cells: one step of a network, its state and the tree of its parameters.
 *
 * Invariant: x is `[..., i]`, the state `[..., h]` with the same leading axes. Weights are `[gates · h, inputs]` with the
 * gates one after the other, as everybody stores them. What does not fit is told by its path in the tree.
 */
import type { MulDim } from "./dims.js";
import { takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Parameter } from "./parameter.js";
import { checkParameter } from "./parameter.js";
import { alongAxis, type WithAxis } from "./reduce.js";
import type { Size } from "./size.js";
import { mulSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- the rule

/** The first message of a list, or `never`. */
export type FirstMessage<L extends readonly unknown[]> = L extends readonly [infer Head, ...infer Rest]
  ? [Extract<Head, string>] extends [never]
    ? FirstMessage<Rest>
    : Extract<Head, string>
  : never;

/** `T`, or the message in its place. */
export type Unless<M, T> = [M] extends [never] ? T : M;

/** The last dim of a shape. */
export type LastDim<S extends Shape> = S extends [...unknown[], infer D extends Dim] ? D : number;

/** A multiple of a dim. */
type Times<N extends number, D extends Dim> = MulDim<D, N>;

/** The shape of a state beside x: its leading axes, and as many features as the state has. */
type StateShape<X extends Shape, H extends Shape> = X extends [...infer Batch extends Shape, unknown]
  ? H extends [...unknown[], infer D extends Dim]
    ? [...Batch, D]
    : number extends H["length"]
      ? Shape
      : [...Batch, number]
  : Shape;

type StateError<Op extends string, What extends string, X, H> = Parameter<
  Op,
  What,
  X,
  H,
  StateShape<ShapeOf<X>, ShapeOf<H>>
>;

/** The message for a weight, if the tree has it and it is wrong. */
type WeightError<Op extends string, What extends string, X, P, Expected> = What extends keyof P
  ? Parameter<Op, What, X, P[What], Expected>
  : never;

/** What is wrong with the weights of a cell of so many gates. */
type GateErrors<Op extends string, X, H, P, Gates extends number> = FirstMessage<
  [
    WeightError<Op, "wx", X, P, [Times<Gates, LastDim<ShapeOf<H>>>, LastDim<ShapeOf<X>>]>,
    WeightError<Op, "wh", X, P, [Times<Gates, LastDim<ShapeOf<H>>>, LastDim<ShapeOf<H>>]>,
    WeightError<Op, "b", X, P, [Times<Gates, LastDim<ShapeOf<H>>>]>,
    WeightError<Op, "bx", X, P, [Times<Gates, LastDim<ShapeOf<H>>>]>,
    WeightError<Op, "bh", X, P, [Times<Gates, LastDim<ShapeOf<H>>>]>,
  ]
>;

// ---- signatures

/** Weights of the input and of the state, and the bias of both. */
export interface CellParameters {
  readonly wx: AnyTensor;
  readonly wh: AnyTensor;
  readonly b?: AnyTensor;
}

/** As `CellParameters`, with a bias for each. */
export interface GruParameters {
  readonly wx: AnyTensor;
  readonly wh: AnyTensor;
  readonly bx?: AnyTensor;
  readonly bh?: AnyTensor;
}

export interface RnnCellFn<Op extends string = "rnnCell"> {
  <X extends AnyTensor, H extends AnyTensor, P extends CellParameters>(
    x: WithAxis<Op, "float", X>,
    h: StateError<Op, "h", X, H>,
    params: Unless<GateErrors<Op, X, H, P, 1>, P>,
    options?: { readonly activation?: "tanh" | "relu" },
  ): Tensor<ShapeOf<H>, DTypeOf<X>>;
}

/** The two tensors that an LSTM hands on: what it shows, and what it remembers. */
export interface LstmState<H, C = H> {
  readonly h: H;
  readonly c: C;
}

export interface LstmCellFn<Op extends string = "lstmCell"> {
  <X extends AnyTensor, S extends LstmState<AnyTensor>, P extends CellParameters>(
    x: WithAxis<Op, "float", X>,
    state: Unless<FirstMessage<[StateError<Op, "h", X, S["h"]>, Parameter<Op, "c", X, S["c"], ShapeOf<S["h"]>>]>, S>,
    params: Unless<GateErrors<Op, X, S["h"], P, 4>, P>,
  ): { h: Tensor<ShapeOf<S["h"]>, DTypeOf<X>>; c: Tensor<ShapeOf<S["h"]>, DTypeOf<X>> };
}

export interface GruCellFn<Op extends string = "gruCell"> {
  <X extends AnyTensor, H extends AnyTensor, P extends GruParameters>(
    x: WithAxis<Op, "float", X>,
    h: StateError<Op, "h", X, H>,
    params: Unless<GateErrors<Op, X, H, P, 3>, P>,
  ): Tensor<ShapeOf<H>, DTypeOf<X>>;
}

// ---- the twin

interface CellSizes {
  readonly x: TensorSize;
  /** The states by name; the first says how many features they have. */
  readonly states: Readonly<Record<string, TensorSize>>;
  readonly wx: TensorSize;
  readonly wh: TensorSize;
  readonly biases: Readonly<Record<string, TensorSize | undefined>>;
}

/** Twin of the rules above: the number of features of the state. */
export function cellFeatures(op: string, gates: number, { x, states, wx, wh, biases }: CellSizes): Size {
  takenDType(op, "float", x.dtype);
  alongAxis(op, x.shape);
  const features = Object.values(states)[0]?.shape.at(-1) ?? 1;
  for (const [what, state] of Object.entries(states)) {
    checkParameter(op, what, x, state, [...x.shape.slice(0, -1), features]);
  }
  const rows = mulSize(gates, features);
  checkParameter(op, "wx", x, wx, [rows, x.shape.at(-1) ?? 1]);
  checkParameter(op, "wh", x, wh, [rows, features]);
  for (const [what, bias] of Object.entries(biases)) if (bias) checkParameter(op, what, x, bias, [rows]);
  return features;
}
