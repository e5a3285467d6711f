/**
 * One row of a table of conventions: a function where something happens (a kink, a tie, overflow, NaN), its value there
 * and its derivatives in both modes.
 */
import { add, f64, fn, grad, jvp, mul, sum, type Tensor } from "@tapeless/types";
import { expect } from "vitest";
import { type Data, resultsOf } from "./programs-of-users.js";

export type Vector = Tensor<[number], "f64">;

export interface Edge {
  readonly title: string;
  readonly body: (x: Vector, y: Vector) => Tensor<[number] | [], "f64">;
  readonly x: readonly number[];
  readonly y?: readonly number[];
  readonly value?: Data;
  readonly dx?: readonly number[];
  readonly dy?: readonly number[];
}

/** A rounding of 1e4 in the exponent is an error of 1e-12 in its exponential; all else is exact to a few places. */
const relative = 1e-12;

/** Equal up to rounding; 0 only to an exact 0, of either sign; NaN to NaN. */
export function expectClose(
  got: readonly number[] | undefined,
  want: readonly number[] | undefined,
  what: string,
): void {
  if (want === undefined) return;
  expect(got?.length, what).toBe(want.length);
  got?.forEach((value, k) => {
    const wanted = want[k] ?? 0;
    if (wanted === 0 || !Number.isFinite(wanted)) expect(value === 0 ? 0 : value, `${what}[${k}]`).toBe(wanted);
    else expect(Math.abs(value - wanted) / Math.abs(wanted), `${what}[${k}] = ${value}`).toBeLessThan(relative);
  });
}

/** Value, gradient in reverse and in forward mode of the sum of the body. */
export function checkEdge({ body, x, y = [0], value, dx, dy }: Edge): void {
  const input = { x: f64([x.length]), y: f64([y.length]) };
  const f = fn(input, (given) => body(given.x, given.y));
  const total = fn(input, (given) => sum(f(given)));
  if (value !== undefined) expectClose(resultsOf(f, [x, y])[0], typeof value === "number" ? [value] : value, "value");
  const [gx, gy] = resultsOf(grad(total, ["x", "y"]), [x, y]);
  expectClose(gx, dx, "dx");
  expectClose(gy, dy, "dy");
  const forward = jvp(total);
  const along = (k: 0 | 1, at: number): number | undefined => {
    const tangents = [x, y].map((operand, j) => operand.map((_, i) => (j === k && i === at ? 1 : 0)));
    return resultsOf(forward, [x, y, ...tangents])[1]?.[0];
  };
  if (dx !== undefined)
    expectClose(
      x.map((_, at) => along(0, at) ?? Number.NaN),
      dx,
      "forward dx",
    );
  if (dy !== undefined)
    expectClose(
      y.map((_, at) => along(1, at) ?? Number.NaN),
      dy,
      "forward dy",
    );
}

export interface SecondOrder {
  readonly title: string;
  readonly body: (x: Vector) => Tensor<[number] | [], "f64">;
  readonly x: readonly number[];
  /** The gradient of the sum of the gradient. */
  readonly second: readonly number[];
}

/** The gradient of the sum of the gradient, by each of the three ways that there are. */
export function checkSecondOrder({ body, x, second }: SecondOrder): void {
  const input = { x: f64([x.length]) };
  const total = fn(input, (given) => sum(body(given.x)));
  const slope = fn(input, (given) => sum(grad(total)(given)));
  const ones = x.map(() => 1);
  expectClose(resultsOf(grad(slope), [x])[0], second, "reverse over reverse");
  expectClose(resultsOf(jvp(grad(total)), [x, ones])[1], second, "forward over reverse");
  const along = fn(input, (given) => jvp(total)({ input: given, tangent: { x: add(mul(given.x, 0), 1) } }).tangent);
  if (x.every(Number.isFinite)) expectClose(resultsOf(grad(along), [x])[0], second, "reverse over forward");
}
