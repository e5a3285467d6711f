/** Where the smallest element is: an index, so nothing is differentiated. */
import type { ArgReduceFn } from "../../shape/reduce.js";
import { defineArgExtremum } from "./extremum.js";
import { reduceFunction } from "./reduction.js";

export default defineArgExtremum({
  name: "argmin",
  extreme: "min",
  doc: "Index of the first smallest element along the axis (over all elements in row-major order when none is given); the first NaN counts as smallest.",
  samples: [
    {
      in: [
        [
          [1, 3, 2],
          [6, 4, 6],
        ],
      ],
      attrs: { axes: [1] },
      out: [0, 1],
    },
    {
      in: [
        [
          [1, 3, 2],
          [6, 4, 6],
        ],
      ],
      attrs: { axes: [0, 1] },
      out: 0,
    },
  ],
  edges: [Number.NaN],
});

/**
 * Index of the smallest element along an axis, or over all elements in row-major order.
 *
 * @shapes x: [...] -> i32 [... without the axis]
 * @formula y = the first j at which xⱼ = minᵢ xᵢ
 * @derivative none: an index
 * @conventions the first of equal elements; the first NaN where there is one; of nothing it is an error
 */
export const argmin = reduceFunction<ArgReduceFn<"argmin">>("argmin", "numeric");
