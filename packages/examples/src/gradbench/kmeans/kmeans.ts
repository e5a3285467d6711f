/** The module `kmeans`. */
import { partsOf } from "../output.js";
import { operation, type Problem } from "../problem.js";
import { matrix, object, type Reader, requireEqual } from "../read.js";
import { type CostInput, cost, dir } from "./kmeans.gen.js";

const fields = object({ points: matrix, centroids: matrix });

const read: Reader<CostInput & { readonly rows: number }> = (value, at) => {
  const { points, centroids } = fields(value, at);
  requireEqual("centroids", "the length of a row", centroids.columns, points.columns);
  return {
    points: points.data,
    centroids: centroids.data,
    sizes: { n: points.rows, d: points.columns, k: centroids.rows },
    rows: centroids.rows,
  };
};

export const kmeans: Problem = {
  name: "kmeans",
  functions: {
    cost: operation(read, cost),
    dir: operation(read, dir, (result, { rows }) => partsOf(result, rows)),
  },
};
