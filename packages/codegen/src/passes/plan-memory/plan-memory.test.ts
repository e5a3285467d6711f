/** The arena: lifetimes recomputed another way, no overlap, reuse; donated inputs on real, shared arrays. */
import { evalSize, type Func, parseFunc, type SizeEnv } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { checkDonated } from "../testing/check-donated.js";
import { type Compiled, checkLevels, compileFunc } from "../testing/check-levels.js";
import { aliveAt, placesOf } from "../testing/liveness.js";
import { randomFunc } from "../testing/random-func.js";

function checkPlan(func: Func, sizes: SizeEnv): Compiled {
  const compiled = compileFunc(func);
  const bytes = evalSize(compiled.planned.memory.bytes, sizes);
  for (const alive of aliveAt(compiled.planned)) {
    const ranges = placesOf(compiled.planned, alive, sizes);
    for (const range of ranges) {
      const dtype = compiled.planned.program.buffers.find(({ name }) => name === range.name)?.dtype ?? "f64";
      expect(range.at % elementBytes[dtype]).toBe(0);
      expect(range.end).toBeLessThanOrEqual(bytes);
      const clash = ranges.find((other) => other !== range && other.at < range.end && range.at < other.end);
      expect(clash, `${range.name} overlaps ${clash?.name}`).toBeUndefined();
    }
  }
  return compiled;
}

const chain = (length: number, size: string): string =>
  `func f(w: f32[${size}, ${size}], v0: f32[${size}]) {\n${Array.from(
    { length },
    (_, k) => ` v${k + 1}: f32[${size}] = contract(w, v${k}) {left=[0, 1], right=[1], out=[0]}`,
  ).join("\n")}\n} -> (v${length})`;

describe("planMemory", () => {
  it("never lets live buffers overlap", () => {
    const choice = fc.tuple(fc.nat(9), fc.nat(30), fc.nat(60));
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 14 }), fc.nat(3), fc.nat(4), (choices, n, m) => {
        checkPlan(randomFunc(choices, 2), { n, m });
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it("reuses what is dead: a chain of any length needs two buffers", () => {
    expect(checkPlan(parseFunc(chain(7, "40")), {}).planned.memory.bytes).toBe(2 * 160);
    const { bytes } = checkPlan(parseFunc(chain(7, "n")), { n: 5 }).planned.memory;
    expect(evalSize(bytes, { n: 10 })).toBe(2 * 40);
  });

  it("keeps what crosses the iterations of a loop, and reuses what does not", () => {
    const text = `func f(w: f32[40, 40], h: f32[40], xs: f32[t, 40]) {
  hT: f32[40], ys: f32[t, 40] = scan(w, h, xs) {length=t, consts=1, carries=1, reverse=false} with func body(w: f32[40, 40], h: f32[40], x: f32[40]) {
    a: f32[40] = contract(w, h) {left=[0, 1], right=[1], out=[0]}
    b: f32[40] = contract(w, a) {left=[0, 1], right=[1], out=[0]}
    c: f32[40] = contract(w, b) {left=[0, 1], right=[1], out=[0]}
    d: f32[40] = add(c, x)
  } -> (d, a)
  s: f32[] = sum(hT) {axes=[0]}
} -> (s)`;
    const { planned } = checkPlan(parseFunc(text), { t: 2 });
    const { offsets } = planned.memory;
    expect([...offsets.keys()]).toEqual(expect.arrayContaining(["hT", "b", "s"]));
    expect(offsets.has("c")).toBe(false); // x is added to it where it is computed
    checkLevels(parseFunc(text), { t: 3 });
  });
});

describe("donated inputs", () => {
  it("are updated in place where each element needs only itself", () => {
    const { planned } = checkDonated(
      "func f(p: f32[500], g: f32[500], lr: f32[]) {\n r: f32[500] = broadcastTo(lr) {shape=[500], axes=[]}\n s: f32[500] = mul(g, r)\n q: f32[500] = sub(p, s)\n} -> (q)",
      "p",
      "q",
    );
    expect(planned.memory.bytes).toBe(0);
  });

  it.each([
    {
      name: "read elsewhere",
      text: "func f(p: f32[500]) {\n a: f32[499] = slice(p) {start=[1], shape=[499]}\n b: f32[500] = pad(a) {before=[0], after=[1], value=0}\n q: f32[500] = add(b, p)\n} -> (q)",
    },
    {
      name: "read by a product",
      text: "func f(p: f32[20, 20]) {\n q: f32[20, 20] = contract(p, p) {left=[0, 1], right=[1, 2], out=[0, 2]}\n} -> (q)",
    },
    {
      name: "reversed in order",
      text: "func f(p: f32[20, 20]) {\n q: f32[20, 20] = permute(p) {perm=[1, 0]}\n} -> (q)",
    },
    {
      name: "needed by a later kernel",
      text: "func f(p: f32[500]) {\n q: f32[500] = neg(p)\n s: f32[] = sum(q) {axes=[0]}\n t: f32[500] = broadcastTo(s) {shape=[500], axes=[]}\n u: f32[500] = mul(p, t)\n} -> (q, u)",
    },
    {
      name: "needed by a loop",
      text: "func f(p: f32[9], xs: f32[n, 9]) {\n q: f32[9] = scan(p, p, xs) {length=n, consts=1, carries=1, reverse=false} with func b(p: f32[9], h: f32[9], x: f32[9]) {\n  a: f32[9] = add(h, x)\n  c: f32[9] = mul(a, p)\n } -> (c)\n} -> (q)",
    },
  ])("are not overwritten while they are needed: $name", ({ text }) => {
    const { planned } = checkDonated(text, "p", "q", { n: 3 });
    expect(planned.program.buffers.some((buffer) => buffer.name === "qAside")).toBe(true);
  });

  it("are loaded before anything is stored in straight-line code", () => {
    checkDonated(
      "func f(p: f32[4]) {\n a: f32[3] = slice(p) {start=[1], shape=[3]}\n b: f32[4] = pad(a) {before=[0], after=[1], value=0}\n q: f32[4] = add(b, p)\n} -> (q)",
      "p",
      "q",
    );
  });
});
