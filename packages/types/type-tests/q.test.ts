import { test } from "vitest";
import * as ops from "./ops-shim.js";
import { instantiations } from "./harness.js";
const subject = { path: "/work/main/packages/types/type-tests/ops-shim.js", values: ops, shapeOf: String };
const mlp = (n: number) => { let s = `const x0 = f32(["batch", 64]);\n`; let d = 64; for (let i = 0; i < n; i++) { const o = 64 + i + 1; s += `const x${i + 1} = relu(add(matmul(x${i}, f32([${d}, ${o}])), f32([${o}])));\n`; d = o } return s + `export const y = x${n};\n` };
const rep = (n: number, f: (i: number) => string) => Array.from({ length: n }, (_, i) => f(i)).join("\n");
const per = (name: string, f: (i: number) => string) => { const c = instantiations(rep(100, f), subject) - instantiations(rep(50, f), subject); console.log(name, c / 50); };
test("q", () => {
  for (const k of ["sub", "add"])
  per(k, (i) => `declare const a${i}: Tensor<["batch", ${i+70}]>, c${i}: Tensor<[${i+70}]>; export const b${i} = ${k}(a${i}, c${i})`);
  per("same", (i) => `declare const a${i}: Tensor<["batch", ${i+70}]>; export const b${i} = add(a${i}, a${i})`);
  per("1", (i) => `declare const a${i}: Tensor<["batch", ${i+70}]>; export const b${i} = add(a${i}, 1)`);
  per("+matmul", (i) => `declare const a${i}: Tensor<["batch", ${i+70}]>, c${i}: Tensor<[${i+70}, ${i+71}]>; export const b${i} = matmul(a${i}, c${i})`);
  per("relu", (i) => `declare const a${i}: Tensor<["batch", ${i+70}]>; export const b${i} = relu(a${i})`);
  console.log(instantiations(mlp(100), subject), instantiations(mlp(200), subject));
}, 100000);
