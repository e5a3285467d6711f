import {
  add,
  concat,
  crossEntropy,
  div,
  f64,
  fn,
  gather,
  grad,
  greater,
  i32,
  l2Norm,
  matmul,
  max,
  mean,
  mul,
  pad,
  pow,
  scan,
  sigmoid,
  slice,
  softmax,
  sum,
  tanh,
  vmap,
  where,
} from "@tapeless/types";
import {
  type ApproxTensor,
  evalFunc,
  exactTensor,
  isFn,
  printFunc,
  traceFn,
  verifyFunc,
} from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { expand } from "./expand.js";

const program = (f: unknown) => {
  if (!isFn(f)) throw new Error("no fn");
  const t = traceFn(f, "f");
  const e = verifyFunc(expand(t.func));
  return e;
};
let seed = 1;
const rnd = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed / 4294967296) * 2 - 0.9;
};
const rand = (p: { shape: readonly unknown[]; dtype: string }): ApproxTensor => {
  const n = (p.shape as number[]).reduce((a, b) => a * b, 1);
  return exactTensor(
    p.shape as number[],
    p.dtype as "f64",
    Array.from({ length: n }, () => (p.dtype === "i32" ? Math.abs(Math.floor(rnd() * 3)) % 3 : rnd())),
  );
};
function check(f: unknown, g: unknown, wrt: number[], show = false) {
  const F = program(f),
    G = program(g);
  if (show) console.log(printFunc(G));
  const args = F.params.map(rand);
  const grads = evalFunc(G, args);
  const value = (as: ApproxTensor[]) => evalFunc(F, as)[0]!.value[0]!;
  wrt.forEach((k, n) => {
    const g0 = grads[n]!;
    for (let i = 0; i < args[k]!.value.length; i++) {
      const at = (h: number) => {
        const v = args[k]!.value.slice();
        v[i]! += h;
        return value(args.with(k, { ...args[k]!, value: v }));
      };
      const h = 1e-4,
        d = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      expect(Math.abs(d - g0.value[i]!), `${k}[${i}] fd ${d} got ${g0.value[i]}`).toBeLessThan(
        1e-8 * Math.max(1, Math.abs(d)),
      );
    }
  });
}
test("mlp", () => {
  const loss = fn({ x: f64([4, 3]), w: f64([3, 5]), b: f64([5]), y: i32([4]) }, ({ x, w, b, y }) =>
    mean(crossEntropy(add(matmul(x, w), b), y)),
  );
  check(loss, grad(loss, ["x", "w", "b"]), [0, 1, 2], true);
});
test("misc", () => {
  const f = fn({ x: f64([4, 3]), y: f64([3]) }, ({ x, y }) =>
    sum(mul(softmax(mul(x, y)), tanh(add(x, max(x, 1, { keepDims: true }))))),
  );
  check(f, grad(f, ["x", "y"]), [0, 1]);
  const g = fn({ x: f64([4]) }, ({ x }) =>
    l2Norm(concat([where(greater(x, 0), mul(x, x), div(x, 3)), pad(slice(x, 0, 1, 3), 0, 1, 2), sigmoid(x)])),
  );
  check(g, grad(g), [0]);
  const h = fn({ t: f64([3, 2]), i: i32([5]) }, ({ t, i }) => sum(pow(gather(t, i), 2)));
  check(h, grad(h, "t"), [0]);
});
test("scan", () => {
  const f = fn({ w: f64([3, 3]), h0: f64([3]), xs: f64([5, 3]) }, ({ w, h0, xs }) => {
    const [h, ys] = scan(
      (h, x) => {
        const n = tanh(add(matmul(h, w), x));
        return [n, mul(n, h)];
      },
      h0,
      xs,
    );
    return add(sum(h), sum(ys));
  });
  check(f, grad(f, ["w", "h0", "xs"]), [0, 1, 2], true);
});
test("second order", () => {
  const f = fn({ x: f64([3]), w: f64([3, 3]) }, ({ x, w }) => sum(tanh(matmul(w, mul(x, x)))));
  const gg = fn({ x: f64([3]), w: f64([3, 3]) }, ({ x, w }) => sum(pow(grad(f, "x")({ x, w }), 2)));
  check(gg, grad(gg, ["x", "w"]), [0, 1]);
  const vm = vmap(f, 4, { w: null });
  const s = fn({ x: f64([4, 3]), w: f64([3, 3]) }, (i) => sum(mul(vm(i), vm(i))));
  check(s, grad(s, ["x", "w"]), [0, 1], true);
  const sc = fn({ w: f64([2, 2]), h0: f64([2]) }, ({ w, h0 }) => {
    const [h] = scan((h) => [tanh(matmul(h, w)), null], h0, null, { length: 4 });
    return sum(h);
  });
  const g2 = fn({ w: f64([2, 2]), h0: f64([2]) }, (i) => sum(pow(grad(sc, "w")(i), 2)));
  check(g2, grad(g2, ["w", "h0"]), [0, 1]);
  const vs = vmap(sc, 3, { w: null });
  const svs = fn({ w: f64([2, 2]), h0: f64([3, 2]) }, (i) => sum(pow(vs(i), 2)));
  check(svs, grad(svs, ["w", "h0"]), [0, 1]);
});
