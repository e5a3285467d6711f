/**
 * What the shape rules say when they refuse, each message once: the type-level rules resolve to `Message<name, values>`,
 * their run-time twins throw `shapeError(name, values)`.
 *
 * Invariant: for the same sizes both give the same words, because both fill the same text. Codes are never reused.
 */
import type { Dim } from "./tensor.js";

export const messages = {
  broadcast: { code: "TL0201", text: "{op}: shapes {left} and {right} do not broadcast ({a} vs {b})" },
  innerSizes: { code: "TL0202", text: "{op}: inner dimensions {left} and {right} differ" },
  concatSizes: { code: "TL0203", text: "{op}: sizes {left} and {right} differ outside axis {axis}" },
  batchShapes: { code: "TL0204", text: "{op}: batch shapes {left} and {right} do not broadcast ({a} vs {b})" },
  rank: { code: "TL0205", text: "{op}: {what} {shape} must have rank {expected}" },
  minimumRank: { code: "TL0206", text: "{op}: {what} {shape} must have rank {expected} or more" },
  sameShape: { code: "TL0207", text: "{op}: shapes {left} and {right} differ" },
  broadcastTo: { code: "TL0208", text: "{op}: {from} does not broadcast to {to}" },
  axisRange: { code: "TL0210", text: "{op}: axis {axis} is out of range for shape {shape}" },
  axisTwice: { code: "TL0211", text: "{op}: axis {axis} is given twice" },
  permutation: { code: "TL0212", text: "{op}: {axes} is not a permutation of the axes of {shape}" },
  reshapeCount: { code: "TL0220", text: "{op}: {from} has {fromCount} elements but {to} has {toCount}" },
  reshapeSizes: { code: "TL0221", text: "{op}: {from} and {to} have different sizes" },
  reshapeInfer: { code: "TL0222", text: "{op}: cannot infer -1 in {to} from {from}" },
  reshapeTwice: { code: "TL0223", text: "{op}: -1 may stand only once in {to}" },
  negativeSize: { code: "TL0224", text: "{op}: {shape} is no shape: sizes are whole numbers, 0 or more" },
  sliceRange: { code: "TL0230", text: "{op}: [{start}, {end}) is not within axis {axis} of size {size}" },
  padNegative: {
    code: "TL0231",
    text: "{op}: cannot pad by {before} before and {after} after; both must be 0 or more",
  },
  squeezeSize: { code: "TL0232", text: "{op}: axis {axis} of {shape} has size {size}, not 1" },
  noOperands: { code: "TL0233", text: "{op}: needs at least one tensor" },
  emptyReduction: { code: "TL0234", text: "{op}: {shape} has no element to take the {op} of" },
  normOrder: { code: "TL0260", text: "{op}: there is no norm of order {ord}; it must be above 0, or Infinity" },
  alongAxis: {
    code: "TL0261",
    text: "{op}: indices {indices} do not fit {shape}: they need its rank, and may be smaller outside axis {axis}, not larger",
  },
  alongSource: { code: "TL0262", text: "{op}: what is put there is {actual}, but the indices are {expected}" },
  coordinates: {
    code: "TL0263",
    text: "{op}: the last size of indices {indices} must be literal and at most the rank of {shape}",
  },
  topK: { code: "TL0264", text: "{op}: {k} of the elements along axis {axis} of size {size} are asked for" },
  quantile: { code: "TL0265", text: "{op}: {q} is no part of all elements; it must lie between 0 and 1" },
  sliceSize: { code: "TL0266", text: "{op}: {count} elements do not lie within axis {axis} of size {size}" },
  updates: { code: "TL0240", text: "{op}: updates are {actual} but base {base} at indices {indices} takes {expected}" },
  labels: { code: "TL0241", text: "{op}: logits {logits} take {dtype} labels of shape {expected}, not {actual}" },
  classWeights: { code: "TL0242", text: "{op}: class weights {actual} of logits {logits} must be {expected}" },
  ignoreIndex: { code: "TL0243", text: "{op}: ignoreIndex goes with labels of classes (i32), not with probabilities" },
  dtypes: { code: "TL0250", text: "{op}: {left} and {right} differ; cast one of them" },
  dtype: { code: "TL0251", text: "{op}: {what} must be {expected}, not {actual}; cast first" },
  literal: {
    code: "TL0252",
    text: "{op}: {value} is not a whole number, but the other operand is i32; cast that first",
  },
  step: { code: "TL0253", text: "{op}: step {step} must be a whole number other than 0" },
  unknownCount: {
    code: "TL0254",
    text: "{op}: the number of every {step} elements of {size} is rounded, which no name says; declare the axis as a multiple, such as {step}*n",
  },
  listLength: { code: "TL0255", text: "{op}: {what} has {actual} entries, but {shape} has rank {expected}" },
  splitSizes: { code: "TL0256", text: "{op}: sizes {sizes} do not add up to axis {axis} of size {size}" },
  chunks: { code: "TL0257", text: "{op}: axis {axis} of size {size} is not {count} equal parts" },
  padSource: {
    code: "TL0258",
    text: "{op}: mode '{mode}' cannot pad axis {axis} of size {size} by {before} before and {after} after",
  },
  windowFits: {
    code: "TL0270",
    text: "{op}: a window of {window} does not fit into axis {axis} of size {size} with {padding} more of padding",
  },
  axisOptions: { code: "TL0271", text: "{op}: {what} has {actual} entries for {expected} axes" },
  channels: {
    code: "TL0272",
    text: "{op}: {channels} channels in {groups} groups do not meet a kernel of {kernel} channels",
  },
  kernelGroups: { code: "TL0273", text: "{op}: {count} {what} are not {groups} equal groups" },
  kernelSize: { code: "TL0274", text: "{op}: the kernel {kernel} must have sizes known at build time" },
  bias: { code: "TL0275", text: "{op}: the bias {bias} must have shape [{channels}]" },
  cropped: { code: "TL0276", text: "{op}: padding takes more from axis {axis} than there is" },
  noDiagonal: { code: "TL0278", text: "{op}: {shape} has no diagonal {k}" },
  ramp: { code: "TL0279", text: "{op}: {value} is not a whole number; give a dtype of floats" },
  wholeNumber: { code: "TL0259", text: "{op}: {what} must be a whole number, {least} or more, not {value}" },
  square: { code: "TL0280", text: "{op}: {shape} is not square: {rows} rows, {columns} columns" },
  rightSide: {
    code: "TL0281",
    text: "{op}: matrix {left} has {rows} rows, but the right side {right} has {other}",
  },
  parameter: { code: "TL0290", text: "{op}: {what} must have shape {expected}, not {actual}" },
  groups: { code: "TL0291", text: "{op}: {size} {what} are not {groups} groups of one size" },
  innerAxes: { code: "TL0292", text: "{op}: {what} {right} does not go with {left}: sizes {a} and {b} differ" },
  evenAxis: { code: "TL0293", text: "{op}: {what} is pairs of elements, so its size must be even, not {size}" },
  /** A warning: the model runs. */
  keyTwice: {
    code: "TL0295",
    text: "{op}: {before} has used this key, and a key gives the same numbers again; get another with splitKey or foldIn",
  },
  numberRange: { code: "TL0294", text: "{op}: {what} must be {expected}, got {actual}" },
  equationCharacter: { code: "TL0282", text: "{op}: '{character}' in '{equation}' is no letter" },
  equationLetter: { code: "TL0283", text: "{op}: '{letter}' of the result is in no operand of '{equation}'" },
  equationTwice: { code: "TL0284", text: "{op}: '{letter}' stands twice in the result of '{equation}'" },
  equationOperands: { code: "TL0285", text: "{op}: '{equation}' takes {expected} operands, not {actual}" },
  equationRank: {
    code: "TL0286",
    text: "{op}: '{letters}' names {count} axes, but operand {position} {shape} has {rank}",
  },
  equationSizes: {
    code: "TL0287",
    text: "{op}: '{letter}' is {left} in operand {first} but {right} in operand {position}",
  },
  axesPairs: { code: "TL0288", text: "{op}: axes {left} and {right} differ in number" },
  matrixOrd: { code: "TL0289", text: "{op}: ord must be 'fro', 1 or Infinity, not {ord}" },
} as const;

