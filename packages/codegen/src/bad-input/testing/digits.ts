/** A model like that of the digits example, for tests of the command line: the sizes are the real ones. */
export const digits = `import { add, crossEntropy, f32, fn, i32, matmul, mean, mul, relu, sub, tree, valueAndGrad } from "tapeless";

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
  mean(crossEntropy(logits(rest), label)));

export const lossAndGrad = valueAndGrad(loss, "params");

/** One step of gradient descent. */
export const step = fn({ ...loss.input, lr: f32([]) }, ({ lr, ...batch }) => {
  const { value, grad } = lossAndGrad(batch);
  return { value, params: tree.map((p, g) => sub(p, mul(lr, g)), batch.params, grad) };
}, { donate: ["params"] });
`;
