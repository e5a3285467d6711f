/** W4: a network of three layers, 64-64-64-10, on a batch of 16 rows. */
import { add, crossEntropy, f32, fn, matmul, mean, relu, valueAndGrad } from "tapeless";

const params = {
  W1: f32([64, 64]),
  b1: f32([64]),
  W2: f32([64, 64]),
  b2: f32([64]),
  W3: f32([64, 10]),
  b3: f32([10]),
};

const loss = fn({ ...params, X: f32([16, 64]), Y: f32([16, 10]) }, ({ W1, b1, W2, b2, W3, b3, X, Y }) => {
  const h1 = relu(add(matmul(X, W1), b1));
  const h2 = relu(add(matmul(h1, W2), b2));
  return mean(crossEntropy(add(matmul(h2, W3), b3), Y));
});

export const lossAndGrad = valueAndGrad(loss, ["W1", "b1", "W2", "b2", "W3", "b3"]);
