/** Addition at indices along an axis: linear in what is added to and what is added; the transpose of the latter takes. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { Index } from "../../scalar/expr.js";
import { type PlaceAlongAxisFn, placeAlongAxisIndex } from "../../shape/along-axis.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intAttr } from "../attrs.js";
import { defineOp, operandSize, publicFunction } from "../define.js";
import { isRow, nearestRow } from "./row.js";

export default defineOp({
  name: "addAlongAxis",
  doc: "y = x; for every place i of the indices: y[… indices[…i…] …] += source[…i…]; dropped where a computed index is out of range.",
  elementwise: false,
  arity: 3,
  infer: ([x, indices, source], attrs) => {
    if (x === undefined || indices === undefined || source === undefined)
      throw new Error("bug: addAlongAxis takes three operands");
    placeAlongAxisIndex("addAlongAxis", x, indices, source, intAttr(attrs, "axis"));
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0, 2],
    mode: "jointly",
    transpose: (o, k, ct, [, indices], { attrs }) => {
      if (indices === undefined) throw new Error("bug: addAlongAxis is not linear in its indices");
      return k === 0 ? ct : o.takeAlongAxis(ct, indices, { axis: intAttr(attrs, "axis") });
    },
  },
  absorb: (attrs, _size, mapped) =>
    mapped.includes(false) ? undefined : { ...attrs, axis: intAttr(attrs, "axis") + 1 },
  lowering: {
    form: "define",
    define: ({ s, index, operands: [x, indices, source], dtype }, attrs) => {
      const axis = intAttr(attrs, "axis");
      const zero = s.constant(0, dtype);
      const size = x?.shape[axis] ?? 0;
      const trusted = attrs.inRange === true;
      const pick = (d: readonly Index[]) => indices?.at(d) ?? s.constant(0, "i32");
      return {
        form: "scatter",
        combine: "sum",
        base: (i) => x?.at(i) ?? zero,
        domain: source?.shape ?? [],
        target: (d) => d.with(axis, index(trusted ? pick(d) : nearestRow(s, pick(d), size))),
        body: (d) => {
          const added = source?.at(d) ?? zero;
          return trusted ? added : s.select(isRow(s, pick(d), size), added, zero);
        },
      };
    },
  },
  dtypes: [["f64", "f32", "i32"], ["i32"], ["f64", "f32", "i32"]],
  samples: [
    {
      in: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [
          [2, 2],
          [0, 1],
        ],
        [
          [10, 20],
          [30, 40],
        ],
      ],
      attrs: { axis: 1 },
      out: [
        [1, 2, 33],
        [34, 45, 6],
      ],
    },
  ],
  edges: [],
  domain: [0, 2],
});

/**
 * A copy of `x` with the source's elements added at the indices along an axis (the last when left out); an index given
 * twice gets both.
 *
 * @shapes x: [...s], indices: i32 [...i], of the rank of x and nowhere larger but along the axis, source: [...i] -> [...s]
 * @formula y = x, then y[… indices[…i…] …] += source[…i…] for every place i
 * @derivative dy = addAlongAxis(dx, indices, dsource)
 * @conventions indices run from 0 to n - 1: an input outside of it is an error in the call, a computed one is dropped
 */
export const addAlongAxis = publicFunction<PlaceAlongAxisFn<"addAlongAxis">>(
  (x: AnyTensor, indices: AnyTensor, source: AnyTensor, axis = -1) => {
    const op = "addAlongAxis";
    const at = placeAlongAxisIndex(op, operandSize(op, x), operandSize(op, indices), operandSize(op, source), axis);
    return emit(op, [asTraced(x, op), asTraced(indices, op), asTraced(source, op)], { axis: at });
  },
);