type Messages = typeof messages;

export type MessageName = keyof Messages;
export type MessageCode = Messages[MessageName]["code"];

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What a message wants to be told. */
export type MessageValues<N extends MessageName> = {
  readonly [K in Placeholders<Messages[N]["text"]>]: string | number;
};

type Fill<Text extends string, V> = Text extends `${infer Before}{${infer Name}}${infer Rest}`
  ? `${Before}${V[Name & keyof V] & (string | number)}${Fill<Rest, V>}`
  : Text;

/** The message as a literal type. */
export type Message<N extends MessageName, V extends MessageValues<N>> = Fill<Messages[N]["text"], V>;

/** The message as a string. */
export function messageText<N extends MessageName>(name: N, values: MessageValues<N>): string {
  const known: Readonly<Record<string, string | number>> = values;
  return messages[name].text.replace(/\{(\w+)\}/g, (_, key: string) => `${known[key]}`);
}

/** Shapes or dtypes that do not fit, found while the model runs; the words are the ones the compiler would print. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  readonly code: MessageCode;

  constructor(code: MessageCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const shapeError = <N extends MessageName>(name: N, values: MessageValues<N>): ShapeError =>
  new ShapeError(messages[name].code, messageText(name, values));

// ---- how shapes are written in messages; `showSize` and `showShape` of size.ts are the twins

/** `784`, `batch`; `number` for a size that the types do not know. */
export type ShowDim<D> = D extends Dim ? (number extends D ? "number" : `${D}`) : never;

/** `[batch, 784]`; `[...]` for a shape of unknown rank. */
export type ShowShape<S> = S extends readonly [infer First, ...infer Rest]
  ? `[${ShowDim<First>}${ShowRest<Rest>}]`
  : S extends readonly []
    ? "[]"
    : "[...]";

type ShowRest<S> = S extends readonly [infer First, ...infer Rest] ? `, ${ShowDim<First>}${ShowRest<Rest>}` : "";
