/**
 * The gradient of a function of f64 tensors: at every level, in the generated code, and against differences of its values.
 *
 * Invariant: the differences are of the function as it was written, evaluated point by point.
 */
import { type fn, grad, type Tensor } from "@tapeless/types";
import { isFn, showSize, traceFn } from "@tapeless/types/compiler";
import { expect } from "vitest";
import { programOf, resultsOf } from "../../op-tests/testing/programs-of-users.js";
import { richardson } from "../../op-tests/testing/richardson.js";
import { everyLevel } from "./all-levels.js";

type Sizes = Readonly<Record<string, number>>;

/** A function without its types: of named tensors, whose result is a number. */
type Loose = ReturnType<typeof fn<{ x: Tensor<[], "f64"> }, Tensor<[], "f64">>>;

const inputsOf = (f: unknown): readonly string[] => {
  if (!isFn(f)) throw new Error("a function is expected");
  return traceFn(f, "f").func.params.map(({ name }) => name);
};
/** Of all inputs. */
export const gradientOf = (f: unknown): unknown => grad(f as Loose, inputsOf(f) as never);
const lengthOf = (shape: readonly (number | string)[], sizes: Sizes): number =>
  shape.reduce<number>((product, size) => product * (typeof size === "number" ? size : (sizes[size] ?? 0)), 1);

/** Numbers for the inputs, the same in every run. */
function dataOf(f: unknown, sizes: Sizes): readonly (readonly number[])[] {
  return programOf(f).params.map(({ shape }, k) => {
    const count = lengthOf(
      shape.map((size) => (typeof size === "number" ? size : showSize(size))),
      sizes,
    );
    return Array.from({ length: count }, (_, i) => 0.3 * Math.sin(1.7 * i + k + 1));
  });
}

/** Along one direction in all inputs together. */
export async function checkGradientEverywhere(f: unknown, sizes: Sizes = {}): Promise<void> {
  const data = dataOf(f, sizes);
  const { results } = await everyLevel(gradientOf(f), data, sizes);
  const directions = data.map((values, k) => values.map((_, i) => Math.cos(2.3 * i + k)));
  const moved = (t: number) => data.map((values, k) => values.map((x, i) => x + t * (directions[k]?.[i] ?? 0)));
  const along = (t: number) => resultsOf(f, moved(t), sizes)[0] ?? [];
  const [want = Number.NaN] = richardson(along, 0.01);
  const found = results.flatMap((grads, k) => grads.map((x, i) => x * (directions[k]?.[i] ?? 0)));
  const scale = found.reduce((sum, x) => sum + Math.abs(x), 1);
  expect(Math.abs(found.reduce((sum, x) => sum + x, 0) - want)).toBeLessThan(1e-9 * scale);
}
