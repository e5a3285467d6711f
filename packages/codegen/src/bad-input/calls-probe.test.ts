import { expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { realProject } from "./testing/real-project.js";
const model = `import { add, f32, fn, matmul, mul, sub, sum, mean, softmax, transpose } from "tapeless";
export const logits = fn({ w: f32([3, 2]), x: f32(["batch", 3]) }, ({ w, x }) => matmul(x, w));
export const swap = fn({ a: f32(["n"]), b: f32(["n"]) }, ({ a, b }) => ({ a: mul(b, 2), b: add(a, 1) }), { donate: ["a", "b"] });
export const momentum = fn({ p: f32([64, 64]), m: f32([64, 64]), x: f32([64, 64]) }, ({ p, m, x }) => {
  const g = matmul(x, p);
  const next = add(mul(0.9, m), g);
  return { p: sub(p, mul(0.1, next)), m: next };
}, { donate: ["p", "m"] });
export const mm = fn({ p: f32([64, 64]), m: f32([64, 64]) }, ({ p, m }) => ({ p: matmul(p, m), m: matmul(m, p) }), { donate: ["p", "m"] });
export const tr = fn({ p: f32([64, 64]) }, ({ p }) => ({ p: transpose(p) }), { donate: ["p"] });
export const sm = fn({ p: f32([64, 64]), q: f32([64, 64]) }, ({ p, q }) => ({ p: softmax(p), q: add(q, mean(p)) }), { donate: ["p", "q"] });
`;
test("probe", async () => {
  const p = realProject({ "a.model.ts": model });
  const r = await p.cli("build");
  console.log(r);
  const m = await importText(p.read("a.gen.ts")) as Record<string, (i: unknown, o?: unknown) => any>;
  const f = (n: number, s: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * s + s));
  try { m.logits!({ w: f(6, 1), x: f(13, 1) }); } catch (e) { console.log(String(e)); }
  for (const [name, n] of [["swap", 100], ["momentum", 4096], ["mm", 4096], ["tr", 4096], ["sm", 4096]] as const) {
    const keys = name === "swap" ? ["a", "b"] : name === "tr" ? ["p"] : name === "sm" ? ["p", "q"] : ["p", "m"];
    const make = (): any => ({ ...Object.fromEntries(keys.map((k, i) => [k, f(n, 0.1 + i)])), ...(name === "momentum" ? { x: f(n, 0.7) } : {}) });
    const want = m[name]!(make());
    const cases: Record<string, (i: any) => any> = {
      same: (i) => Object.fromEntries(keys.map((k) => [k, i[k]])),
      crossed: (i) => Object.fromEntries(keys.map((k, j) => [k, i[keys[keys.length - 1 - j]!]])),
      first: (i) => Object.fromEntries(keys.map((k, j) => [k, j === 0 ? i[k] : new Float32Array(n)])),
      second: (i) => Object.fromEntries(keys.map((k, j) => [k, j === 1 ? i[k] : new Float32Array(n)])),
      firstCrossed: (i) => Object.fromEntries(keys.map((k, j) => [k, j === 0 ? i[keys.at(-1)!] : new Float32Array(n)])),
      secondCrossed: (i) => Object.fromEntries(keys.map((k, j) => [k, j === 1 ? i[keys[0]!] : new Float32Array(n)])),
    };
    for (const [c, out] of Object.entries(cases)) {
      const input = make();
      let ok: string;
      try { const got = m[name]!(input, out(input)); ok = keys.every((k) => got[k].every((v: number, i: number) => Object.is(v, want[k][i]))) ? "ok" : "WRONG"; } catch (e) { ok = String(e); }
      console.log(name, c, ok);
    }
  }
  p.remove();
}, 60000);
