/** Small networks: a gradient for every parameter, each in the shape of what it belongs to. */
import {
  add,
  dot,
  f64,
  fn,
  log,
  matmul,
  mean,
  mul,
  neg,
  relu,
  sigmoid,
  slice,
  softmax,
  square,
  sub,
  sum,
  tanh,
  valueAndGrad,
} from "tapeless";

/** L = hW + b in y = ΣL²: dL = 2L, dh = dL Wᵀ, dW = hᵀ dL, db = the sums of dL's columns. */
export const linearSquare = valueAndGrad(
  fn({ h: f64(["n", "i"]), W2: f64(["i", "o"]), b2: f64(["o"]) }, ({ h, W2, b2 }) =>
    sum(square(add(matmul(h, W2), b2))),
  ),
  ["h", "W2", "b2"],
);

/** Cross entropy of a network with one hidden layer; every gradient has the shape of its matrix. */
export const mlp = valueAndGrad(
  fn(
    {
      X: f64(["n", "i"]),
      W1: f64(["i", "h"]),
      b1: f64(["h"]),
      WO: f64(["h", "o"]),
      bO: f64(["o"]),
      Yt: f64(["n", "o"]),
    },
    ({ X, W1, b1, WO, bO, Yt }) => {
      const A1 = tanh(add(matmul(X, W1), b1));
      const Yhat = softmax(add(matmul(A1, WO), bO), 1);
      return neg(mean(sum(mul(Yt, log(Yhat)), 1)));
    },
  ),
  ["X", "W1", "b1", "WO", "bO"],
);

/** s = uᵀh of h = σ(Wx + b): du = h, dh = u, and back through the sigmoid to W, x and b. */
export const score = valueAndGrad(
  fn({ u: f64(["h"]), W: f64(["h", "n"]), x: f64(["n"]), b: f64(["h"]) }, ({ u, W, x, b }) =>
    dot(u, sigmoid(add(matmul(W, x), b))),
  ),
  ["u", "W", "x", "b"],
);

/**
 * Two layers of one weight per unit, u₂ = σ(w₁∘x + b₁), u₄ = σ(w₂∘u₂ + b₂), and the cost -ln u₄[2]:
 * dw₁ = x ∘ σ'(u₁) ∘ w₂ ∘ σ'(u₃) ∘ e.
 */
export const diagonalMlp = valueAndGrad(
  fn({ x: f64([4]), w1: f64([4]), b1: f64([4]), w2: f64([4]), b2: f64([4]) }, ({ x, w1, b1, w2, b2 }) => {
    const u2 = sigmoid(add(mul(w1, x), b1));
    const u4 = sigmoid(add(mul(w2, u2), b2));
    return neg(sum(log(slice(u4, 0, 2, 3))));
  }),
  ["x", "w1", "b1", "w2", "b2"],
);

/** C = mean (y - max(0, Xw + b))²: dw = 2/N Σ over z > 0 of (a - y) xᵀ, db = 2/N Σ over z > 0 of (a - y). */
export const neuron = valueAndGrad(
  fn({ w: f64(["n"]), b: f64([]), X: f64(["N", "n"]), y: f64(["N"]) }, ({ w, b, X, y }) =>
    mean(square(sub(y, relu(add(matmul(X, w), b))))),
  ),
  ["w", "b"],
);
