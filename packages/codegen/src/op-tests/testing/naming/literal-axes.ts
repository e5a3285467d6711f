/**
 * The axes that keep a literal size, and why. Invariant: each is refused by the model in words that match a reason; an
 * axis that can be named is not in this table.
 */
import type { State } from "./namings.js";

/** Why an axis cannot have a name, in the words of the model. */
export const reasons: readonly RegExp[] = [
  /do(es)? not broadcast/, // a name may be anything at run time: it never broadcasts
  /the kernel .* must have sizes known at build time/, // windows are a view with a literal number of places
  /is rounded/, // no polynomial is a number rounded
  /the key must have shape \[2\]/,
  /the last size of indices .* must be literal/, // it says how many axes are picked from
  /has size \w+, not 1/, // a name may be other than 1
  /sizes \[1, 2\] do not add up/, // the pieces are literal, so their sum is
  /out\.w must have shape \[q, 4\]/, // what the heads give is a literal of the model
];

/** Axes of compositions: `w.2 w.3`. */
export const literalAxes: Readonly<Record<string, string>> = {
  "clip: between tensors that broadcast": "max.1",
  "einsum: axes that broadcast": "x.1",
  "conv1d: plain": "w.2",
  "conv1d: stride, padding, dilation, bias": "w.2",
  "conv1d: same": "w.2",
  "conv1d: groups": "w.2",
  "conv2d: plain": "w.2 w.3",
  "conv2d: stride and padding": "w.2 w.3",
  "conv2d: dilation and groups": "w.2 w.3",
  "conv2d: same with a stride": "w.2 w.3",
  conv3d: "w.2 w.3 w.4",
  "convTranspose1d: plain": "w.2",
  "convTranspose1d: stride, padding, outputPadding, bias": "w.2",
  "convTranspose1d: stride and dilation": "w.2",
  "convTranspose2d: groups": "w.2 w.3",
  "convTranspose2d: kernel no multiple of the stride": "w.2 w.3",
  "convTranspose2d: dilation": "w.2 w.3",
  convTranspose3d: "w.2 w.3 w.4",
  ones: "x.0",
  full: "x.0",
  eye: "x.0 x.1",
  "eye: off the main diagonal": "x.0 x.1",
  arange: "x.0",
  "arange: fractions": "x.0",
  linspace: "x.0",
  gatherND: "at.1",
  "gatherND: of rows": "at.1",
  scatterND: "at.1",
  "scatterND: adding rows": "at.1",
  "attention: with numbers as mask, and batches that broadcast": "q.1 v.0",
  multiHeadAttention: "wo.1",
  "multiHeadAttention: of batches, with a mask": "wo.1 mask.1",
  "solve: batches broadcast": "a.0",
  split: "x.1",
  expand: "x.1",
  splitKey: "key.0",
  foldIn: "key.0",
  randomUniform: "key.0 max.0",
  "randomUniform: f32": "key.0",
  randomNormal: "key.0 mean.0",
  randomBernoulli: "key.0 p.0",
  dropout: "key.0",
  squeeze: "x.1",
  "dynamicUpdateSlice: made of what it overwrites": "y.1",
  "random numbers of named shapes": "key.0",
  "dropout and Bernoulli draws of named shapes": "key.0",
};

/** Names for axes that must be named together, some in terms of others. */
export const starts: Readonly<Record<string, State>> = {
  trace: { shapes: { x: ["n", "m", "m"] }, names: { n: 2, m: 2 } },
  "conv1d: groups": {
    shapes: { x: ["n", "2*c", "m"], w: ["2*k", "c", 2] },
    names: { n: 1, c: 2, m: 3, k: 1 },
  },
  "conv2d: dilation and groups": {
    shapes: { x: ["n", "2*c", "h", "m"], w: ["2*k", "c", 2, 2] },
    names: { n: 1, c: 1, h: 3, m: 4, k: 1 },
  },
  "convTranspose2d: groups": {
    shapes: { x: ["n", "2*c", "h", "m"], w: ["2*c", "k", 2, 2] },
    names: { n: 1, c: 1, h: 2, m: 2, k: 1 },
  },
  groupNorm: { shapes: { x: ["n", "2*c", "m"], w: ["2*c"], b: ["2*c"] }, names: { n: 2, c: 2, m: 2 } },
  lstmCell: {
    shapes: { x: ["n", "m"], h: ["n", "k"], wx: ["4*k", "m"], wh: ["4*k", "k"], c: ["n", "k"], b: ["4*k"] },
    names: { n: 2, m: 3, k: 2 },
  },
  gruCell: {
    shapes: { x: ["n", "m"], h: ["n", "k"], wx: ["3*k", "m"], wh: ["3*k", "k"], bx: ["3*k"], bh: ["3*k"] },
    names: { n: 2, m: 3, k: 2 },
  },
};

/** The least size of names, where a model is for such only; the call says so below them. */
export const least: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  roll: { n: 1, m: 4 }, // as far as it is rolled
};
