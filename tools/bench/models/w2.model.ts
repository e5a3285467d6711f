/** W2: the mean squared error of one neuron with relu, on a hundred rows. */
import { add, f32, fn, matmul, mean, relu, square, sub, valueAndGrad } from "tapeless";

const loss = fn({ w: f32([10]), b: f32([]), X: f32([100, 10]), y: f32([100]) }, ({ w, b, X, y }) =>
  mean(square(sub(y, relu(add(matmul(X, w), b))))),
);

export const lossAndGrad = valueAndGrad(loss, ["w", "b"]);
