/**
 * One neuron with relu, fitted by least squares: the last example of Parr & Howard 2018, "The matrix calculus you need
 * for deep learning", section 6.
 */
import { add, f64, fn, matmul, mean, relu, square, sub, valueAndGrad } from "tapeless";

/** Mean squared error of max(0, X·w + b) against y. */
export const cost = fn(
  { params: { w: f64(["features"]), b: f64([]) }, x: f64(["n", "features"]), y: f64(["n"]) },
  ({ params: { w, b }, x, y }) => {
    const activation = relu(add(matmul(x, w), b));
    return mean(square(sub(y, activation)));
  },
);

export const costAndGrad = valueAndGrad(cost, "params");
