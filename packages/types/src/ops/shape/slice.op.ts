/** A box out of a tensor, with steps: linear; its transpose pads the cotangent with zeros, between its elements too. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { Attrs } from "../../node/attrs.js";
import { addSize, mulSize, type Size, showShape, subSize } from "../../shape/size.js";
import { type SliceBoxFn, type SliceFn, type SliceRange, sliceBoxRanges, sliceRange } from "../../shape/slice.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intsOr, sizesAttr } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";

/** One axis of a box: `count` elements, `step` apart, from `start` on. */
interface Part {
  readonly start: Size;
  readonly count: Size;
  readonly step: number;
}

function partsOf(attrs: Attrs): readonly Part[] {
  const [start, shape] = [sizesAttr(attrs, "start"), sizesAttr(attrs, "shape")];
  const step = intsOr(attrs, "step", shape.length, 1);
  return shape.map((count, axis) => ({ start: start[axis] ?? 0, count, step: step[axis] ?? 1 }));
}

/** What an axis has after the last element of the box. */
const behind = (size: Size, { start, count, step }: Part): Size =>
  subSize(size, count === 0 ? start : addSize(start, addSize(mulSize(step, subSize(count, 1)), 1)));

/** Whether an axis has the box's elements; sizes with names are believed. */
const fits = (size: Size, part: Part | undefined): boolean => {
  if (part === undefined) return false;
  const rest = behind(size, part);
  return typeof rest !== "number" || (rest >= 0 && !(typeof part.start === "number" && part.start < 0));
};

export default defineOp({
  name: "slice",
  doc: "y[i…] = x[start + step · i…], of the given shape; every step is 1 when none are given.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const [from, parts] = [x?.shape ?? [], partsOf(attrs)];
    const [start, shape] = [sizesAttr(attrs, "start"), sizesAttr(attrs, "shape")];
    if (!from.every((size, axis) => fits(size, parts[axis])) || shape.length !== from.length)
      throw new Error(`bug: slice: ${showShape(shape)} from ${showShape(start)} is not within ${showShape(from)}`);
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => {
      const parts = partsOf(attrs);
      const after = parts.map((part, axis) => behind(x?.shape[axis] ?? 0, part));
      const between = attrs.step === undefined ? {} : { between: parts.map(({ step }) => step - 1) };
      return o.pad(ct, { before: sizesAttr(attrs, "start"), after, ...between, value: 0 });
    },
  },
  absorb: (attrs, size) => ({
    ...attrs,
    start: [0, ...sizesAttr(attrs, "start")],
    shape: [size, ...sizesAttr(attrs, "shape")],
    ...(attrs.step === undefined ? {} : { step: [1, ...partsOf(attrs).map(({ step }) => step)] }),
  }),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => {
      const parts = partsOf(attrs);
      return {
        form: "map",
        body: (i) =>
          x?.at(parts.map(({ start, step }, axis) => addSize(mulSize(step, i[axis] ?? 0), start))) ??
          s.constant(0, dtype),
      };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"]],
  samples: [
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      attrs: { start: [0, 1], shape: [2, 2] },
      out: [
        [2, 3],
        [5, 6],
      ],
    },
    { in: [[0, 1, 2, 3, 4, 5]], attrs: { start: [1], shape: [3], step: [2] }, out: [1, 3, 5] },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/** A box out of a tensor; a range that runs backwards is taken forwards and then reversed. */
function box(x: AnyTensor, op: string, rangesOf: (shape: readonly Size[]) => readonly SliceRange[]) {
  const tensor = asTraced(x, op);
  const ranges = rangesOf(tensor.sizes);
  const steps = ranges.map(({ step }) => Math.abs(step));
  const part = emit("slice", [tensor], {
    start: ranges.map(({ first }) => first),
    shape: ranges.map(({ count }) => count),
    ...(steps.every((step) => step === 1) ? {} : { step: steps }),
  });
  const axes = ranges.flatMap(({ step }, axis) => (step < 0 ? [axis] : []));
  return axes.length === 0 ? part : emit("flip", [part], { axes });
}

/**
 * The elements of one axis from `start` up to but not including `end`, `step` apart; negative bounds count from the end.
 * A negative step runs backwards from `start` down to but not including `end`; without an `end` it runs to the last (or
 * first) element.
 *
 * @shapes x: [..., n, ...], axis, start, end -> [..., ⌈(end - start) / step⌉, ...]
 * @formula y[i] = x[start + step · i]
 * @derivative dy[i] = dx[start + step · i]
 * @conventions Nothing is clamped: a range that leaves the axis is an error.
 */
export const slice = publicFunction<SliceFn>((x: AnyTensor, axis: number, start: number, end?: number, step?: number) =>
  box(x, "slice", (shape) => {
    const { index, ...range } = sliceRange("slice", shape, axis, start, end, step);
    return shape.map((size, at) => (at === index ? range : { first: 0, count: size, step: 1 }));
  }),
);

/**
 * As `slice`, on every axis at once: lists of starts and ends, and of steps where they are not 1.
 *
 * @shapes x: [n…], start, end -> [⌈(end - start) / step⌉…]
 * @formula y[i…] = x[start + step · i…]
 * @derivative dy[i…] = dx[start + step · i…]
 */
export const sliceBox = publicFunction<SliceBoxFn>(
  (x: AnyTensor, start: readonly number[], end: readonly number[], step?: readonly number[]) =>
    box(x, "sliceBox", (shape) => sliceBoxRanges(shape, start, end, step)),
);
