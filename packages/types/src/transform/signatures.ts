/**
 * The call signatures of the transformations. Each takes an `fn` and gives an `fn`, so they nest in any order.
 *
 * Invariant: what is wrong is a message in the type of the argument that is wrong; the result's type is computed as if
 * all were well. The run-time checks speak with the same builders (`graph/messages.ts`).
 */
import type { Eager, Fn } from "../graph/fn-types.js";
import type { AddLeadingAxis, DropLeadingAxis, Mutable, Tangent } from "../graph/tree-types.js";
import type { AnyTensor, Dim, Tensor } from "../shape/tensor.js";
import type {
  Bound,
  ForiOptions,
  FreshSize,
  InAxes,
  InAxesArgument,
  MappedFn,
  MapXs,
  NextCarry,
  OutAxes,
  OutAxesArgument,
  ScanLength,
  ScanOptions,
  ScanXs,
  StepCount,
  WhileOptions,
  WhileTest,
} from "./batch-types.js";
import type { LikeBranches, LikeFirst, Selector } from "./branch-types.js";
import type { RuleTree } from "./rule-types.js";
import type {
  Gradient,
  Jacobian,
  WithFloatResults,
  WithPairResult,
  WithScalarResult,
  Wrt,
  WrtArgument,
  WrtTangent,
} from "./wrt-types.js";

/**
 * `grad(f, wrt)`: the gradient of a scalar function with respect to one input (its own tree) or several (an object
 * keyed by their names). `wrt` may be left out where there is one input.
 */
export type GradFn = <I, O, const W extends Wrt = undefined>(
  f: WithScalarResult<"grad", I, O, W>,
  wrt?: WrtArgument<"grad", I, W, "all">,
) => Eager<I, Fn<I, Gradient<I, W>>>;

/**
 * `valueAndGrad(f, wrt)`: both at once, sharing all they can. With `{ aux: true }` the function gives a pair
 * `[scalar, aux]`; the scalar is differentiated and `aux` handed through.
 */
export type ValueAndGradFn = <I, O, const W extends Wrt = undefined, const A extends boolean = false>(
  f: A extends true ? WithPairResult<"valueAndGrad", I, O, W> : WithScalarResult<"valueAndGrad", I, O, W>,
  wrt?: WrtArgument<"valueAndGrad", I, W, "all">,
  options?: { readonly aux?: A },
) => Eager<I, Fn<I, ValueAndGrad<O, Gradient<I, W>, A>>>;

type ValueAndGrad<O, G, A> = A extends true
  ? O extends readonly [infer Value, infer Aux]
    ? { value: Value; aux: Aux; grad: G }
    : never
  : { value: O; grad: G };

/**
 * `vjp(f, wrt)`: the result, and the cotangent of the result pulled back to the inputs. Integer leaves have no
 * cotangent and are left out of all three trees. Without `wrt` all inputs.
 */
export type VjpFn = <I, O, const W extends Wrt = undefined>(
  f: Fn<I, O>,
  wrt?: WrtArgument<"vjp", I, W, "some">,
) => Eager<I, Fn<{ input: I; cotangent: Tangent<O> }, { value: O; grad: WrtTangent<I, W> }>>;

/** `jvp(f, wrt)`: the result, and the tangent of the inputs pushed forward to it. Integer leaves as in `vjp`. */
export type JvpFn = <I, O, const W extends Wrt = undefined>(
  f: Fn<I, O>,
  wrt?: WrtArgument<"jvp", I, W, "some">,
) => Eager<I, Fn<{ input: I; tangent: WrtTangent<I, W> }, { value: O; tangent: Tangent<O> }>>;

/** How a Jacobian is computed: column by column (`forward`) or row by row (`reverse`). Left out: where there are fewer. */
export interface JacobianOptions {
  readonly mode?: "forward" | "reverse";
}

/** `jacobian(f, wrt)`: every result's derivative in every input, in numerator layout. */
export type JacobianFn = <I, O, const W extends Wrt = undefined>(
  f: WithFloatResults<"jacobian", I, O, W>,
  wrt?: WrtArgument<"jacobian", I, W, "all">,
  options?: JacobianOptions,
) => Eager<I, Fn<I, Jacobian<O, Gradient<I, W>>>>;

/** `hessian(f, wrt)`: the second derivatives of a scalar function: a tree like the inputs, of trees like the inputs. */
export type HessianFn = <I, O, const W extends Wrt = undefined>(
  f: WithScalarResult<"hessian", I, O, W>,
  wrt?: WrtArgument<"hessian", I, W, "all">,
) => Eager<I, Fn<I, Jacobian<Gradient<I, W>, Gradient<I, W>>>>;

/** `hvp(f, wrt)`: the Hessian of a scalar function times a tangent, which is a tree like the gradient. */
export type HvpFn = <I, O, const W extends Wrt = undefined>(
  f: WithScalarResult<"hvp", I, O, W>,
  wrt?: WrtArgument<"hvp", I, W, "all">,
) => Eager<I, Fn<{ input: I; tangent: Gradient<I, W> }, Gradient<I, W>>>;

