/** A frame around a tensor. With zeros it is linear, and slicing is its transpose; the tangent of any other is with zeros. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { ScalarBuilder } from "../../scalar/builder.js";
import type { Index, ScalarExpr } from "../../scalar/expr.js";
import { axisIndex } from "../../shape/axes.js";
import { addSize, type Size, subSize } from "../../shape/size.js";
import { type PadFn, padShape } from "../../shape/slice.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intAttr, sizesAttr } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";

/** Whether an index lies inside the frame; undefined where it always does. */
function inside(
  s: ScalarBuilder,
  i: readonly Index[],
  before: readonly Size[],
  after: readonly Size[],
  shape: readonly Size[],
): ScalarExpr | undefined {
  const tests = i.flatMap((at, axis) => {
    const end = subSize(shape[axis] ?? 0, after[axis] ?? 0);
    return [
      ...(before[axis] === 0 ? [] : [s.greaterEqual(s.position(at), s.position(before[axis] ?? 0))]),
      ...(after[axis] === 0 ? [] : [s.less(s.position(at), s.position(end))]),
    ];
  });
  return tests.length === 0 ? undefined : tests.reduce((all, test) => s.and(all, test));
}

export default defineOp({
  name: "pad",
  doc: "The operand with a frame of the given value: before[k] elements before and after[k] after it along axis k.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const [before, after] = [sizesAttr(attrs, "before"), sizesAttr(attrs, "after")];
    const shape = (x?.shape ?? []).map((size, axis) => addSize(size, addSize(before[axis] ?? 0, after[axis] ?? 0)));
    return [{ shape, dtype: x?.dtype ?? "f32" }];
  },
  derivative: {
    form: "jvp",
    jvp: (o, _operands, [dx], _out, { attrs }) => {
      if (dx === undefined) throw new Error("bug: pad takes one operand");
      return o.pad(dx, { ...attrs, value: 0 });
    },
  },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) =>
      o.slice(ct, { start: sizesAttr(attrs, "before"), shape: x?.shape ?? [] }),
  },
  absorb: (attrs) => ({
    ...attrs,
    before: [0, ...sizesAttr(attrs, "before")],
    after: [0, ...sizesAttr(attrs, "after")],
  }),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], shape, dtype }, attrs) => {
      const [before, after] = [sizesAttr(attrs, "before"), sizesAttr(attrs, "after")];
      const fill = s.constant(intAttr(attrs, "value"), dtype);
      return {
        form: "map",
        body: (i) => {
          const element = x?.at(i.map((at, axis) => subSize(at, before[axis] ?? 0))) ?? fill;
          const test = inside(s, i, before, after, shape);
          return test === undefined ? element : s.select(test, element, fill);
        },
      };
    },
  },
  dtypes: [["f64", "f32", "i32", "bool"]],
  samples: [
    { in: [[1, 2]], attrs: { before: [1], after: [2], value: 0 }, out: [0, 1, 2, 0, 0] },
    {
      in: [[[1, 2]]],
      attrs: { before: [0, 1], after: [1, 0], value: 7 },
      out: [
        [7, 1, 2],
        [7, 7, 7],
      ],
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/** `x` with `before` and `after` more elements along an axis, all of the given value (0 when left out). */
export const pad = publicFunction<PadFn>((x: AnyTensor, axis: number, before: number, after: number, value = 0) => {
  const tensor = asTraced(x, "pad");
  padShape(tensor.sizes, axis, before, after);
  const index = axisIndex("pad", tensor.sizes, axis);
  const zeros: readonly Size[] = tensor.sizes.map(() => 0);
  return emit("pad", [tensor], { before: zeros.with(index, before), after: zeros.with(index, after), value });
});
