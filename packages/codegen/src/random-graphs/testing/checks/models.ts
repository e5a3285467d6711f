/** Small models of every kind of thing that a generated module can hold: what compilers must accept and text must show. */
import {
  add,
  argmax,
  bool,
  cast,
  concat,
  crossEntropy,
  f32,
  f64,
  fn,
  gather,
  grad,
  greater,
  i32,
  jvp,
  matmul,
  max,
  mean,
  mul,
  oneHot,
  pad,
  relu,
  reshape,
  scan,
  scatterAdd,
  slice,
  softmax,
  sub,
  sum,
  tanh,
  transpose,
  valueAndGrad,
  vmap,
  where,
} from "@tapeless/types";
import { isFn } from "@tapeless/types/compiler";
import { compileModule } from "../../../pipeline/compile-module.js";

/** Fresh traces each time, so that two calls compile the same model twice. */
export function everyModel() {
  const params = { hidden: { w: f32([4, 8]), b: f32([8]) }, out: [f32([8, 3]), f32([3])] } as const;
  const logits = fn({ params, x: f32(["batch", 4]) }, ({ params: { hidden, out }, x }) =>
    add(matmul(relu(add(matmul(x, hidden.w), hidden.b)), out[0]), out[1]),
  );
  const loss = fn({ params, x: f32(["batch", 4]), label: i32(["batch"]) }, ({ label, ...rest }) =>
    mean(crossEntropy(logits(rest), label)),
  );
  const scalars = fn({ a: f64([]), b: f64([]) }, ({ a, b }) => mul(tanh(a), sub(a, b)));
  const step = fn(
    { p: f32([5]), g: f32([5]), lr: f32([]) },
    ({ p, g, lr }) => ({ p: sub(p, mul(lr, g)), norm: sum(mul(g, g)) }),
    { donate: ["p"] },
  );
  const recurrent = fn({ w: f64([3, 3]), h: f64([3]), xs: f64(["steps", 3]) }, ({ w, h, xs }) => {
    const [last, all] = scan(
      (carry, x) => {
        const next = tanh(add(matmul(w, carry), x));
        return [next, next];
      },
      h,
      xs,
    );
    return add(sum(last), sum(all));
  });
  const kinds = fn({ x: f32(["n", 3]), mask: bool(["n", 3]), k: i32(["n"]) }, ({ x, mask, k }) => ({
    which: argmax(x, 1),
    big: greater(x, 0.5),
    count: sum(mask),
    shifted: add(k, 1),
    hot: oneHot(k, 4),
    chosen: where(mask, x, 0),
    asInteger: cast(sum(x), "i32"),
    isPositive: greater(sum(x), 0),
  }));
  const shapes = fn({ x: f32([2, 3]), y: f32([2, 2]), rows: i32([4]) }, ({ x, y, rows }) => {
    const joined = concat([x, y], 1);
    return {
      joined,
      turned: transpose(joined),
      flat: reshape(joined, [10]),
      padded: pad(x, [0, [1, 2]]),
      part: slice(x, 1, 0, 2),
      rows: gather(x, rows),
      added: scatterAdd(x, rows, gather(x, rows)),
      most: max(x, 0),
      soft: softmax(x),
    };
  });
  const each = vmap(scalars, "many");
  return {
    logits,
    lossAndGrad: valueAndGrad(loss, "params"),
    scalars,
    scalarsGrad: grad(scalars, ["a", "b"]),
    pushed: jvp(scalars, ["a"]),
    step,
    recurrent: valueAndGrad(recurrent, ["w", "xs"]),
    kinds,
    shapes,
    each,
  };
}

/** The text of a module of these functions. */
export const moduleText = (models: Readonly<Record<string, unknown>>): string =>
  compileModule({
    file: "models.model.ts",
    exports: Object.entries(models)
      .filter(([, fn]) => isFn(fn))
      .map(([name, fn]) => ({ name, fn })),
    localNames: [],
  }).text;
