/**
 * Overlapping windows that a contraction makes are not laid down but gathered: the cotangent of a convolution's operand, and
 * a transposed convolution, read as a convolution themselves. No array holds the windows, and sums stay in registers.
 *
 * Along one axis with stride s, dilation d and a kernel of K places, y[p] = Σ a[o] · b[k] over o · s + k · d = p. With p = s · q + r
 * and k = s · j + r (d = 1, or s = 1 and j · d for j) that is y[q, r] = Σ a[q - j] · b[j, r] over j: windows of the padded `a` with
 * a step of 1, and `b` cut into J = ⌈K / s⌉ times s, reversed in j. Where both are more than 1, gaps of zeros in `a` make s = 1.
 */
import {
  type Atom,
  type Attrs,
  addSize,
  type Eqn,
  equalShape,
  intsAttr,
  makeLit,
  mulSize,
  type Size,
  sizesAttr,
  subSize,
} from "@tapeless/types/compiler";
import type { Rewriting } from "../rewrite.js";
import { type Apply, type Rule, ruleFor } from "./rule.js";

/** One axis along which windows overlap, and the labels of its positions and places in the contraction. */
interface Axis {
  readonly position: number;
  readonly place: number;
  readonly positions: Size;
  readonly places: number;
  readonly stride: number;
  readonly dilation: number;
  /** Size of the result. */
  readonly size: Size;
}

/** The same axis as it is gathered. */
interface Gathered extends Axis {
  /** Steps of the gathered window, in each of which there are `phases` places of the kernel. */
  readonly steps: number;
  readonly phases: number;
  /** Zeros between the positions, so that there is one for every element of the result. */
  readonly gaps: number;
  /** Elements of the result for each phase. */
  readonly count: Size;
}

function gathered(axis: Axis): Gathered | undefined {
  const { stride, dilation, places, size } = axis;
  if (stride === 1 || dilation > 1) return { ...axis, steps: places, phases: 1, gaps: stride - 1, count: size };
  if (typeof size !== "number") return undefined; // ⌈size / stride⌉ is no polynomial
  return { ...axis, steps: Math.ceil(places / stride), phases: stride, gaps: 0, count: Math.ceil(size / stride) };
}

/** The list, if none is missing. */
function all<T>(list: readonly (T | undefined)[]): readonly T[] | undefined {
  const found = list.flatMap((each) => (each === undefined ? [] : [each]));
  return found.length === list.length ? found : undefined;
}

/** The axes of windows that a contraction makes; `undefined` where a place is no plain number. */
function axesOf(eqn: Eqn, contraction: Eqn): readonly Axis[] | undefined {
  const [stride, dilation, sizes] = [
    intsAttr(eqn.attrs, "stride"),
    intsAttr(eqn.attrs, "dilation"),
    sizesAttr(eqn.attrs, "shape"),
  ];
  const rank = stride.length;
  const out = intsAttr(contraction.attrs, "out");
  const shape = contraction.outs[0]?.shape ?? [];
  const lead = out.length - 2 * rank;
  const axes = stride.map((step, at): Axis | undefined => {
    const [position, place] = [out[lead + at], out[lead + rank + at]];
    const [positions, places] = [shape[lead + at], shape[lead + rank + at]];
    if (position === undefined || place === undefined || positions === undefined) return undefined;
    if (typeof places !== "number" || places === 0 || positions === 0) return undefined;
    return { position, place, positions, places, stride: step, dilation: dilation[at] ?? 1, size: sizes[at] ?? 0 };
  });
  return all(axes);
}

/** Which operand has the positions (and none of the places), with its labels and those of the other. */
interface Sides {
  readonly moving: Atom;
  readonly movingLabels: readonly number[];
  readonly fixed: Atom;
  readonly fixedLabels: readonly number[];
}

function sidesOf(contraction: Eqn, axes: readonly Axis[]): Sides | undefined {
  const [a, b] = contraction.inputs;
  const [left, right] = [intsAttr(contraction.attrs, "left"), intsAttr(contraction.attrs, "right")];
  if (a === undefined || b === undefined) return undefined;
  const sides: readonly Sides[] = [
    { moving: a, movingLabels: left, fixed: b, fixedLabels: right },
    { moving: b, movingLabels: right, fixed: a, fixedLabels: left },
  ];
  return sides.find(({ movingLabels, fixedLabels }) =>
    axes.every(
      ({ position, place }) =>
        movingLabels.includes(position) &&
        !fixedLabels.includes(position) &&
        fixedLabels.includes(place) &&
        !movingLabels.includes(place),
    ),
  );
}

/** Adds an equation of one result. */
type Emit = (op: string, inputs: readonly Atom[], attrs: Attrs) => Atom;

const emitter =
  ({ trace }: Rewriting): Emit =>
  (op, inputs, attrs) => {
    const [out] = trace.emit({ op, inputs, attrs });
    if (out === undefined) throw new Error(`bug: '${op}' gave no result`);
    return out;
  };

