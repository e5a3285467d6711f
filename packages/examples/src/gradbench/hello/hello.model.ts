/** GradBench's hello: a square, and its derivative. */
import { f64, fn, grad, square as squareOf } from "tapeless";

/** f(x) = x². */
export const square = fn({ x: f64([]) }, ({ x }) => squareOf(x));

/** f'(x) = 2x. */
export const double = grad(square, "x");
