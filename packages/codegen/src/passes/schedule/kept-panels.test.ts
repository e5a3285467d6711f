/** Right factors that no step of a loop changes are packed before it: which, where, and that it changes no value. */
import { f64, fn, fori, greater, matmul, reshape, sin, slice, sub, tanh, whileLoop } from "@tapeless/types";
import { evalSize, parseFunc } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { innerSteps, type Step } from "../../ir/kernel/nodes.js";
import { type LoopProgram, loopLanguage, type ProgramStep } from "../../ir/loop/index.js";
import { programOf } from "../../op-tests/testing/programs-of-users.js";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { runOnArrays } from "../testing/check-donated.js";
import { checkLevels, compileFunc } from "../testing/check-levels.js";

const product = (left: string, right: string): string =>
  `contract(${left}, ${right}) {left=[0, 1], right=[1, 2], out=[0, 2]}`;

/** h ← tanh(h · w), for each x with h ← h + x before. */
const recurrent = ({
  rows = "8",
  width = 20,
  steps = "3",
} = {}): string => `func f(w: f64[${width}, ${width}], h: f64[${rows}, ${width}], xs: f64[${steps}, ${rows}, ${width}]) {
  hT: f64[${rows}, ${width}] = scan(w, h, xs) {length=${steps}, consts=1, carries=1, reverse=false} with func body(w: f64[${width}, ${width}], h: f64[${rows}, ${width}], x: f64[${rows}, ${width}]) {
    a: f64[${rows}, ${width}] = add(h, x)
    p: f64[${rows}, ${width}] = ${product("a", "w")}
    b: f64[${rows}, ${width}] = tanh(p)
  } -> (b)
} -> (hT)`;

/** Panels that a function writes, and what it calls does. */
function packedBy(name: string, { functions }: LoopProgram): readonly string[] {
  const nodes = functions.find((fn) => fn.name === name)?.body.flatMap((stmt) => loopLanguage.walk(stmt)) ?? [];
  const all = nodes.flatMap((node) => {
    if (node.kind === "CallFunction") return packedBy(node.function, { functions } as LoopProgram);
    return node.kind === "Store" && /^(column|kept)Panel/.test(node.buffer) ? [node.buffer] : [];
  });
  return [...new Set(all)].sort();
}

/** How deep in loops each column panel is packed. */
function packing(loops: LoopProgram): readonly string[] {
  const look = (steps: readonly ProgramStep[], depth: number): readonly string[] =>
    steps.flatMap((step) => {
      if (step.kind === "CallFunction") return packedBy(step.function, loops).map((panel) => `${depth} ${panel}`);
      if (step.kind === "RepeatSteps") return look(step.body, depth + 1);
      return step.kind === "WhileSteps" ? look([...step.test, ...step.body], depth + 1) : [];
    });
  return look(loops.steps, 0);
}

const kept = (depth: number): readonly string[] => ["", "1", "2"].map((k) => `${depth} keptPanel${k}`);
const each = (depth: number): readonly string[] => ["", "1", "2"].map((k) => `${depth} columnPanel${k}`);

const packingOf = (text: string): readonly string[] => packing(checkLevels(parseFunc(text)).loops);

