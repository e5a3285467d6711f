import { test } from "vitest";
import { add, crossEntropy, f64, f32, fn, i32, matmul, mean, mul, sub, pow, relu, scan, sigmoid, softmax, sum, tanh, valueAndGrad, maximum } from "@tapeless/types";
import { isFn, traceFn } from "@tapeless/types/compiler";
import { compileFunction } from "../../pipeline/compile-function.js";
import { kernelLanguage } from "../../ir/kernel/index.js";
import { loopLanguage } from "../../ir/loop/index.js";
void [pow, i32, crossEntropy, relu, scan, softmax, maximum];
const show = (f: unknown, loop = false) => {
  if (!isFn(f)) throw new Error("no fn");
  const c = compileFunction(traceFn(f, "f").func);
  console.log(loop ? loopLanguage.print(c.loop) : kernelLanguage.print(c.planned.program), [...c.planned.schedules].map(([n, s]) => `${n}: ${s.form} ${s.why}`), JSON.stringify(c.planned.memory.bytes));
};
test("xMx", () => show(valueAndGrad(fn({ x: f64([3]), M: f64([3, 3]) }, ({ x, M }) => sum(mul(x, matmul(M, x)))), "x"), true));
test("w5", () => show(valueAndGrad(fn({ x: f32(["n"]), y: f32(["n"]), z: f32(["n"]) }, ({ x, y, z }) => sum(mul(tanh(add(mul(x, y), z)), sigmoid(x)))), ["x", "y", "z"])));
test("neuron", () => show(valueAndGrad(fn({ X: f64([100, 10]), y: f64([100]), w: f64([10]), b: f64([]) }, ({ X, y, w, b }) => mean(pow(sub(y, maximum(0, add(matmul(X, w), b))), 2))), ["w", "b"]), true));
test("mlp", () => show(valueAndGrad(fn({ x: f32(["batch", 784]), w: f32([784, 128]), b: f32([128]), v: f32([128, 10]), c: f32([10]), label: i32(["batch"]) }, ({ x, w, b, v, c, label }) => mean(crossEntropy(add(matmul(relu(add(matmul(x, w), b)), v), c), label))), ["w", "b", "v", "c"])));
test("softmax", () => show(valueAndGrad(fn({ x: f32([512, 1024]), t: f32([512, 1024]) }, ({ x, t }) => sum(mul(softmax(x), t))), "x")));
test("rnn", () => show(valueAndGrad(fn({ w: f32([8, 8]), u: f32([8, 8]), h0: f32([8]), xs: f32(["T", 8]) }, ({ w, u, h0, xs }) => {
  const [h] = (scan as any)((h: any, x: any) => { const n = tanh(add(matmul(h, w) as any, matmul(x, u) as any) as any); return [n, n]; }, h0, xs) as any;
  return sum(h); }), ["w", "u"])));
