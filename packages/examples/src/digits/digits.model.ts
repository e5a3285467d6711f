/** A network of two layers that reads handwritten digits: the model of the README. */
import { adam, add, argmax, crossEntropy, f32, fn, i32, matmul, mean, relu, valueAndGrad } from "tapeless";

const params = {
  hidden: { w: f32([784, 128]), b: f32([128]) },
  out: { w: f32([128, 10]), b: f32([10]) },
};

/** Class scores of handwritten digits. */
export const logits = fn({ params, x: f32(["batch", 784]) }, ({ params: { hidden, out }, x }) => {
  const h = relu(add(matmul(x, hidden.w), hidden.b));
  return add(matmul(h, out.w), out.b);
});

/** Mean cross entropy of a batch. */
export const loss = fn({ params, x: f32(["batch", 784]), label: i32(["batch"]) }, ({ label, ...rest }) =>
  mean(crossEntropy(logits(rest), label)),
);

export const lossAndGrad = valueAndGrad(loss, "params");

/** One Adam step, gradient and update fused into one function. */
export const step = fn(
  { ...loss.input, state: adam.state(params), lr: f32([]) },
  ({ state, lr, ...batch }) => {
    const { value, grad } = lossAndGrad(batch);
    return { value, ...adam.update({ params: batch.params, grad, state, lr }) };
  },
  { donate: ["params", "state"] },
);

/** The digit that each image most probably shows. */
export const predict = fn(logits.input, (input) => argmax(logits(input), -1));
