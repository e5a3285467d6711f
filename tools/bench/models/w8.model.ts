/** W8: a long short-term memory of 64 units, 20 steps, a batch of 8; its gates are i, f, o and the change. */
import { add, chunk, f32, fn, matmul, mean, mul, scan, sigmoid, square, tanh, valueAndGrad, zeros } from "tapeless";

const params = { Wx: f32([64, 256]), Wh: f32([64, 256]), b: f32([256]) };

const loss = fn({ ...params, xs: f32([20, 8, 64]) }, ({ Wx, Wh, b, xs }) => {
  const [last] = scan(
    ({ h, c }, x) => {
      const [i, f, o, change] = chunk(add(add(matmul(x, Wx), matmul(h, Wh)), b), 4, 1);
      const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(change)));
      return [{ h: mul(sigmoid(o), tanh(cell)), c: cell }, null];
    },
    { h: zeros([8, 64]), c: zeros([8, 64]) },
    xs,
  );
  return mean(square(last.h));
});

export const lossAndGrad = valueAndGrad(loss, ["Wx", "Wh", "b"]);
