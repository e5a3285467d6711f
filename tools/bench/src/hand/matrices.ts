/** W7 by hand: three tiled products. */
import type { Kernel } from "./small.js";
import { compiled, product, zeros } from "./text.js";

/** Inputs are A, B, T. */
export const matrixProduct = (n: number): Kernel =>
  compiled(`
${product("forward", { m: n, n, k: n })}
${product("first", { m: n, n, k: n, bT: true })}
${product("second", { m: n, n, k: n, aT: true })}
const C = ${zeros(n * n)}, gA = ${zeros(n * n)}, gB = ${zeros(n * n)};
function weighed(T) { let sum = 0; for (let i = 0; i < ${n * n}; i++) sum += C[i] * T[i]; return sum; }
return { gradients: [gA, gB], run(A, B, T) {
  forward(A, B, C);
  first(T, B, gA);
  second(A, T, gB);
  return weighed(T);
} };`) as Kernel; // the text gives one
