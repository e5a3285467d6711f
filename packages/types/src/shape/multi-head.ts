/**
 * Multi-head attention: the shapes of its four linear layers.
 *
 * Invariant: queries and keys are projected to equally many features, which the heads share out evenly, as they do the
 * features of the values. What does not fit is told by its path in the tree of parameters.
 */
import type { ExactDiv } from "./arithmetic.js";
import type { Attend, AttentionOptions, Following, MaskArg, Rows, Scores } from "./attention.js";
import { attentionScores } from "./attention.js";
import type { FirstMessage, LastDim, Unless } from "./cells.js";
import type { TensorSize } from "./elementwise.js";
import type { Message } from "./messages.js";
import { groupSize } from "./normalization.js";
import type { Parameter } from "./parameter.js";
import { checkParameter } from "./parameter.js";
import type { Size } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

/** Weight and bias of a linear layer. */
export interface Projection<T = AnyTensor> {
  readonly w: T;
  readonly b?: T | undefined;
}

/** The layers of multi-head attention: of queries, keys, values, and of what the heads give. */
export interface MultiHeadParameters<T = AnyTensor> {
  readonly q: Projection<T>;
  readonly k: Projection<T>;
  readonly v: Projection<T>;
  readonly out: Projection<T>;
}

// ---- the rule

/** How many features a layer gives. */
type Features<P extends Projection> = ShapeOf<P["w"]> extends [infer O extends Dim, unknown] ? O : number;

type ProjectionError<
  Op extends string,
  Name extends string,
  X,
  P extends Projection,
  O extends Dim,
  I extends Dim,
> = FirstMessage<
  [
    Parameter<Op, `${Name}.w`, X, P["w"], [O, I]>,
    P extends { readonly b: infer B } ? Parameter<Op, `${Name}.b`, X, B, [O]> : never,
  ]
>;

type ParametersError<Op extends string, Q, K, V, P extends MultiHeadParameters> = FirstMessage<
  [
    ProjectionError<Op, "q", Q, P["q"], Features<P["q"]>, LastDim<ShapeOf<Q>>>,
    ProjectionError<Op, "k", Q, P["k"], Features<P["q"]>, LastDim<ShapeOf<K>>>,
    ProjectionError<Op, "v", Q, P["v"], Features<P["v"]>, LastDim<ShapeOf<V>>>,
    ProjectionError<Op, "out", Q, P["out"], Features<P["out"]>, Features<P["v"]>>,
  ]
>;

/** The number of heads, or the message when features cannot be shared out to them evenly. */
type HeadsArg<Op extends string, P extends MultiHeadParameters, H extends number> = Unless<
  FirstMessage<[HeadsError<Op, Features<P["q"]>, H>, HeadsError<Op, Features<P["v"]>, H>]>,
  H
>;

type HeadsError<Op extends string, O extends Dim, H extends number> = O extends number
  ? [ExactDiv<O, H>] extends [never]
    ? Message<"groups", { op: Op; size: O; what: "features"; groups: H }>
    : never
  : never;

/** The shape with another last dim. */
type WithLast<S extends Shape, D extends Dim> = S extends [...infer Batch extends Shape, unknown]
  ? [...Batch, D]
  : Shape;

/** The scores of every head. Queries and keys meet after their projections, so their own features do not matter. */
type HeadScores<Op extends string, Q, K> = Scores<Op, WithLast<ShapeOf<Q>, 1>, WithLast<ShapeOf<K>, 1>>;

type Result<Op extends string, Q, K, V, P extends MultiHeadParameters> = Attend<
  Op,
  HeadScores<Op, Q, K>,
  ShapeOf<K>,
  WithLast<ShapeOf<V>, Features<P["out"]>>
>;

export interface MultiHeadFn<Op extends string = "multiHeadAttention"> {
  <
    Q extends AnyTensor,
    K extends AnyTensor,
    V extends AnyTensor,
    P extends MultiHeadParameters,
    const H extends number,
    M extends AnyTensor = never,
  >(
    q: Rows<Op, Q, "q">,
    k: Following<Op, Q, K, "k", HeadScores<Op, Q, K>>,
    v: Following<Op, Q, V, "v", Attend<Op, HeadScores<Op, Q, K>, ShapeOf<K>, ShapeOf<V>>>,
    params: Unless<ParametersError<Op, Q, K, V, P>, P>,
    options: AttentionOptions & {
      readonly heads: HeadsArg<Op, P, H>;
      /** As for `attention`, the same for all heads. */
      readonly mask?: MaskArg<Op, Q, HeadScores<Op, Q, K>, M>;
    },
  ): Of<Result<Op, Q, K, V, P>, DTypeOf<Q>>;
}

// ---- the twin

/** What the heads are made of. */
export interface HeadSizes {
  /** Features of a head's queries and keys. */
  readonly features: Size;
  /** Features of a head's values. */
  readonly values: Size;
}

interface MultiHeadSizes {
  readonly q: TensorSize;
  readonly k: TensorSize;
  readonly v: TensorSize;
  readonly mask: TensorSize | undefined;
  readonly params: MultiHeadParameters<TensorSize>;
}

/** Twin of `MultiHeadFn`. */
export function multiHeadSizes(op: string, heads: number, { q, k, v, mask, params }: MultiHeadSizes): HeadSizes {
  const apart = ({ shape, dtype }: TensorSize): TensorSize => ({ shape: [...shape.slice(0, -1), 1], dtype });
  attentionScores(op, {
    q: q.shape.length < 2 ? q : apart(q),
    k: k.shape.length < 2 ? k : apart(k),
    v,
    mask,
    shownK: k.shape,
  });
  const given = ({ w }: Projection<TensorSize>): Size => w.shape[0] ?? 1;
  const project = (name: string, layer: Projection<TensorSize>, outputs: Size, inputs: Size): void => {
    checkParameter(op, `${name}.w`, q, layer.w, [outputs, inputs]);
    if (layer.b !== undefined) checkParameter(op, `${name}.b`, q, layer.b, [outputs]);
  };
  const last = ({ shape }: TensorSize): Size => shape.at(-1) ?? 1;
  project("q", params.q, given(params.q), last(q));
  project("k", params.k, given(params.q), last(k));
  project("v", params.v, given(params.v), last(v));
  project("out", params.out, given(params.out), given(params.v));
  return {
    features: groupSize(op, "features", given(params.q), heads),
    values: groupSize(op, "features", given(params.v), heads),
  };
}
