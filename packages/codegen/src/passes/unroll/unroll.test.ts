/** Unrolling keeps every bit, and leaves tiny shapes without a loop or a temporary. */
import { scalarBuilder as s } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accumulate,
  bind,
  constant,
  countLoops,
  evalProgram,
  type LoopOutputs,
  type LoopProgram,
  load,
  local,
  loop,
  loopLanguage,
  programBuffer,
  ref,
  type Stmt,
  store,
  update,
  verifyProgram,
} from "../../ir/loop/index.js";
import { randomInputs, randomPrograms } from "../../ir/loop/testing/arbitrary.js";
import { at, inline, program } from "../../ir/loop/testing/program-parts.js";
import { quadraticForm, tiledMatmul } from "../../ir/loop/testing/programs.js";
import { batchRows, descend, recurrence } from "../../ir/loop/testing/programs-of-steps.js";
import { rules, unroll } from "./index.js";

/** All values; +0 for -0, which a sum may give. */
const valuesOf = ({ buffers, results }: LoopOutputs): unknown => [
  Object.fromEntries(Object.entries(buffers).map(([name, elements]) => [name, elements.map(({ value }) => value + 0)])),
  Object.fromEntries(Object.entries(results).map(([name, { value }]) => [name, value + 0])),
];

const texts = (before: LoopProgram): string => loopLanguage.print(unroll(before));

test("random programs keep every bit", () => {
  fc.assert(
    fc.property(randomPrograms, randomInputs, (random, inputs) => {
      const unrolled = verifyProgram(unroll(random));
      expect(loopLanguage.walk(unrolled).some((node) => node.kind === "For" && node.unroll === "full")).toBe(false);
      expect(valuesOf(evalProgram(unrolled, inputs))).toEqual(valuesOf(evalProgram(random, inputs)));
    }),
    { numRuns: 300 },
  );
});

test("a choice between branches that do nothing is dropped, one with an update is not", () => {
  const choice = (...body: readonly Stmt[]): Stmt => ({
    kind: "If",
    condition: s.less(load("x", 0, "f64"), 0),
    body,
    otherwise: [bind("b", load("x", 1, "f64"))],
  });
  const ifsOf = (...body: readonly Stmt[]): number => {
    const before = program("choices", {
      buffers: [programBuffer("x", "input", "f64", 2), programBuffer("y", "output", "f64", 1)],
      steps: [inline(local("acc", constant(1, "f64")), ...body, store("y", 0, ref("acc", "f64")))],
    });
    return loopLanguage.walk(verifyProgram(unroll(before))).filter((node) => node.kind === "If").length;
  };
  expect(ifsOf(choice(bind("a", load("x", 1, "f64"))))).toBe(0);
  expect(ifsOf(choice(update("acc", "sum", load("x", 1, "f64"))))).toBe(1);
});

test("x'Mx with its gradient is a straight line without a temporary", () => {
  const straight = verifyProgram(unroll(quadraticForm()));
  expect(countLoops(straight)).toMatchObject({ loops: 0, loads: 12, stores: 3, temporaries: 0 });
  expect(straight.arena).toBe(0);
  expect(straight.results).toEqual([{ kind: "Result", name: "loss", dtype: "f64", value: ref("value", "f64") }]);
  expect(loopLanguage.print(straight)).toContain(
    "let mx0: f64 = add(add(mul(m0:f64, x0:f64):f64, mul(m1:f64, x1:f64):f64):f64, mul(m2:f64, x2:f64):f64):f64",
  );
});

test("a product of 16×16 by 16 takes no time to unroll", () => {
  const n = 16;
  const product = program("product", {
    buffers: [
      programBuffer("m", "input", "f64", n * n),
      programBuffer("x", "input", "f64", n),
      programBuffer("y", "output", "f64", n),
    ],
    steps: [
      inline(
        loop(
          "i",
          n,
          [
            store("y", at("i"), constant(0, "f64")),
            loop(
              "j",
              n,
              [accumulate("y", at("i"), "sum", s.mul(load("m", at(`${n}*i+j`), "f64"), load("x", at("j"), "f64")))],
              "full",
            ),
          ],
          "full",
        ),
      ),
    ],
  });
  expect(countLoops(unroll(product))).toMatchObject({
    loops: 0,
    stores: n,
    loads: n * n + n,
    statements: n * n + 2 * n,
  });
});

