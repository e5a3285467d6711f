/** kmeans: a step of Newton's method is from each centroid to the mean of its points, for the cost is quadratic. */
import { check } from "../testing/check.js";
import { kmeans } from "./kmeans.js";

check(kmeans, [
  {
    from: "four points on a line",
    input: { points: [[0], [1], [10], [12]], centroids: [[1], [9]] },
    outputs: { cost: 1 + 0 + 1 + 9, dir: [[1 - 0.5], [9 - 11]] },
  },
  {
    from: "three centroids in the plane, one with a single point",
    input: {
      points: [
        [0, 0],
        [5, 5],
        [0, 2],
        [-6, 1],
        [1, 1],
        [5, 6],
      ],
      centroids: [
        [0, 1],
        [-6, 2],
        [5, 5],
      ],
    },
    outputs: {
      cost: 1 + 1 + 1 + 1 + 0 + 1,
      dir: [
        [0 - 1 / 3, 1 - 1],
        [0, 1],
        [0, 5 - 5.5],
      ],
    },
  },
]);
