/** The smallest element over axes: the derivative goes to the first of equal ones, as `argmin` points there. */
import type { ReduceFn } from "../../shape/reduce.js";
import { defineExtremum } from "./extremum.js";
import { reduceFunction } from "./reduction.js";

export default defineExtremum({
  name: "min",
  extreme: "min",
  doc: "The smallest element over the given axes (all when none are given); NaN propagates.",
  samples: [
    {
      in: [
        [
          [1, 3, 2],
          [6, 4, 6],
        ],
      ],
      attrs: { axes: [1] },
      out: [1, 4],
    },
  ],
  edges: [Number.NaN, Number.NEGATIVE_INFINITY],
});

/**
 * The smallest element over one axis, several, or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = minᵢ xᵢ
 * @derivative dy = dxⱼ, j the first index at which xⱼ = y
 * @conventions of equal elements the first gets the derivative; NaN propagates; of nothing it is an error
 */
export const min = reduceFunction<ReduceFn<"min", "numeric">>("min", "numeric");
