/**
 * Random numbers inside a model, from a key that is handed in.
 *
 * Invariant: element i of a draw is a function of the key and i alone, and the same number that `tapeless/runtime` draws
 * from that key; so a draw can be made again in the backward pass, under `vmap` and in a loop. The same key gives the
 * same draw: use each key once, and get new ones with `splitKey` and `foldIn`. A key of the runtime goes in as
 * `Int32Array.from(random.key(42))`.
 */
import { currentTrace, emit, vocabulary } from "../graph/emit.js";
import type { Atom } from "../graph/ir.js";
import type { RuleOperand } from "../graph/op.js";
import { asTraced, atomOf, type TracedTensor } from "../graph/tensor.js";
import type { Trace } from "../graph/trace.js";
import { warn } from "../graph/warnings.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { add } from "../ops/elementwise/add.op.js";
import { cast } from "../ops/elementwise/cast.op.js";
import { div } from "../ops/elementwise/div.op.js";
import { floor } from "../ops/elementwise/floor.op.js";
import { less } from "../ops/elementwise/less.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { normalQuantile } from "../ops/elementwise/normal-quantile.op.js";
import { shiftRightLogical } from "../ops/elementwise/shift-right-logical.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import { where } from "../ops/elementwise/where.op.js";
import { concat } from "../ops/shape/concat.op.js";
import { reshape } from "../ops/shape/reshape.op.js";
import { takenDType } from "../shape/dtypes.js";
import { messages, messageText } from "../shape/messages.js";
import {
  type BernoulliFn,
  checkFitting,
  checkKey,
  type DropoutFn,
  drawShape,
  type FoldInFn,
  type NormalFn,
  type SplitKeyFn,
  type UniformFn,
} from "../shape/random.js";
import { numberWithin } from "../shape/ranges.js";
import { productSize, type Size } from "../shape/size.js";
import type { AnyTensor, Dim, FloatDType, Operand } from "../shape/tensor.js";

type Word = "threefryFirst" | "threefrySecond" | "threefryFold" | "threefryUnit";

/** The two words of a key as scalars. */
function wordsOf(op: string, key: AnyTensor): readonly [TracedTensor, TracedTensor] {
  checkKey(op, operandSize(op, key));
  const word = (at: number): TracedTensor =>
    emit("reshape", [emit("slice", [asTraced(key, op)], { start: [at], shape: [1] })], { shape: [] });
  return [word(0), word(1)];
}

/** What a key gives for each element of a shape, in row-major order. */
function drawn(op: string, word: Word, key: AnyTensor, shape: readonly Size[]): TracedTensor {
  const flat = [productSize(shape)];
  const spread = (scalar: RuleOperand): RuleOperand => emit("broadcastTo", [scalar], { shape: flat, axes: [] });
  const [first, second] = wordsOf(op, key);
  const counter = emit("iota", [], { shape: flat, axis: 0 });
  return emit("reshape", [emit(word, [spread(first), spread(second), counter])], { shape });
}

/** Who used a key first, for each trace that is running. */
const uses = new WeakMap<Trace, Map<Atom, string>>();

/**
 * Notes that numbers are drawn from a key, or new keys made; a second time in one body earns a warning. (`foldIn` with
 * another number each time is how one key serves many.)
 */
function used(op: string, key: AnyTensor): void {
  checkKey(op, operandSize(op, key));
  const trace = currentTrace(op);
  const atom = trace.resolve(atomOf(asTraced(key, op), op));
  const known = uses.get(trace) ?? new Map<Atom, string>();
  const before = known.get(atom);
  if (before !== undefined) warn(messages.keyTwice.code, messageText("keyTwice", { op, before }));
  uses.set(trace, known.set(atom, before ?? op));
}

// ---- keys

/** The key that a key gives for a number. */
function derived(op: string, key: AnyTensor, data: RuleOperand): AnyTensor {
  const [first, second] = wordsOf(op, key);
  const word = (name: Word): AnyTensor => reshape(emit(name, [first, second, data]), [1]);
  return concat([word("threefryFirst"), word("threefrySecond")], 0);
}

