/** An element for every index, along an axis: linear; its transpose adds the cotangents up where they came from. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { alongAxisIndex, type TakeAlongAxisFn } from "../../shape/along-axis.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intAttr } from "../attrs.js";
import { defineOp, operandSize, publicFunction } from "../define.js";
import { isRow } from "./row.js";

export default defineOp({
  name: "takeAlongAxis",
  doc: "y[…i…] = x[… indices[…i…] …] at the axis; zeros where a computed index is out of range (an input is checked in the call).",
  elementwise: false,
  arity: 2,
  infer: ([x, indices], attrs) => {
    if (x === undefined || indices === undefined) throw new Error("bug: takeAlongAxis takes a tensor and indices");
    alongAxisIndex("takeAlongAxis", x, indices, intAttr(attrs, "axis"));
    return [{ shape: indices.shape, dtype: x.dtype }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, [, indices], { attrs, inputs: [x] }) => {
      if (indices === undefined) throw new Error("bug: takeAlongAxis is not linear in its indices");
      const zeros = o.broadcastTo(0, { shape: x?.shape ?? [], axes: [], dtype: ct.dtype });
      return o.addAlongAxis(zeros, indices, ct, { axis: intAttr(attrs, "axis") });
    },
  },
  absorb: (attrs, _size, mapped) =>
    mapped.includes(false) ? undefined : { ...attrs, axis: intAttr(attrs, "axis") + 1 },
  lowering: {
    form: "define",
    define: ({ s, operands: [x, indices], dtype }, attrs) => ({
      form: "map",
      body: (i) => {
        const axis = intAttr(attrs, "axis");
        if (x === undefined || indices === undefined) return s.constant(0, dtype);
        const element = x.at(i.with(axis, indices.indexAt(i)));
        if (attrs.inRange === true) return element;
        return s.select(isRow(s, indices.at(i), x.shape[axis] ?? 0), element, s.constant(0, dtype));
      },
    }),
  },
  dtypes: [["f64", "f32", "i32", "bool"], ["i32"]],
  samples: [
    {
      in: [
        [
          [10, 20, 30],
          [40, 50, 60],
        ],
        [
          [2, 0],
          [1, 1],
        ],
      ],
      attrs: { axis: 1 },
      out: [
        [30, 10],
        [50, 50],
      ],
    },
    {
      in: [
        [
          [10, 20, 30],
          [40, 50, 60],
        ],
        [[1, 0]],
      ],
      attrs: { axis: 0 },
      out: [[40, 20]],
    },
  ],
  edges: [],
  domain: [0, 2],
});

/**
 * For every index the element there along an axis (the last when left out), at the same place on the other axes.
 *
 * @shapes x: [...s], indices: i32 [...i], of the rank of x and nowhere larger but along the axis -> [...i]
 * @formula y[…i…] = x[… indices[…i…] …]
 * @derivative dy[…i…] = dx[… indices[…i…] …]; an element taken twice gets both cotangents
 * @conventions indices run from 0 to n - 1: an input outside of it is an error in the call, a computed index picks 0
 */
export const takeAlongAxis = publicFunction<TakeAlongAxisFn>((x: AnyTensor, indices: AnyTensor, axis = -1) => {
  const [from, at] = [operandSize("takeAlongAxis", x), operandSize("takeAlongAxis", indices)];
  const attrs = { axis: alongAxisIndex("takeAlongAxis", from, at, axis) };
  return emit("takeAlongAxis", [asTraced(x, "takeAlongAxis"), asTraced(indices, "takeAlongAxis")], attrs);
});
