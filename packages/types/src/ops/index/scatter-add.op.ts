/** Addition into rows: linear in the base and the updates together; the transpose of the updates gathers. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import type { Index } from "../../scalar/expr.js";
import { type ScatterAddFn, scatterAddSize } from "../../shape/gather.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { defineOp, operandSize, publicFunction } from "../define.js";
import { isRow, nearestRow } from "./row.js";

export default defineOp({
  name: "scatterAdd",
  doc: "y = base; for every i…: y[indices[i…], r…] += updates[i…, r…]; dropped where a computed index is out of range.",
  elementwise: false,
  arity: 3,
  infer: ([base, indices, updates]) => {
    if (base === undefined || indices === undefined || updates === undefined)
      throw new Error("bug: scatterAdd takes three operands");
    const { shape, dtype } = scatterAddSize(base, indices, updates);
    return [{ shape, dtype }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0, 2],
    mode: "jointly",
    transpose: (o, k, ct, [, indices]) => {
      if (indices === undefined) throw new Error("bug: scatterAdd is not linear in its indices");
      return k === 0 ? ct : o.gather(ct, indices);
    },
  },
  lowering: {
    form: "define",
    define: ({ s, index, operands: [base, indices, updates], dtype }, attrs) => {
      const zero = s.constant(0, dtype);
      const rank = indices?.shape.length ?? 0;
      const rows = base?.shape[0] ?? 0;
      const pick = (d: readonly Index[]) => indices?.at(d.slice(0, rank)) ?? s.constant(0, "i32");
      const trusted = attrs.inRange === true;
      return {
        form: "scatter",
        combine: "sum",
        base: (i) => base?.at(i) ?? zero,
        domain: updates?.shape ?? [],
        target: (d) => [index(trusted ? pick(d) : nearestRow(s, pick(d), rows)), ...d.slice(rank)],
        body: (d) => {
          const update = updates?.at(d) ?? zero;
          return trusted ? update : s.select(isRow(s, pick(d), rows), update, zero);
        },
      };
    },
  },
  dtypes: [["f64", "f32", "i32"], ["i32"], ["f64", "f32", "i32"]],
  samples: [
    {
      in: [
        [
          [1, 1],
          [2, 2],
        ],
        [1, 1],
        [
          [10, 20],
          [30, 40],
        ],
      ],
      out: [
        [1, 1],
        [42, 62],
      ],
    },
  ],
  edges: [],
  domain: [0, 1],
});

/**
 * A copy of `base` with `updates[i]` added to row `indices[i]`; a row named twice gets both.
 *
 * @shapes base: [v, ...r], indices: i32 [...i], updates: [...i, ...r] -> [v, ...r]
 * @formula y = base, then y[indices[i…], r…] += updates[i…, r…] for every i…
 * @derivative dy = scatterAdd(dbase, indices, dupdates)
 * @conventions indices run from 0 to v - 1: an input outside of it is an error in the call, a computed one is dropped
 */
export const scatterAdd = publicFunction<ScatterAddFn>((base: AnyTensor, indices: AnyTensor, updates: AnyTensor) => {
  const tensors = [base, indices, updates] as const;
  scatterAddSize(
    operandSize("scatterAdd", base),
    operandSize("scatterAdd", indices),
    operandSize("scatterAdd", updates),
  );
  return emit(
    "scatterAdd",
    tensors.map((tensor) => asTraced(tensor, "scatterAdd")),
  );
});
