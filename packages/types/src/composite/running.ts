/**
 * Running reductions along an axis: a loop whose carry is what was reduced so far. Each is one sweep, forward and in its
 * derivative: that of a loop is a loop, and a running product's needs no quotient, so it is right where factors are 0.
 */
import { vocabulary } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { takenDType } from "../shape/dtypes.js";
import { alongAxis, type RunningFn, type RunningOptions } from "../shape/reduce.js";
import type { AnyTensor, DType } from "../shape/tensor.js";
import { axisBack, axisFirst } from "./along.js";
import { isNumber } from "./is-number.js";

interface Running {
  /** What is reduced from nothing. */
  readonly identity: (dtype: DType) => number;
  readonly join: (o: Vocabulary, before: Value, x: Value) => Value;
}

function running(op: string, { identity, join }: Running) {
  return (x: AnyTensor, axis?: number, options: RunningOptions = {}): Value => {
    const tensor = asTraced(x, op);
    takenDType(op, "numeric", tensor.dtype);
    const at = alongAxis(op, tensor.sizes, axis);
    const o = vocabulary();
    const { dtype } = tensor;
    const along = axisFirst(tensor, at);
    const [length = 0, ...shape] = along.sizes;
    const first = o.broadcastTo(identity(dtype), { shape, axes: [], dtype });
    const spec = { length, reverse: options.reverse === true, carry: [first], along: [along], names: [op, "x"] };
    const { stacked } = loop(spec, ([before], [element]) => {
      if (before === undefined || element === undefined) throw new Error("bug: a loop of one carry along one tensor");
      const after = asTraced(join(o, before, element), op);
      return { carry: [after], stacked: [options.exclusive === true ? before : after] };
    });
    return axisBack(asTraced(stacked[0] ?? x, op), at);
  };
}

/** The later of two where it is further out, or NaN; of equal ones the earlier. */
const furthest =
  (compare: "greater" | "less"): Running["join"] =>
  (o, before, x) => {
    const isFurther = o[compare](x, before);
    return o.where(x.dtype === "i32" ? isFurther : o.logicalOr(isFurther, o.logicalNot(isNumber(o, x))), x, before);
  };

/**
 * Running sum along an axis (the last when left out), from the other end with `{ reverse: true }`, without the element
 * itself with `{ exclusive: true }`.
 *
 * @shapes x: [...] -> [...]
 * @formula yₖ = x₀ + … + xₖ
 * @derivative dyₖ = dx₀ + … + dxₖ; in reverse mode the running sum from the other end
 */
export const cumsum = publicFunction<RunningFn<"cumsum">>(
  running("cumsum", { identity: () => 0, join: (o, before, x) => o.add(before, x) }),
);

/**
 * Running product along an axis (the last when left out), from the other end with `{ reverse: true }`, without the element
 * itself with `{ exclusive: true }`.
 *
 * @shapes x: [...] -> [...]
 * @formula yₖ = x₀ · … · xₖ
 * @derivative dyₖ = xₖ dyₖ₋₁ + yₖ₋₁ dxₖ, right also where factors are 0
 */
export const cumprod = publicFunction<RunningFn<"cumprod">>(
  running("cumprod", { identity: () => 1, join: (o, before, x) => o.mul(before, x) }),
);

/**
 * Running maximum along an axis (the last when left out), from the other end with `{ reverse: true }`, without the element
 * itself with `{ exclusive: true }`.
 *
 * @shapes x: [...] -> [...]
 * @formula yₖ = max(x₀, …, xₖ)
 * @derivative dyₖ = dxⱼ, j the first index on the way at which xⱼ = yₖ
 * @conventions of equal elements the first on the way gets the derivative; NaN propagates; the maximum of nothing is -Infinity
 */
export const cummax = publicFunction<RunningFn<"cummax">>(
  running("cummax", {
    identity: (dtype) => (dtype === "i32" ? -(2 ** 31) : Number.NEGATIVE_INFINITY),
    join: furthest("greater"),
  }),
);

/**
 * Running minimum along an axis (the last when left out), from the other end with `{ reverse: true }`, without the element
 * itself with `{ exclusive: true }`.
 *
 * @shapes x: [...] -> [...]
 * @formula yₖ = min(x₀, …, xₖ)
 * @derivative dyₖ = dxⱼ, j the first index on the way at which xⱼ = yₖ
 * @conventions of equal elements the first on the way gets the derivative; NaN propagates; the minimum of nothing is Infinity
 */
export const cummin = publicFunction<RunningFn<"cummin">>(
  running("cummin", {
    identity: (dtype) => (dtype === "i32" ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY),
    join: furthest("less"),
  }),
);
