/** One neuron with relu, fitted by least squares: the last example of Parr & Howard, "The matrix calculus you need". */
import { add, f64, fn, matmul, maximum, mean, square, sub, valueAndGrad } from "tapeless";

/** Mean squared error of max(0, X·w + b) against y. */
export const cost = fn(
  { params: { w: f64(["features"]), b: f64([]) }, x: f64(["n", "features"]), y: f64(["n"]) },
  ({ params: { w, b }, x, y }) => {
    const activation = maximum(0, add(matmul(x, w), b));
    return mean(square(sub(y, activation)));
  },
);

export const costAndGrad = valueAndGrad(cost, "params");