/** An operand with the axes of the given labels last. */
function moveLast(emit: Emit, x: Atom, labels: readonly number[], last: readonly number[]): [Atom, readonly number[]] {
  const order = [...labels.filter((label) => !last.includes(label)), ...last];
  const perm = order.map((label) => labels.indexOf(label));
  return [perm.every((axis, k) => axis === k) ? x : emit("permute", [x], { perm }), order];
}

/** The operand of positions as windows of a step of 1, whose places are the steps of the kernel. */
function windowsOf(emit: Emit, { moving, movingLabels }: Sides, axes: readonly Gathered[]): [Atom, readonly number[]] {
  const [x, labels] = moveLast(
    emit,
    moving,
    movingLabels,
    axes.map(({ position }) => position),
  );
  const none: readonly number[] = labels.slice(axes.length).map(() => 0);
  const spread = ({ gaps, positions }: Gathered): Size => addSize(mulSize(gaps, subSize(positions, 1)), positions);
  const before = axes.map(({ steps, dilation }) => dilation * (steps - 1));
  const after = axes.map((axis) => subSize(axis.count, spread(axis)));
  const frame = {
    before: [...none, ...before],
    after: [...none, ...after],
    between: [...none, ...axes.map(({ gaps }) => gaps)],
  };
  const padded = emit("pad", [x], { ...frame, value: 0 });
  const windows = emit("windows", [padded], {
    kernel: axes.map(({ steps }) => steps),
    count: axes.map(({ count }) => count),
    stride: axes.map(() => 1),
    dilation: axes.map(({ dilation }) => dilation),
  });
  return [windows, [...labels, ...axes.map(({ place }) => place)]];
}

/** The operand of places cut into steps and phases, the steps reversed. */
function kernelOf(
  emit: Emit,
  { fixed, fixedLabels }: Sides,
  axes: readonly Gathered[],
  phaseLabels: readonly number[],
): [Atom, readonly number[]] {
  const [x, labels] = moveLast(
    emit,
    fixed,
    fixedLabels,
    axes.map(({ place }) => place),
  );
  const lead = labels.length - axes.length;
  const none: readonly number[] = Array.from({ length: lead }, () => 0);
  const after = [...none, ...axes.map(({ steps, phases, places }) => steps * phases - places)];
  const whole = after.every((count) => count === 0)
    ? x
    : emit("pad", [x], { before: after.map(() => 0), after, value: 0 });
  const shape = [...x.shape.slice(0, lead), ...axes.flatMap(({ steps, phases }) => [steps, phases])];
  const cut = emit("reshape", [whole], { shape });
  const reversed = emit("flip", [cut], { axes: axes.map((_, at) => lead + 2 * at) });
  const pairs = axes.flatMap(({ place }, at) => [place, phaseLabels[at] ?? -1]);
  return [reversed, [...labels.slice(0, lead), ...pairs]];
}

/** The result without what the last phases have too much. */
function cropped(emit: Emit, x: Atom, sizes: readonly Size[]): Atom {
  const lead = x.shape.length - sizes.length;
  const shape = [...x.shape.slice(0, lead), ...sizes];
  return equalShape(shape, x.shape) ? x : emit("slice", [x], { start: shape.map(() => 0), shape });
}

const gatherWindows: Apply = (eqn, rewriting, old) => {
  const [input] = eqn.inputs;
  const contraction = input === undefined ? undefined : rewriting.definition(input);
  if (contraction?.op !== "contract" || contraction.batch.length > 0) return undefined;
  if (rewriting.uses(old.inputs[0] ?? makeLit(0, "f64")) > 1) return undefined;
  const overlapping = axesOf(eqn, contraction);
  const axes = all(overlapping?.map(gathered) ?? [undefined]);
  const sides = axes === undefined ? undefined : sidesOf(contraction, axes);
  if (axes === undefined || sides === undefined) return undefined;
  const emit = emitter(rewriting);
  const fresh = Math.max(0, ...sides.movingLabels, ...sides.fixedLabels) + 1;
  const phaseLabels = axes.map((_, at) => fresh + at);
  const [windows, left] = windowsOf(emit, sides, axes);
  const [kernel, right] = kernelOf(emit, sides, axes, phaseLabels);
  const lead = intsAttr(contraction.attrs, "out").slice(0, -2 * axes.length);
  const out = [...lead, ...axes.flatMap(({ position }, at) => [position, phaseLabels[at] ?? -1])];
  const sums = emit("contract", [windows, kernel], { left, right, out });
  const shape = [...sums.shape.slice(0, lead.length), ...axes.map(({ count, phases }) => mulSize(count, phases))];
  const joined = emit("reshape", [sums], { shape });
  return cropped(
    emit,
    joined,
    axes.map(({ size }) => size),
  );
};

export const windowRules: readonly Rule[] = [
  ruleFor("gather-windows", "overlapAdd", { exact: false }, gatherWindows), // sums in another order
];