describe("packed before a loop", () => {
  it("what the loop captures", { timeout: 60_000 }, () => {
    expect(packingOf(recurrent())).toEqual(kept(0));
    const { kernels, planned } = checkLevels(parseFunc(recurrent()));
    const all = (steps: readonly Step[]): readonly Step[] => steps.flatMap((step) => [step, ...all(innerSteps(step))]);
    const schedules = all(kernels.steps).flatMap(({ kind, ...rest }) =>
      kind === "Kernel" && "name" in rest ? [planned.schedules.get(rest.name)] : [],
    );
    expect(schedules.filter((each) => each?.form === "tile").map((each) => each?.why)).toEqual([
      expect.stringContaining("packed before the loop"),
    ]);
  });

  it("what an inner loop captures, before the outer one; what that changes, before the inner one", {
    timeout: 60_000,
  }, () => {
    const nested = (
      walked: string,
      captured: string,
      change: string,
    ) => `func f(w: f64[20, 20], h: f64[8, 20], v: f64[20, 20]) {
  hT: f64[8, 20], vT: f64[20, 20] = scan(w, h, v) {length=2, consts=1, carries=2, reverse=false} with func outer(w: f64[20, 20], h: f64[8, 20], v: f64[20, 20]) {
    k: f64[8, 20] = scan(${walked}, h) {length=3, consts=1, carries=1, reverse=false} with func inner(m: f64[20, 20], h: f64[8, 20]) {
      p: f64[8, 20] = ${product("h", "m")}
      b: f64[8, 20] = sin(p)
    } -> (b)
    u: f64[20, 20] = ${change}(${captured})
  } -> (k, u)
} -> (hT, vT)`;
    expect(packingOf(nested("w", "v", "cos"))).toEqual(kept(0));
    expect(packingOf(nested("v", "v", "cos"))).toEqual(kept(1));
  });

  it("two operands of a loop, one behind the other in the panels; one that two products read, once", {
    timeout: 60_000,
  }, () => {
    const text = (other: string) => `func f(w: f64[20, 20], v: f64[20, 20], h: f64[8, 20]) {
  hT: f64[8, 20] = scan(w, v, h) {length=3, consts=2, carries=1, reverse=false} with func body(w: f64[20, 20], v: f64[20, 20], h: f64[8, 20]) {
    p: f64[8, 20] = ${product("h", "w")}
    b: f64[8, 20] = tanh(p)
    q: f64[8, 20] = ${product("b", other)}
    c: f64[8, 20] = sin(q)
  } -> (c)
} -> (hT)`;
    expect(packingOf(text("v"))).toEqual([...kept(0), ...kept(0)]);
    expect(packingOf(text("w"))).toEqual(kept(0));
  });

  it("a matrix and its transpose, each for itself", { timeout: 60_000 }, () => {
    const text = `func f(w: f64[20, 20], h: f64[8, 20]) {
  hT: f64[8, 20] = scan(w, h) {length=3, consts=1, carries=1, reverse=false} with func body(w: f64[20, 20], h: f64[8, 20]) {
    p: f64[8, 20] = ${product("h", "w")}
    b: f64[8, 20] = tanh(p)
    q: f64[8, 20] = contract(b, w) {left=[0, 1], right=[2, 1], out=[0, 2]}
    c: f64[8, 20] = sin(q)
  } -> (c)
} -> (hT)`;
    expect(packingOf(text)).toEqual([...kept(0), ...kept(0)]);
  });

  it("two matrices of one buffer, each for itself", { timeout: 60_000 }, () => {
    const model = fn({ ws: f64([2, 20, 20]), h: f64([8, 20]) }, ({ ws, h }) =>
      fori(
        0,
        3,
        (_, h) => {
          const [first, second] = [reshape(slice(ws, 0, 0, 1), [20, 20]), reshape(slice(ws, 0, 1, 2), [20, 20])];
          return tanh(matmul(sin(matmul(h, first)), second));
        },
        h,
      ),
    );
    expect(packing(checkLevels(tensorPasses.run(programOf(model))).loops)).toEqual([...kept(0), ...kept(0)]);
  });

  it("the operands of two loops in the same panels, by each of them", { timeout: 60_000 }, () => {
    const text = `func f(w: f64[20, 20], h: f64[8, 20]) {
  g: f64[8, 20] = scan(w, h) {length=3, consts=1, carries=1, reverse=false} with func one(w: f64[20, 20], h: f64[8, 20]) {
    p: f64[8, 20] = ${product("h", "w")}
    b: f64[8, 20] = tanh(p)
  } -> (b)
  k: f64[8, 20] = scan(w, g) {length=3, consts=1, carries=1, reverse=false} with func two(w: f64[20, 20], h: f64[8, 20]) {
    p: f64[8, 20] = contract(h, w) {left=[0, 1], right=[2, 1], out=[0, 2]}
    b: f64[8, 20] = tanh(p)
  } -> (b)
} -> (k)`;
    expect(packingOf(text)).toEqual([...kept(0), ...kept(0)]);
  });
});

