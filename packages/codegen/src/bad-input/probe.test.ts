import { test } from "vitest";
import { realProject } from "./testing/real-project.js";

const imports =
  'import * as tl from "tapeless";\nimport { add, argmax, broadcastTo, concat, crossEntropy, f32, f64, fn, gather, grad, i32, matmul, max, mean, mul, relu, reshape, scan, sum, valueAndGrad, vmap, jvp, vjp, type Tensor, type Shape } from "tapeless";\n';
const models: Record<string, string> = {
  none: "export const params = { w: f32([3]) };",
  throws:
    'export const f = fn({ x: f32([3]) }, ({ x }) => {\n  if (x) throw new RangeError("too few layers");\n  return sum(x);\n});',
  throwsPlain: "throw { a: 1 };\nexport {};",
  loose:
    "const n: number = 783;\nexport const f = fn({ x: f32([2, 784]), w: f32([n, 10]) }, ({ x, w }) => {\n  const h = matmul(x, w);\n  return sum(h);\n});",
  cast: "export const f = fn({ x: f32([2, 3]), y: f32([4]) }, ({ x, y }) => sum(add(x, y as unknown as Tensor<[3]>)));",
  looseCall:
    "const inner = fn({ x: f32([2, 3]) }, ({ x }) => sum(x));\nconst n: number = 4;\nexport const f = fn({ x: f32([2, n]) }, (input) =>\n  inner(input));",
  nonScalar: "const f = fn({ x: f32([3]) }, ({ x }) => relu(x)) as any;\nexport const g = grad(f);",
  integer: "const f = fn({ x: f32([3]), k: i32([3]) }, ({ x }) => sum(x));\nexport const g =\n  grad(f, 'k' as never);",
  finished:
    "let kept: any;\nconst f = fn({ x: f32([3]) }, ({ x }) => { kept = relu(x); return sum(x); });\nexport const g = fn({ y: f32([3]) }, ({ y }) =>\n  sum(mul(y, kept)));\nexport { f };",
  finishedResult:
    "let kept: any;\nconst f = fn({ x: f32([3]) }, ({ x }) => { kept = relu(x); return sum(x); });\nexport const g = fn({ y: f32([3]) }, () => kept);\nexport { f };",
  outside: "const x = f32([3]);\nconst y = relu(x as never);\nexport const f = fn({ x }, ({ x }) => sum(x));",
  declaration: "const w = f32([3]);\nexport const f = fn({ x: f32([3]) }, ({ x }) => sum(mul(x, w)));",
  capture:
    "const keep: { f?: any } = {};\nexport const outer = fn({ x: f32([3]) }, ({ x }) => {\n  keep.f = fn({ y: f32([3]) }, ({ y }) => sum(mul(x, y)));\n  return keep.f({ y: x });\n});\nexport const leaked = keep.f;",
  emptyMax: "export const f = fn({ x: f32([3, 0]) }, ({ x }) => max(x, 1));",
  emptyMaxLoose: "const n: number = 0;\nexport const f = fn({ x: f32([3, n]) }, ({ x }) => sum(max(x, 1)));",
  vmapbad: "const f = fn({ x: f32([3]) }, ({ x }) => sum(x)) ;\nexport const g = vmap(f, 4, { x: 5 } as never);",
  nonfn: "export const g = grad((() => 3) as never);",
  noTensor: "export const f = fn({ x: 3 as never }, ({ x }) => x);",
  returns: "export const f = fn({ x: f32([3]) }, ({ x }) => ({ a: x, b: 3 }) as never);",
  returnsNothing: "export const f = fn({ x: f32([3]) }, (({ x }: any) => { sum(x); }) as never);",
  donate: "export const f = fn({ x: f32([3]) }, ({ x }) => relu(x), { donate: ['y' as never] });",
  negative: "const n: number = -1;\nexport const f = fn({ x: f32([n]) }, ({ x }) => relu(x));",
  noSizes: "export const f = fn({ x: f32([]), lr: f32([]) }, ({ x, lr }) => broadcastTo(x, ['n'] as never));",
  dtype: "export const f = fn({ x: f32([3]), y: f64([3]) }, ({ x, y }) => add(x as never, y as never));",
  gradMax: "const f = fn({ x: f32([3]) }, ({ x }) => sum(tl.oneHot(argmax(x), 3)));\nexport const g = grad(f);",
  typeOnly: "export const f = fn({ x: f32([3]) }, ({ x }) => { const unused: string = 3; return sum(x); });",
  deflt: "export default fn({ x: f32([3]) }, ({ x }) => sum(x));",
  jvpNo: "const f = fn({ x: f32([3]), k: i32([3]) }, ({ k }) => mean(k as never));\nexport const g = grad(f, 'x');",
  arrayOperand: "export const f = fn({ x: f32([3]) }, ({ x }) => add(x, [1, 2, 3] as never));",
  promise: "export const f = fn({ x: f32([3]) }, (async ({ x }: any) => sum(x)) as never);",
  noInput: "export const f = fn({}, () => 3 as never);",
  noName:
    "export const f = fn({ 'a-b': f32([3]), 'class': f32([]), __proto__x: f32([2]), input: f32([2]), out: f32([2]) }, (i) => sum(i['a-b']));",
  emptyName: "export const f = fn({ x: f32(['a b']) }, ({ x }) => sum(x));",
  gradArgmaxOk:
    "const f = fn({ x: f32([3]) }, ({ x }) => sum(tl.where(tl.greater(x, 0), x, 0)));\nexport const g = grad(f); export const h = grad(fn({x: f32([3])}, ({x}) => sum(g({x}))));",
  step: "const f = fn({ x: f32([3]) }, ({ x }) => {\n  const hot = tl.greater(x, 0);\n  return sum(tl.where(hot, 1, 0));\n});\nexport const g = grad(f);",
  dimName: 'export const f = fn({ x: f32(["größe"]) }, ({ x }) => sum(x));',
  scanName:
    'export const f = fn({ x: f32([3]) }, ({ x }) => scan((c) => [add(c, c), null], x, null, { length: "n" })[0]);',
  area: 'export const f = fn({ x: f32(["n", "m"]) }, ({ x }) => sum(x));',
  ctor: 'export const f = fn({ x: f32(["constructor"]), y: f32(["toString", 2]), z: f32(["constructor"]) }, ({ x, y, z }) => mul(sum(y), sum(mul(x, z))));\n const i = fn({ q: f32(["input"]), r: f32(["Math"]) }, ({ q, r }) => mul(sum(q), sum(r)));\n export const g = fn({a: f32(["toString"]), b: f32(["out"])}, ({a, b}) => i({ q: a, r: b }));',
};
test("probe", async () => {
  const only = process.env.ONLY?.split(",");
  for (const [name, text] of Object.entries(models)) {
    if (only && !only.includes(name)) continue;
    const p = realProject({ "a.model.ts": imports + text });
    const r = await p.cli("build");
    console.log(`--- ${name}\n${r.code} ${r.out}\n${r.err}\n${p.files().join(" ")}`);
    p.remove();
  }
}, 60000);
