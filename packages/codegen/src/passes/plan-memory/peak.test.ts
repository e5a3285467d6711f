/** How much memory a plan takes, beside the least there could be: the largest sum of what is alive at one moment. */
import {
  add,
  f32,
  f64,
  fn,
  logSumExp,
  lstmCell,
  matmul,
  mean,
  mul,
  relu,
  scan,
  softmax,
  square,
  sub,
  sum,
  tanh,
  transpose,
  valueAndGrad,
  zeros,
} from "@tapeless/types";
import {
  contentOf,
  divideSize,
  evalSize,
  type FnValue,
  productSize,
  type SizeEnv,
  showSize,
  substituteFunc,
  traceFn,
} from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { compileFunction } from "../../pipeline/compile-function.js";
import { compilable, tensorChain, transformer } from "../../pipeline/testing/large-models.js";
import { largestLiveSum } from "../testing/liveness.js";
import type { PlannedProgram } from "./types.js";

/** Of the function with names, or with these sizes instead of them. */
const planOf = (f: FnValue, sizes: SizeEnv = {}): PlannedProgram =>
  compileFunction(substituteFunc(traceFn(f, "f").func, sizes)).planned;

const network = compilable(
  valueAndGrad(
    fn(
      {
        x: f32(["batch", 96]),
        y: f32(["batch", 10]),
        a: f32([96, 64]),
        b: f32([64]),
        c: f32([64, 32]),
        d: f32([32, 10]),
      },
      ({ x, y, a, b, c, d }) => {
        const h = tanh(add(matmul(x, a), b));
        return mean(square(sub(softmax(matmul(relu(matmul(h, c)), d)), y)));
      },
    ),
    ["a", "b", "c", "d"],
  ),
);

const recurrent = compilable(
  valueAndGrad(
    fn({ wx: f32([64, 16]), wh: f32([64, 16]), xs: f32(["steps", 8, 16]) }, ({ wx, wh, xs }) => {
      const start = { h: zeros([8, 16]), c: zeros([8, 16]) };
      const [last, hs] = scan(
        ({ h, c }, x) => {
          const next = lstmCell(x, { h, c }, { wx, wh });
          return [next, next.h];
        },
        start,
        xs,
      );
      return add(mean(square(last.h)), mean(tanh(hs)));
    }),
    ["wx", "wh"],
  ),
);

const vectors = compilable(
  valueAndGrad(
    fn({ x: f32(["n"]), y: f32(["n"]), m: f32(["n", "n"]) }, ({ x, y, m }) => {
      const u = tanh(matmul(m, x));
      const v = tanh(matmul(transpose(m), mul(u, y)));
      return sum(mul(softmax(matmul(m, v)), u));
    }),
    ["x", "y"],
  ),
);

describe("sizes that are known", () => {
  test.each([
    ["a network", network, { batch: 32 }],
    ["a loop with saved values", recurrent, { steps: 20 }],
    ["vectors of an odd size", vectors, { n: 1001 }],
  ])("%s: within 1.2 of the largest live sum", (_, f, sizes) => {
    const planned = planOf(f, sizes);
    const live = largestLiveSum(planned, {});
    expect(live).toBeGreaterThan(1000);
    expect(evalSize(planned.memory.bytes, {})).toBeLessThanOrEqual(1.2 * live);
  });
});

describe("sizes with names", () => {
  test.each([
    ["a network", network, "batch"],
    ["a loop with saved values", recurrent, "steps"],
    ["vectors", vectors, "n"],
    ["blocks of a transformer", transformer({ blocks: 2, width: 16, heads: 2, tokens: 16 }), "batch"],
    ["a chain", tensorChain(40), "n"],
  ])("%s: within 1.2 of the largest live sum", (_, f, name) => {
    const planned = planOf(f);
    for (const size of [33, 100, 1001]) {
      const sizes = { [name]: size };
      expect(evalSize(planned.memory.bytes, sizes)).toBeLessThanOrEqual(1.2 * largestLiveSum(planned, sizes));
    }
  });

  test("several names: what is measured by one product of names is within 1.2 of its own largest live sum", () => {
    const mixture = fn({ x: f64(["n", "d"]), means: f64(["k", "d"]), w: f64(["d", "d"]) }, ({ x, means, w }) => {
      const scores = matmul(matmul(x, w), transpose(matmul(means, w)));
      return sum(logSumExp(scores, 1));
    });
    const planned = planOf(compilable(valueAndGrad(mixture, ["means", "w"])));
    const unitOf = new Map(
      planned.program.buffers.map(({ name, shape }) => {
        const size = productSize(shape);
        return [name, showSize(divideSize(size, contentOf(size)) ?? 1)] as const;
      }),
    );
    const units = new Set([...planned.memory.offsets.keys()].map((name) => unitOf.get(name)));
    expect(units.size).toBeGreaterThan(2);
    const sizes = { n: 1000, d: 30, k: 200 };
    const least = [...units].map((unit) => largestLiveSum(planned, sizes, (name) => unitOf.get(name) === unit));
    expect(evalSize(planned.memory.bytes, sizes)).toBeLessThanOrEqual(
      1.2 * least.reduce((total, each) => total + each, 0),
    );
  });
});
