/** Rows of a table: linear in the table; its transpose adds the cotangents up in the rows they came from. */
import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { type GatherFn, gatherSize } from "../../shape/gather.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { defineOp, operandSize, publicFunction } from "../define.js";
import { isRow } from "./row.js";

export default defineOp({
  name: "gather",
  doc: "y[i…, r…] = table[indices[i…], r…]; zeros where a computed index is out of range (an input is checked in the call).",
  elementwise: false,
  arity: 2,
  infer: ([table, indices]) => {
    if (table === undefined || indices === undefined) throw new Error("bug: gather takes a table and indices");
    return [gatherSize(table, indices)];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0],
    mode: "jointly",
    transpose: (o, _k, ct, [, indices], { inputs: [table] }) => {
      if (indices === undefined) throw new Error("bug: gather is not linear in its indices");
      return o.scatterAdd(o.broadcastTo(0, { shape: table?.shape ?? [], axes: [], dtype: ct.dtype }), indices, ct);
    },
  },
  lowering: {
    form: "define",
    define: ({ s, operands: [table, indices], dtype }, attrs) => ({
      form: "map",
      body: (i) => {
        if (table === undefined || indices === undefined) return s.constant(0, dtype);
        const at = i.slice(0, indices.shape.length);
        const row = table.at([indices.indexAt(at), ...i.slice(at.length)]);
        if (attrs.inRange === true) return row;
        return s.select(isRow(s, indices.at(at), table.shape[0] ?? 0), row, s.constant(0, dtype));
      },
    }),
  },
  dtypes: [["f64", "f32", "i32", "bool"], ["i32"]],
  samples: [
    {
      in: [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [2, 0, 2],
      ],
      out: [
        [5, 6],
        [1, 2],
        [5, 6],
      ],
    },
    {
      in: [
        [10, 20, 30],
        [
          [0, 1],
          [2, 0],
        ],
      ],
      out: [
        [10, 20],
        [30, 10],
      ],
    },
  ],
  edges: [],
  domain: [0, 2],
});

/**
 * The rows of a table at the given indices: an embedding.
 *
 * @shapes table: [v, ...r], indices: i32 [...i] -> [...i, ...r]
 * @formula y[i…, r…] = table[indices[i…], r…]
 * @derivative dy[i…, r…] = dtable[indices[i…], r…]; a row picked twice gets both cotangents
 * @conventions indices run from 0 to v - 1: an input outside of it is an error in the call, a computed index picks zeros
 */
export const gather = publicFunction<GatherFn>((table: AnyTensor, indices: AnyTensor) => {
  gatherSize(operandSize("gather", table), operandSize("gather", indices));
  return emit("gather", [asTraced(table, "gather"), asTraced(indices, "gather")]);
});
