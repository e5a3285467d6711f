/** The model of product.md, word for word but for its Adam, which is written out here: the budget is measured on it. */
import {
  add,
  crossEntropy,
  f32,
  fn,
  type Is,
  i32,
  is,
  matmul,
  mean,
  mul,
  relu,
  sqrt,
  sub,
  type Tensor,
  type Tree,
  tree,
  valueAndGrad,
} from "./shim.js";

const params = {
  hidden: { w: f32([784, 128]), b: f32([128]) },
  out: { w: f32([128, 10]), b: f32([10]) },
};

/** Adam without its bias correction: as a user would write it over any tree of parameters. */
const adam = {
  state: <P extends Tree<"f32">>(p: P): { m: P; v: P } => ({ m: p, v: p }),
  update: <P extends Tree<"f32">>(at: { params: P; grad: P; state: { m: P; v: P }; lr: Tensor<[]> }) => {
    const m = tree.map((mean, g) => add(mul(0.9, mean), mul(0.1, g)), at.state.m, at.grad);
    const v = tree.map((square, g) => add(mul(0.999, square), mul(0.001, mul(g, g))), at.state.v, at.grad);
    const params = tree.map((p, mean, square) => sub(p, mul(at.lr, mul(mean, sqrt(square)))), at.params, m, v);
    return { params, state: { m, v } };
  },
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

type Params = typeof params;
is<Is<(typeof logits)["output"], Tensor<["batch", 10]>>>();
is<Is<(typeof loss)["output"], Tensor<[]>>>();
is<Is<(typeof lossAndGrad)["output"], { value: Tensor<[]>; grad: Params }>>();
is<Is<(typeof step)["output"], { params: Params; state: { m: Params; v: Params }; value: Tensor<[]> }>>();
