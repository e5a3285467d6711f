/** What a loop with a test keeps and what becomes of it: one loop each way, rows for what changes, room that is bounded. */
import {
  add,
  exp,
  f64,
  fn,
  grad,
  greater,
  less,
  matmul,
  mul,
  sin,
  sum,
  type Tensor,
  tanh,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { type Eqn, type Func, isFn, scanAttrs, traceFn, whileAttrs } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { countKernels } from "../ir/kernel/index.js";
import { countLoops } from "../ir/loop/index.js";
import { programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { cse } from "../passes/cse.js";
import { dce } from "../passes/dce.js";
import { simplify } from "../passes/simplify.js";
import { compileFunction } from "../pipeline/compile-function.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import { everyLevel } from "./testing/all-levels.js";

type Vector = Tensor<[8], "f64">;

/** A recurrent net that runs `steps` steps; `w · w` is the same in each of them. */
const recurrent = (steps: number, options: { readonly maxSteps?: number } = {}) =>
  fn({ w: f64([8, 8]), h: f64([8]) }, ({ w, h }) => {
    const last = whileLoop(
      ({ k }) => less(k, steps),
      ({ k, h }) => ({ k: add(k, 1), h: tanh(matmul(h, exp(mul(0.01, matmul(w, w))))) as Vector }),
      { k: zeros([], "i32"), h },
      options,
    );
    return sum(last.h);
  });

const simplified = (f: unknown): Func => dce(cse(simplify(programOf(f))));
const of = (func: Func, op: string): readonly Eqn[] => func.eqns.filter((eqn) => eqn.op === op);
const compiled = (f: unknown) => {
  if (!isFn(f)) throw new Error("a function is expected");
  return compileFunction(traceFn(f, "f").func);
};

describe("the gradient", () => {
  const func = simplified(grad(recurrent(1000), ["w", "h"]));
  const [known] = of(func, "while") as [Eqn]; // counted by the first test
  const [backward] = of(func, "scan") as [Eqn];

  test("is one loop forwards, and one backwards over the rows that it stacks", () => {
    expect([of(func, "while").length, of(func, "scan").length]).toEqual([1, 1]);
    expect(scanAttrs(backward.attrs)).toMatchObject({ reverse: true, length: known.attrs.trips });
  });

  test("keeps of each step what changes: two vectors, and nothing of the weights", () => {
    const { carries } = whileAttrs(known.attrs);
    const rows = known.outs.slice(carries).map(({ shape }) => shape.slice(1));
    expect(rows.every((row) => row.length === 1 && row[0] === 8)).toBe(true);
    expect(rows.length).toBeLessThanOrEqual(2);
  });

  test("computes once what does not change", () => {
    const { consts } = scanAttrs(backward.attrs);
    expect(backward.inputs.slice(0, consts).map(({ shape }) => shape)).toContainEqual([8, 8]);
    expect(of(func, "exp")).toHaveLength(1);
  });

  test("has one buffer for the cotangent of the weights, and no row of that size", () => {
    const { planned } = compiled(grad(recurrent(1000), ["w", "h"]));
    const stacks = planned.program.buffers.filter(({ space }) => space === "heap");
    expect(stacks.length).toBeLessThanOrEqual(2);
    expect(stacks.every(({ shape }) => shape.length === 2 && shape[1] === 8)).toBe(true);
  });
});

test("a loop of a thousand steps is a loop, and its code is that of one of ten", () => {
  const [ten, thousand] = [10, 1000].map((steps) => compiled(grad(recurrent(steps), ["w", "h"])));
  expect(countKernels(thousand?.planned.program as never)).toEqual(countKernels(ten?.planned.program as never)); // both are there
  expect(countKernels(thousand?.planned.program as never)).toMatchObject({ whiles: 1, repeats: 1 });
  expect(countLoops(thousand?.loop as never)).toEqual(countLoops(ten?.loop as never));
});

test("what is stacked anyway is not stacked twice, in second derivatives", () => {
  const gradient = grad(recurrent(5), "h");
  const squared = fn({ w: f64([8, 8]), h: f64([8]) }, ({ w, h }) => {
    const slope = gradient({ w, h });
    return sum(mul(slope, slope));
  });
  const loops = programOf(grad(squared, ["w", "h"])).eqns.filter(({ op }) => op === "while" || op === "scan");
  expect(loops.length).toBeGreaterThan(2);
  for (const { op, attrs, funcs } of loops) {
    const { carries } = op === "while" ? whileAttrs(attrs) : scanAttrs(attrs);
    const rows = (funcs.at(-1)?.outs ?? []).slice(carries).filter((out) => out.kind === "Var");
    expect(rows).toHaveLength(new Set(rows).size);
  }
});

test("a loop of which only the number of steps matters keeps nothing", () => {
  const halves = fn({ x: f64([8]) }, ({ x }) => {
    const { h } = whileLoop(
      ({ k }) => less(k, 5),
      ({ k, h }) => ({ k: add(k, 1), h: mul(h, 0.5) as Vector }),
      { k: zeros([], "i32"), h: x },
    );
    return sum(h);
  });
  const func = simplified(grad(halves));
  expect(of(func, "while")[0]?.outs).toHaveLength(1);
  expect(compiled(grad(halves)).planned.program.buffers.some(({ space }) => space === "heap")).toBe(false);
});

test("what a loop in a loop keeps is made again, never kept for each of the outer steps", () => {
  const nested = fn(
    { x: f64([]) },
    ({ x }) =>
      whileLoop(
        ({ k }) => less(k, 3),
        ({ k, h }) => ({
          k: add(k, 1),
          h: mul(
            whileLoop(
              (y) => greater(y, 1.5),
              (y) => mul(0.5, add(y, sin(y))),
              add(h, 10),
            ),
            h,
          ),
        }),
        { k: zeros([], "i32"), h: x },
      ).h,
  );
  const func = simplified(grad(nested));
  const [outer] = of(func, "while");
  const [backward] = of(func, "scan");
  expect(outer?.outs.every(({ shape }) => shape.length <= 1)).toBe(true);
  expect(outer?.funcs[1]?.eqns.find(({ op }) => op === "while")?.attrs.trips).toBeUndefined();
  expect(backward?.funcs[0]?.eqns.map(({ op }) => op)).toEqual(expect.arrayContaining(["while", "scan"]));
});

describe("maxSteps", () => {
  const bounded = recurrent(12, { maxSteps: 20 });
  const data = [Array.from({ length: 64 }, (_, k) => Math.sin(k)), Array.from({ length: 8 }, (_, k) => Math.cos(k))];

  test("changes no result", async () => {
    const [with20, without] = [bounded, recurrent(12)].map((f) => grad(f, ["w", "h"]));
    const { results } = await everyLevel(with20, data);
    expect(results).toEqual((await everyLevel(without, data)).results);
  });

  test("gives the rows a place in the arena, of so many rows", () => {
    const { planned } = compiled(grad(bounded, ["w", "h"]));
    expect(planned.program.buffers.filter(({ space }) => space === "heap")).toEqual([]);
    const rows = planned.program.buffers.flatMap(({ capacity }) => capacity ?? []);
    expect(new Set(rows)).toEqual(new Set([20 * 8]));
  });

  const halving = fn({ x: f64([]) }, ({ x }) =>
    whileLoop(
      (y) => greater(y, 1),
      (y) => mul(y, 0.5),
      x,
      { maxSteps: 3 },
    ),
  );

  test("one step more is an error that names the function and the bound", async () => {
    const module = await importText(moduleText({ halving, slope: grad(halving) }));
    expect(module.halving?.({ x: 8 })).toBe(1);
    expect(module.slope?.({ x: 8 })).toBe(0.125);
    expect(() => module.halving?.({ x: 8.5 })).toThrow(new RangeError("halving: a loop goes on after its maxSteps, 3"));
    expect(() => module.slope?.({ x: 9 })).toThrow("slope: a loop goes on after its maxSteps, 3");
    expect(module.slope?.({ x: 8 })).toBe(0.125);
    expect(() => resultsOf(halving, [[8.5]])).toThrow("while: more than 3 steps");
  });

  test("may be a dimension", async () => {
    const f = fn({ x: f64(["n"]) }, ({ x }) =>
      whileLoop(
        (y) => greater(y, 1),
        (y) => mul(y, 0.5),
        sum(x),
        { maxSteps: "n" },
      ),
    );
    const module = await importText(moduleText({ f, slope: grad(f) }));
    expect(module.f?.({ x: Float64Array.of(2, 1) })).toBe(0.75);
    expect(module.slope?.({ x: Float64Array.of(2, 2) })).toEqual(Float64Array.of(0.25, 0.25));
    expect(() => module.f?.({ x: Float64Array.of(9, 9) })).toThrow("f: a loop goes on after its maxSteps, 2");
  });
});

describe("memory that grows", () => {
  const f = fn({ x: f64([]), limit: f64([]) }, ({ x, limit }) =>
    whileLoop(
      (y) => less(y, limit),
      (y) => add(y, mul(0.001, sin(y))),
      x,
    ),
  );

  test("is doubled when it is full, kept for the next call, and let go of by release", async () => {
    const text = moduleText({ slope: grad(f, "x") });
    expect(text).toContain("grown(");
    const module = await importText(text);
    const slope = (limit: number): number => module.slope?.({ x: 1, limit }) as unknown as number;
    const expected = (limit: number): number => {
      let [y, d] = [1, 1];
      for (; y < limit; y += 0.001 * Math.sin(y)) d *= 1 + 0.001 * Math.cos(y);
      return d;
    };
    const first = slope(2.5);
    expect(first).toBeCloseTo(expected(2.5), 10);
    expect(slope(1.1)).toBeCloseTo(expected(1.1), 12);
    (module.release as unknown as () => void)();
    expect(slope(2.5)).toBe(first);
  });
});