/**
 * New keys, independent of one another; `const [a, b] = splitKey(key)`. Use the old key no more. The keys are those that
 * `random.split` of the runtime gives.
 *
 * @shapes key: [2] (i32) -> a list of [2] (i32)
 * @formula key i of the list is the block of Threefry-2x32 at counter i
 * @derivative none: keys are integers
 */
export const splitKey = publicFunction<SplitKeyFn>((key: AnyTensor, count = 2) => {
  numberWithin("splitKey", "count", count, { min: 0, whole: true });
  used("splitKey", key);
  return Array.from({ length: count }, (_, i) => derived("splitKey", key, i));
});

/**
 * A new key from a key and a whole number: a step, a layer, an index; also one that the model computes, as in a loop. It
 * is the key that `random.foldIn` of the runtime gives.
 *
 * @shapes key: [2] (i32), data: [] (i32) -> [2] (i32)
 * @formula the block of Threefry-2x32 at counter data
 * @derivative none: keys are integers
 */
export const foldIn = publicFunction<FoldInFn>((key: AnyTensor, data: number | AnyTensor) => {
  if (typeof data !== "number") {
    takenDType("foldIn", "integer", asTraced(data, "foldIn").dtype, "the data");
    return derived("foldIn", key, asTraced(data, "foldIn"));
  }
  numberWithin("foldIn", "data", data, { min: 0, max: 2 ** 32 - 1, whole: true });
  return derived("foldIn", key, data | 0);
});

// ---- draws

/** 24 bits in [0, 1) for f32, all of its mantissa; 53 for f64. Always as f64, which holds both. */
const unit = (op: string, key: AnyTensor, shape: readonly Size[], dtype: FloatDType): AnyTensor =>
  dtype === "f64"
    ? drawn(op, "threefryUnit", key, shape)
    : mul(cast(shiftRightLogical(drawn(op, "threefryFold", key, shape), 8), "f64"), 2 ** -24);

/** shift + x·scale, computed in f64 where both are numbers, as the runtime does; rounded to the dtype at the end. */
function placed(x: AnyTensor, dtype: FloatDType, shift: Operand, scale: Operand): AnyTensor {
  const numbers = typeof shift === "number" && typeof scale === "number";
  if (numbers && shift === 0 && scale === 1) return cast(x, dtype);
  if (numbers) return cast(add(shift, mul(x, scale)), dtype);
  return add(shift, mul(cast(x, dtype), scale));
}

interface UniformOptions {
  readonly dtype?: FloatDType;
  readonly min?: Operand;
  readonly max?: Operand;
}

/** max − min */
const width = (min: Operand, max: Operand): Operand => {
  if (typeof min !== "number") return sub(max, min);
  return typeof max === "number" ? max - min : sub(max, min);
};

const sizeIn = (op: string, operand: Operand) => (typeof operand === "number" ? operand : operandSize(op, operand));

/**
 * Uniform numbers in [min, max), the same that `random.uniform` of the runtime draws from the key: all 24 bits of an f32
 * mantissa, all 53 of an f64.
 *
 * @shapes key: [2] (i32), min, max: broadcast to the shape -> shape
 * @formula y = min + u · (max − min), u uniform in [0, 1)
 * @derivative 0 in the key; dy = (1 − u) dmin + u dmax
 * @conventions dtype is f32, min 0, max 1; rounding may give max itself where it is not 1
 */
export const randomUniform = publicFunction<UniformFn>(
  (key: AnyTensor, shape: readonly Dim[], { dtype = "f32", min = 0, max = 1 }: UniformOptions = {}) => {
    const op = "randomUniform";
    const sizes = drawShape(op, shape);
    for (const bound of [min, max]) checkFitting(op, { shape: sizes, dtype }, sizeIn(op, bound));
    if (typeof min === "number" && typeof max === "number") numberWithin(op, "max", max, { min });
    used(op, key);
    return placed(unit(op, key, sizes, dtype), dtype, min, width(min, max));
  },
);

