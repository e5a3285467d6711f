/**
 * A frame around a tensor, and gaps between its elements. With zeros it is linear, and slicing is its transpose; the
 * tangent of any other is with zeros.
 */
import type { LoweringContext } from "../../graph/definition.js";
import type { Attrs } from "../../node/attrs.js";
import type { Index, ScalarExpr } from "../../scalar/expr.js";
import { addSize, mulSize, type Size, subSize } from "../../shape/size.js";
import { intsOr, numberAttr, sizesAttr } from "../attrs.js";
import { defineOp } from "../define.js";

/** What is put before, after and between the elements of one axis. */
interface Frame {
  readonly before: Size;
  readonly after: Size;
  readonly between: number;
}

function framesOf(attrs: Attrs): readonly Frame[] {
  const [before, after] = [sizesAttr(attrs, "before"), sizesAttr(attrs, "after")];
  const between = intsOr(attrs, "between", before.length, 0);
  return before.map((size, axis) => ({ before: size, after: after[axis] ?? 0, between: between[axis] ?? 0 }));
}

const noFrame: Frame = { before: 0, after: 0, between: 0 };

/** The axis with its frame: between n elements are n - 1 gaps, and none where n is 0. */
function framedSize(size: Size, { before, after, between }: Frame): Size {
  const gaps = size === 0 ? 0 : mulSize(between, subSize(size, 1));
  return addSize(addSize(size, gaps), addSize(before, after));
}

/** Whether an element of the result, on one axis, is one of the operand; an empty list where it always is. */
function testsOf(
  { s }: LoweringContext,
  at: Index,
  size: Size,
  { before, after, between }: Frame,
): readonly ScalarExpr[] {
  const end = subSize(size, after);
  const offset = subSize(at, before);
  return [
    ...(before === 0 ? [] : [s.greaterEqual(s.position(at), s.position(before))]),
    ...(after === 0 ? [] : [s.less(s.position(at), s.position(end))]),
    ...(between === 0 ? [] : [s.equal(s.rem(s.position(offset), between + 1), 0)]),
  ];
}

/** The operand's index at an index of the result, on one axis. */
function sourceOf({ s, index }: LoweringContext, at: Index, { before, between }: Frame): Index {
  const offset = subSize(at, before);
  return between === 0 ? offset : index(s.div(s.position(offset), between + 1));
}

export default defineOp({
  name: "pad",
  doc: "The operand with before[k] elements of the given value before and after[k] after it along axis k, and between[k] (0 when left out) between its elements.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => {
    const frames = framesOf(attrs);
    const shape = (x?.shape ?? []).map((size, axis) => framedSize(size, frames[axis] ?? noFrame));
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
    transpose: (o, _k, ct, _operands, { attrs, inputs: [x] }) => {
      const step = attrs.between === undefined ? {} : { step: framesOf(attrs).map(({ between }) => between + 1) };
      return o.slice(ct, { start: sizesAttr(attrs, "before"), shape: x?.shape ?? [], ...step });
    },
  },
  absorb: (attrs) => ({
    ...attrs,
    before: [0, ...sizesAttr(attrs, "before")],
    after: [0, ...sizesAttr(attrs, "after")],
    ...(attrs.between === undefined ? {} : { between: [0, ...framesOf(attrs).map(({ between }) => between)] }),
  }),
  lowering: {
    form: "define",
    define: (context, attrs) => {
      const {
        s,
        operands: [x],
        shape,
        dtype,
      } = context;
      const frames = framesOf(attrs);
      const fill = s.constant(numberAttr(attrs, "value"), dtype);
      return {
        form: "map",
        body: (i) => {
          const element = x?.at(i.map((at, axis) => sourceOf(context, at, frames[axis] ?? noFrame))) ?? fill;
          const tests = i.flatMap((at, axis) => testsOf(context, at, shape[axis] ?? 0, frames[axis] ?? noFrame));
          return tests.length === 0
            ? element
            : s.select(
                tests.reduce((all, test) => s.and(all, test)),
                element,
                fill,
              );
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
    { in: [[1, 2, 3]], attrs: { before: [1], after: [0], between: [2], value: 0 }, out: [0, 1, 0, 0, 2, 0, 0, 3] },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});
