/**
 * The functions of `nasty/1` files as equations of the vocabulary. A name is an op's name in other letters; where it holds
 * numbers they are attributes; `named` has the rest.
 */
import type { Attrs, GraphEqn } from "../case.js";

/** A function: its equation on operands of these names, and the choice it stands for where it is not differentiable. */
export interface NastyFunction {
  readonly op: string;
  readonly attrs: Attrs;
  /** Operands: names of the row's fields, or numbers. */
  readonly operands: readonly (string | number)[];
  /** Operands that are all ones or all zeros, as long as x. */
  readonly filled: Readonly<Record<string, number>>;
  readonly convention?: string;
}

/** Attributes of every op that takes a vector; an op reads those that it has. */
const alongVector: Attrs = { axis: 0, axes: [0], keepDims: false, correction: 0, ord: 2, descending: false };
const ofScalars: Attrs = { negativeSlope: 0.01, alpha: 1, approximate: "none", min: -1, max: 1 };
const defaults: Attrs = { ...alongVector, ...ofScalars };

const call = (op: string, more: Partial<NastyFunction> = {}): NastyFunction => ({
  op,
  operands: ["x"],
  filled: {},
  ...more,
  attrs: { ...defaults, ...more.attrs },
});

const power = (x: string | number, n: string | number): NastyFunction => call("pow", { operands: [x, n] });

const normalised = (op: string, eps: number, filled: Readonly<Record<string, number>>): NastyFunction =>
  call(op, { operands: ["x", ...Object.keys(filled)], attrs: { eps }, filled });

/** Names that do not say which op they are. */
const named: Readonly<Record<string, NastyFunction>> = {
  cube: power("x", 3),
  sinc_like_x_over_sinh: call("xOverSinh"),
  logaddexp: call("logAddExp"),
  logsumexp: call("logSumExp"),
  max_dim_index: call("max"),
  min_dim_index: call("min"),
  amax: call("max", { convention: "ties-split" }),
  amin: call("min", { convention: "ties-split" }),
  gelu_erf: call("gelu", { attrs: { approximate: "none" } }),
};

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Row = readonly [pattern: RegExp, make: (found: readonly string[]) => NastyFunction];

/** Names with attributes in them. */
const patterns: readonly Row[] = [
  [/^pow_x_(-?[\d.]+)$/, ([n]) => power("x", Number(n))],
  [/^pow_(-?[\d.]+)_x$/, ([base]) => power(Number(base), "x")],
  [/^leaky_relu_([\d.]+)$/, ([slope]) => call("leakyRelu", { attrs: { negativeSlope: Number(slope) } })],
  [/^(elu|celu)_([\d.]+)$/, ([op, alpha]) => call(op ?? "", { attrs: { alpha: Number(alpha) } })],
  [
    /^(?:clip|clamp)_(-?[\d.]+)_(-?[\d.]+)$/,
    ([min, max]) => call("clip", { attrs: { min: Number(min), max: Number(max) } }),
  ],
  [/^gelu_(none|tanh)$/, ([approximate]) => call("gelu", { attrs: { approximate } })],
  [/^norm_?(\d)$/, ([ord]) => call("norm", { attrs: { ord: Number(ord) } })],
  [
    /^(var|std)_(population|sample)$/,
    ([op, kind]) => call(op ?? "", { attrs: { correction: Number(kind === "sample") } }),
  ],
  [/^layer_?norm(?:_eps([\de.-]+))?$/, ([eps]) => normalised("layerNorm", Number(eps ?? 1e-5), { w: 1, b: 0 })],
  [/^rms_?norm(?:_eps([\de.-]+))?$/, ([eps]) => normalised("rmsNorm", Number(eps ?? 1e-5), { w: 1 })],
];

/** The function of a name; `operands` are the fields of its rows that hold operands. */
export function nastyFunction(name: string, operands: readonly string[]): NastyFunction {
  const row = patterns.find(([pattern]) => pattern.test(name));
  const found = row?.[1]((row[0].exec(name) ?? []).slice(1)) ?? named[name] ?? call(camel(name));
  return operands.length > 1 ? { ...found, operands } : found;
}

export const eqnOf = ({ op, attrs, operands }: NastyFunction): GraphEqn => ({
  op,
  attrs,
  inputs: operands,
  outputs: ["y"],
});

/** What is documented here for the derivative where it is a choice. */
const atKink: Readonly<Record<string, (attrs: Attrs) => number | null>> = {
  abs: () => 0,
  sign: () => 0,
  floor: () => 0,
  relu: () => 0,
  leakyRelu: ({ negativeSlope }) => Number(negativeSlope),
  elu: ({ alpha }) => Number(alpha),
  selu: () => 1.7580993408473768,
  hardSigmoid: () => 1 / 6,
  clip: () => 1,
};

/** The derivative of a function at its kink; null where nothing is documented. */
export const derivativeAtKink = ({ op, attrs }: NastyFunction): number | null => atKink[op]?.(attrs) ?? null;