test("loops of kernels are unrolled where they say so, and nothing else happens to them", () => {
  const before = tiledMatmul();
  const after = verifyProgram(unroll(before));
  expect(countLoops(before).loops - countLoops(after).loops).toBe(2);
  expect(countLoops(after).temporaries).toBe(2);
  for (const untouched of [batchRows(), recurrence(), descend()]) expect(unroll(untouched)).toEqual(untouched);
});

const small = (...body: readonly Stmt[]): LoopProgram =>
  program("f", {
    buffers: [
      programBuffer("x", "input", "f64", 4),
      programBuffer("k", "input", "i32", 2),
      programBuffer("y", "output", "f64", 4),
      programBuffer("t", "arena", "f64", 4, 0),
    ],
    arena: 32,
    steps: [inline(...body)],
  });
const x = (index: number) => load("x", index, "f64");
const zero = constant(0, "f64");

describe("straight-line code", () => {
  test("a store that is stored over is gone; the last one is at the end", () => {
    const stores = small(store("y", 0, x(0)), store("y", 1, x(1)), store("y", 0, load("y", 1, "f64")));
    expect(countLoops(unroll(stores))).toMatchObject({ stores: 2, loads: 1 });
    expect(texts(stores)).toMatch(/store y\[1\] = x1:f64\s+store y\[0\] = x1:f64/);
  });
  test("loads of inputs come before stores of outputs, for these may take over their memory", () => {
    const swap = texts(small(store("y", 0, x(1)), store("y", 1, x(0))));
    expect(swap.indexOf("x[0]")).toBeLessThan(swap.indexOf("store"));
  });
  test("an accumulator becomes a sum", () => {
    const sum = small(
      local("acc", zero),
      loop("i", 4, [update("acc", "sum", s.mul(load("x", at("i"), "f64"), 2))], "full"),
      store("y", 0, ref("acc", "f64")),
    );
    expect(countLoops(unroll(sum))).toMatchObject({ scalars: 4, stores: 1, loops: 0 });
    expect(texts(sum)).toContain(
      "store y[0] = add(add(add(mul(x0:f64, 2:f64):f64, mul(x1:f64, 2:f64):f64):f64, mul(x2:f64, 2:f64):f64):f64, mul(x3:f64, 2:f64):f64):f64",
    );
  });
  test("an element at a computed index keeps the array; a load on a branch stays there", () => {
    const picked = small(
      loop("i", 4, [store("t", at("i"), x(0))], "full"),
      bind("row", load("k", 0, "i32")),
      store("y", 0, load("t", at("row"), "f64")),
      store("y", 1, s.select(s.less(x(0), 0), x(7), x(1))),
    );
    expect(countLoops(unroll(picked))).toMatchObject({ temporaries: 1, stores: 6 });
    expect(texts(picked)).toContain("select(less(x0:f64, 0:f64):bool, x[7]:f64, x1:f64)");
  });
  test("a loop that stays keeps what it touches in memory", () => {
    const mixed = small(
      store("t", 0, zero),
      loop("i", 4, [accumulate("t", 0, "sum", load("x", at("i"), "f64"))]),
      store("y", 0, load("t", 0, "f64")),
    );
    expect(countLoops(verifyProgram(unroll(mixed)))).toMatchObject({ loops: 1, temporaries: 1 });
  });
  test("what is not used is gone, comments stay", () => {
    const unused = small(bind("dead", s.tanh(x(3))), {
      kind: "Block",
      comment: "y = x, model.ts:1",
      body: [store("y", 0, x(0))],
    });
    expect(countLoops(unroll(unused))).toMatchObject({ loads: 1, stores: 1 });
    expect(texts(unused)).toContain('block "y = x, model.ts:1"');
  });
});

test("each rule is exact", () => {
  expect(rules.filter(({ exact }) => !exact)).toEqual([]);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});