describe("packed before a loop with a test", () => {
  const until = (least: number) =>
    fn({ w: f64([20, 20]), h: f64([8, 20]), s: f64([]) }, ({ w, h, s }) => {
      const last = whileLoop(
        ({ s }) => greater(s, least),
        ({ s, h }) => ({ s: sub(s, 1), h: tanh(matmul(h, w)) }),
        { s, h },
      );
      return last.h;
    });

  it.each([
    ["some", -2.5],
    ["no", 1],
  ])("which takes %s steps", { timeout: 60_000 }, (_, least) => {
    const func = tensorPasses.run(programOf(until(least))); // s is drawn from -1 to 1
    expect(packing(checkLevels(func).loops)).toEqual(kept(0));
  });
});

describe("packed by every step", () => {
  it("a carry, which each step changes where it is", { timeout: 60_000 }, () => {
    const text = `func f(w: f64[20, 20], h: f64[8, 20]) {
  wT: f64[20, 20], hT: f64[8, 20] = scan(w, h) {length=3, consts=0, carries=2, reverse=false} with func body(w: f64[20, 20], h: f64[8, 20]) {
    p: f64[8, 20] = ${product("h", "w")}
    b: f64[8, 20] = tanh(p)
    v: f64[20, 20] = mul(w, 0.5:f64)
  } -> (v, b)
} -> (wT, hT)`;
    expect(packingOf(text)).toEqual(each(1));
    const { outputs } = runOnArrays(text); // agrees with the evaluator
    expect(Object.keys(outputs)).toHaveLength(2);
  });

  it("a slice that the loop goes along with", { timeout: 60_000 }, () => {
    const text = `func f(h: f64[8, 20], ws: f64[3, 20, 20]) {
  hT: f64[8, 20] = scan(h, ws) {length=3, consts=0, carries=1, reverse=false} with func body(h: f64[8, 20], w: f64[20, 20]) {
    p: f64[8, 20] = ${product("h", "w")}
    b: f64[8, 20] = tanh(p)
  } -> (b)
} -> (hT)`;
    expect(packingOf(text)).toEqual(each(1));
  });

  it("what is large, and what many rows are multiplied with", { timeout: 60_000 }, () => {
    const packedIn = (text: string): readonly string[] => packing(compileFunc(parseFunc(text)).loops);
    expect(packedIn(recurrent({ rows: "32" }))).toEqual(kept(0));
    expect(packedIn(recurrent({ rows: "33" }))).toEqual(each(1));
    expect(packedIn(recurrent({ width: 220 }))).toEqual(kept(0)); // 74 groups of columns, 220 terms each
    expect(packedIn(recurrent({ width: 221 }))).toEqual(each(1)); // 75 of 221
  });
});

describe("what it means", () => {
  it.each([0, 1, 4])("is the same in loops of %i steps, with rows of any number", { timeout: 60_000 }, (steps) => {
    const func = parseFunc(recurrent({ rows: "n", steps: "t" }));
    for (const n of [1, 2, 9, 65]) expect(packing(checkLevels(func, { t: steps, n }).loops)).toEqual(kept(0));
  });

  it("takes nothing of the arena: panels are the module's", { timeout: 60_000 }, () => {
    const bytes = (text: string): number => evalSize(checkLevels(parseFunc(text)).planned.memory.bytes, {});
    const each = (rows: string): number => bytes(recurrent({ rows }));
    expect(each("33") - each("32")).toBe(each("32") - each("31"));
  });
});

describe("names", () => {
  it.each(["keptPanel", "keptPanel1", "keptPanel2"])(
    "a model may have a value called %s",
    { timeout: 60_000 },
    (name) => {
      const result = `  ${name}: f64[8, 20] = cos(h)\n} -> (hT, ${name})`;
      const { loops } = checkLevels(parseFunc(recurrent().replace("} -> (hT)", result))); // names of arrays are unique, it holds
      expect(packing(loops)).toEqual(expect.arrayContaining([...kept(0)]));
    },
  );
});
