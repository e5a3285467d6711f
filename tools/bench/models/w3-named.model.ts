/** W3: a network of two layers, 784-128-10, on a batch of any size: the same with a dimension that is known when it is called. */
import { add, crossEntropy, f32, fn, matmul, mean, relu, valueAndGrad } from "tapeless";

const params = { W1: f32([784, 128]), b1: f32([128]), W2: f32([128, 10]), b2: f32([10]) };

const loss = fn({ ...params, X: f32(["batch", 784]), Y: f32(["batch", 10]) }, ({ W1, b1, W2, b2, X, Y }) => {
  const h = relu(add(matmul(X, W1), b1));
  return mean(crossEntropy(add(matmul(h, W2), b2), Y));
});

export const lossAndGrad = valueAndGrad(loss, ["W1", "b1", "W2", "b2"]);
