/** The functions that the table of wrong uses uses wrongly. They themselves are right. */
import { add, bool, crossEntropy, f32, fn, i32, matmul, mean, mul, sum } from "./shim.js";

export * from "./shim.js";

export const params = { hidden: { w: f32([784, 128]), b: f32([128]) } };

export const hidden = fn({ params, x: f32(["batch", 784]) }, ({ params: { hidden }, x }) =>
  add(matmul(x, hidden.w), hidden.b),
);
export const scored = fn({ params, x: f32(["batch", 784]) }, (input) => mean(hidden(input)));
export const paired = fn({ x: f32(["batch", 4]), label: i32(["batch"]) }, ({ x, label }) =>
  mean(crossEntropy(x, label)),
);
export const layered = fn({ layers: [f32([4, 5]), f32([5, 6])] }, ({ layers: [first, second] }) =>
  matmul(first, second),
);
export const flagged = fn({ x: f32(["n"]), mask: bool(["n"]) }, ({ x }) => sum(x));
export const cube = fn({ x: f32([]) }, ({ x }) => mul(x, x, x));
export const matrix = fn({ a: { deep: f32([3, "n"]) }, b: f32([5]) }, ({ a }) => a.deep);