interface NormalOptions {
  readonly dtype?: FloatDType;
  readonly mean?: Operand;
  readonly std?: Operand;
}

/** 52 bits and a half: in (0, 1), symmetric about 1/2, never 0 or 1. */
const openUnit = (op: string, key: AnyTensor, shape: readonly Size[]): AnyTensor =>
  mul(add(floor(mul(drawn(op, "threefryUnit", key, shape), 2 ** 52)), 0.5), 2 ** -52);

/**
 * Normal numbers, the same that `random.normal` of the runtime draws from the key. With tensors as mean and std this is
 * the reparametrised draw, which can be differentiated in both.
 *
 * @shapes key: [2] (i32), mean, std: broadcast to the shape -> shape
 * @formula y = mean + std · z, z = Φ⁻¹(u) standard normal
 * @derivative 0 in the key; dy = dmean + z dstd
 * @conventions dtype is f32, mean 0, std 1
 */
export const randomNormal = publicFunction<NormalFn>(
  (key: AnyTensor, shape: readonly Dim[], { dtype = "f32", mean = 0, std = 1 }: NormalOptions = {}) => {
    const op = "randomNormal";
    const sizes = drawShape(op, shape);
    for (const parameter of [mean, std]) checkFitting(op, { shape: sizes, dtype }, sizeIn(op, parameter));
    if (typeof std === "number") numberWithin(op, "std", std, { min: 0 });
    used(op, key);
    return placed(normalQuantile(openUnit(op, key, sizes)), dtype, mean, std);
  },
);

/** Whether the number of each element is below a probability. */
const below = (op: string, key: AnyTensor, p: Operand, shape: readonly Size[]): AnyTensor =>
  less(unit(op, key, shape, "f64"), typeof p === "number" ? p : cast(p, "f64"));

/**
 * True with probability p, for each element.
 *
 * @shapes key: [2] (i32), p: broadcasts to the shape -> shape (bool)
 * @formula y = u < p, u uniform in [0, 1)
 * @derivative none: truth values have no derivative
 * @conventions never true at p = 0, always at p = 1
 */
export const randomBernoulli = publicFunction<BernoulliFn>((key: AnyTensor, p: Operand, shape: readonly Dim[]) => {
  const op = "randomBernoulli";
  const sizes = drawShape(op, shape);
  if (typeof p === "number") numberWithin(op, "the probability", p, { min: 0, max: 1 });
  else
    checkFitting(op, { shape: sizes, dtype: takenDType(op, "float", p.dtype, "the probability") }, operandSize(op, p));
  used(op, key);
  return below(op, key, p, sizes);
});

/**
 * Dropout: each element is 0 with probability `rate`, else it is scaled so that the mean stays what it was.
 *
 * @shapes x: [...], key: [2] (i32), rate: a number, or broadcasts to x -> [...]
 * @formula y = x / (1 − rate) where a uniform number is below 1 − rate, else 0
 * @derivative dy = dx / (1 − rate) where y was kept, else 0
 * @conventions rate 0 gives x itself, rate 1 zeros
 */
export const dropout = publicFunction<DropoutFn>((x: AnyTensor, key: AnyTensor, rate: Operand) => {
  const op = "dropout";
  const { sizes, dtype } = asTraced(x, op);
  takenDType(op, "float", dtype);
  checkKey(op, operandSize(op, key));
  checkFitting(op, { shape: sizes, dtype }, sizeIn(op, rate));
  if (typeof rate === "number") numberWithin(op, "rate", rate, { min: 0, max: 1 });
  if (rate === 0) return x;
  if (rate === 1) return asTraced(vocabulary().broadcastTo(0, { shape: sizes, axes: [], dtype }), op);
  const kept = typeof rate === "number" ? 1 - rate : sub(1, rate);
  used(op, key);
  return where(below(op, key, kept, sizes), div(x, kept), 0);
});