/** `checkpoint(f)`: `f`, whose intermediate values reverse mode computes again instead of keeping them. */
export type CheckpointFn = <I, O>(f: Fn<I, O>) => Eager<I, Fn<I, O>>;

/**
 * `customVjp(f, { forward, backward })`: `f` with a derivative of its own in reverse mode. Write `forward` first: the type
 * of `residuals` comes from it.
 */
export type CustomVjpFn = <I, O, const Y, const R, const G>(
  f: Fn<I, O>,
  rule: {
    /** The result and whatever `backward` will need. */
    readonly forward: (input: I) => readonly [RuleTree<"customVjp", "result", O, Y>, R];
    /** The cotangents of the inputs, a tree like the inputs without its integers. */
    readonly backward: (
      residuals: Mutable<R>,
      cotangent: Tangent<O>,
    ) => RuleTree<"customVjp", "cotangent", Tangent<I>, G>;
  },
) => Eager<I, Fn<I, O>>;

/** `customJvp(f, rule)`: `f` with a derivative of its own; the rule gives the tangent of `f`'s result. */
export type CustomJvpFn = <I, O, const T>(
  f: Fn<I, O>,
  rule: (input: I, tangent: Tangent<I>, value: O) => RuleTree<"customJvp", "tangent", Tangent<O>, T>,
) => Eager<I, Fn<I, O>>;

/** `vmap(f, size, inAxes, outAxes)`: `f` for each of `size` examples at once. */
export type VmapFn = <
  I,
  O,
  const Size extends Dim,
  const Axes extends InAxes = Record<never, never>,
  const Out extends OutAxes = 0,
>(
  f: Fn<I, O>,
  size: FreshSize<I, O, Size>,
  inAxes?: InAxesArgument<I, Axes>,
  outAxes?: OutAxesArgument<O, Out>,
) => Eager<I, MappedFn<I, O, Size, Axes, Out>>;

/**
 * `scan(body, init, xs)`: a loop with a carry along the first axis of `xs`, `[carry, y] = body(carry, x)`. Gives the
 * last carry and all `y`, stacked. `xs` may be `null`, then `length` says how often; `y` may be `null`. With
 * `{ checkpoint: "sqrt" }` reverse mode keeps the carry every √length steps alone.
 */
export type ScanFn = <
  const C extends object,
  const X extends object | null,
  const After,
  const Y,
  const Length extends Dim | undefined = undefined,
  const Every extends number | string | undefined = undefined,
>(
  body: (carry: Mutable<C>, x: DropLeadingAxis<Mutable<X>>) => readonly [NextCarry<C, After>, Y],
  init: C,
  xs: ScanXs<X, Length>,
  options?: ScanOptions<ScanLength<X, Length>, Every>,
) => [Mutable<C>, AddLeadingAxis<Mutable<Y>, StepCount<X, Length>>];

/**
 * `cond(pred, onTrue, onFalse, ...operands)`: one of two functions, chosen by a bool scalar while the program runs. Both
 * give trees of one structure, shapes and dtypes.
 */
export type CondFn = <P extends AnyTensor, const Args extends readonly unknown[], const A, const B>(
  pred: Selector<"cond", P>,
  onTrue: (...operands: Mutable<Args>) => A,
  onFalse: (...operands: Mutable<Args>) => LikeFirst<"cond", A, B, "onTrue", "onFalse">,
  ...operands: Args
) => Mutable<A>;

/** `switchCase(index, branches, ...operands)`: one of several functions, chosen by an i32 scalar that is clamped to them. */
export type SwitchCaseFn = <
  P extends AnyTensor,
  const Args extends readonly unknown[],
  const R extends readonly [unknown, ...unknown[]],
>(
  index: Selector<"switchCase", P>,
  branches: LikeBranches<Args, R>,
  ...operands: Args
) => Mutable<R[0]>;

/** `fori(from, to, body, init, options)`: `carry = body(i, carry)` for i = from … to - 1. Gives the last carry. */
export type ForiFn = <
  const From extends Dim | AnyTensor,
  const To extends Dim | AnyTensor,
  const C extends object,
  const After,
  const Every extends number | string | undefined = undefined,
>(
  from: Bound<"from", From>,
  to: Bound<"to", To>,
  body: (i: Tensor<[], "i32">, carry: Mutable<C>) => NextCarry<C, After, "fori">,
  init: C,
  options?: ForiOptions<From, To, Every>,
) => Mutable<C>;

/** `map(body, xs)`: the body of every step along the first axis of `xs`; gives what it makes, stacked. */
export type MapFn = <const X extends object, const Y>(
  body: (x: DropLeadingAxis<Mutable<X>>) => Y,
  xs: MapXs<X>,
) => AddLeadingAxis<Mutable<Y>, StepCount<X, undefined>>;

/**
 * `whileLoop(test, body, init, { maxSteps })`: `carry = body(carry)` as long as `test(carry)` holds. Gives the last carry.
 */
export type WhileFn = <const C extends object, const After, const T>(
  test: (carry: Mutable<C>) => WhileTest<T>,
  body: (carry: Mutable<C>) => NextCarry<C, After, "whileLoop">,
  init: C,
  options?: WhileOptions,
) => Mutable<C>;
