/** LoopIR's five words: print and parse are inverse, verify names what is wrong, eval is right, counts count. */
import { addSize, scalarBuilder as s } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bind,
  bufferParam,
  constant,
  countLoops,
  evalProgram,
  LoopBug,
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
} from "./index.js";
import { randomInputs, randomPrograms } from "./testing/arbitrary.js";
import { at, buffer, call, choice, func, inline, program, size } from "./testing/program-parts.js";
import { fourAccumulators, quadraticForm, tiledMatmul } from "./testing/programs.js";
import { batchRows, descend, recurrence } from "./testing/programs-of-steps.js";

const samples = [quadraticForm(), fourAccumulators(), tiledMatmul(), batchRows(), recurrence(), descend()];

describe("text", () => {
  test.each(samples.map((each) => [each.name, each] as const))("parse undoes print: %s", (_, sample) => {
    expect(loopLanguage.parse("Program", loopLanguage.print(sample))).toEqual(sample);
  });
  test("parse undoes print on random programs", () => {
    fc.assert(
      fc.property(randomPrograms, (random) => {
        expect(loopLanguage.parse("Program", loopLanguage.print(random))).toEqual(random);
      }),
    );
  });
});

const x = load("x", 0, "f64");

/** y[0] = x[0], x[1], … by a selector. */
const chosen = (selector: Parameters<typeof choice>[0], count: number): LoopProgram => ({
  ...withBody(),
  steps: [
    choice(
      selector,
      ...Array.from({ length: count }, (_, k) => [
        inline(...[0, 1, 2, 3].map((i) => store("y", i, load("x", k, "f64")))),
      ]),
    ),
  ],
});
const withBody = (...body: readonly Stmt[]): LoopProgram =>
  program("f", {
    sizes: ["n"],
    buffers: [
      programBuffer("x", "input", "f64", 4),
      programBuffer("y", "output", "f64", 4),
      programBuffer("k", "input", "i32", 4),
    ],
    steps: [inline(...body)],
  });

describe("verify", () => {
  test("random and hand-written programs pass", () => {
    for (const sample of samples) verifyProgram(sample);
    fc.assert(fc.property(randomPrograms, (random) => void verifyProgram(random)));
  });
  test.each<readonly [string, LoopProgram]>([
    ["'a' to be a scalar defined before", withBody(store("y", 0, ref("a", "f64")))],
    ["the name 'a' to be unique", withBody(bind("a", x), bind("a", x))],
    ["the name 'i' of an index to be defined before", withBody(store("y", at("i"), x))],
    ["the name 'i' of an index to be defined before", withBody(loop("i", 2, []), store("y", at("i"), x))],
    ["the input 'x' never to be written", withBody(store("x", 0, x))],
    ["'w' to be a buffer", withBody(store("w", 0, x))],
    ["a f64 value for 'y', not i32", withBody(store("y", 0, load("k", 0, "i32")))],
    ["a load of 'k' to be i32, not f64", withBody(store("y", 0, load("k", 0, "f64")))],
    ["exactly one flat index", withBody(store("y", 0, { kind: "Load", buffer: "x", index: [0, 0], dtype: "f64" }))],
    ["'a' to be a local defined before", withBody(bind("a", x), update("a", "sum", x))],
    [
      "the operands of add to have one dtype",
      withBody(store("y", 0, { kind: "Call", fn: "add", args: [x, load("k", 0, "i32")], dtype: "f64" })),
    ],
    [
      "the condition of select to be bool",
      withBody(store("y", 0, { kind: "Call", fn: "select", args: [x, x, x], dtype: "f64" })),
    ],
    ["the scalar 'a' in an index to be i32", withBody(bind("a", x), store("y", at("a"), x))],
    [
      "the result of less to be bool",
      withBody(store("y", 0, { kind: "Call", fn: "less", args: [x, x], dtype: "f64" })),
    ],
    ["a bool condition", withBody({ kind: "If", condition: x, body: [], otherwise: [] })],
    [
      "'a' to be a scalar defined before",
      withBody(
        { kind: "If", condition: s.less(x, 0), body: [bind("a", x)], otherwise: [] },
        store("y", 0, ref("a", "f64")),
      ),
    ],
    ["a selector that fits the branches", chosen(load("x", 0, "f64"), 2)],
    ["a selector that fits the branches", chosen(s.less(x, 0), 3)],
    ["a selector that fits the branches", chosen(load("k", 0, "i32"), 0)],
    ["the function 'g' to be defined before", { ...withBody(), steps: [call("g")] }],
    [
      "1 arguments for 'g', not 0",
      { ...withBody(), functions: [func("g", "", [{ kind: "SizeParam", name: "m" }], [])], steps: [call("g")] },
    ],
    [
      "to go where it is only read",
      {
        ...withBody(),
        functions: [func("g", "", [bufferParam("o", "output", "f64", 4)], [])],
        steps: [call("g", buffer("x"))],
      },
    ],
    [
      "no offset into 'x'",
      {
        ...withBody(),
        functions: [func("g", "", [bufferParam("o", "input", "f64", 4)], [])],
        steps: [call("g", buffer("x", 1))],
      },
    ],
    [
      "a size where parameter 'm' asks for one",
      {
        ...withBody(),
        functions: [func("g", "", [bufferParam("m", "input", "f64", 4)], [])],
        steps: [call("g", size("n"))],
      },
    ],
    ["a whole number of its elements", { ...withBody(), buffers: [programBuffer("t", "arena", "f64", 1, 4)] }],
    ["a multiple of 8 bytes", { ...withBody(), arena: 12 }],
  ])("expects %s", (words, broken) => {
    expect(() => verifyProgram(broken)).toThrow(LoopBug);
    expect(() => verifyProgram(broken)).toThrow(words);
  });
  test("the message has the function and the statement", () => {
    const broken = {
      ...withBody(),
      functions: [
        func("kernel", "", [bufferParam("o", "output", "f64", 4)], [store("o", at("j"), constant(1, "f64"))]),
      ],
    };
    expect(() => verifyProgram(broken)).toThrow(
      "kernel: expected the name 'j' of an index to be defined before, in\nstore o[j] = 1:f64",
    );
  });
});

describe("eval", () => {
  test.each([
    [-1, 5],
    [0, 5],
    [1, 6],
    [2, 7],
    [9, 7],
  ])("an index of %i chooses among three", (k, want) => {
    const sample = verifyProgram(chosen(load("k", 0, "i32"), 3));
    expect(loopLanguage.parse("Program", loopLanguage.print(sample))).toEqual(sample);
    expect(countLoops(sample)).toMatchObject({ chooses: 1, stores: 12 });
    const { buffers } = evalProgram(sample, { sizes: { n: 1 }, buffers: { x: [5, 6, 7, 8], k: [k, 0, 0, 0] } });
    expect(buffers.y?.map(({ value }) => value)).toEqual([want, want, want, want]);
  });
  test.each([
    [5, 1, 5],
    [7, 0, 8],
    [Number.NaN, 0, 8],
  ])("if %d is less than 6", (value, first, second) => {
    const sample = withBody(
      store("y", 0, constant(0, "f64")),
      store("y", 1, constant(8, "f64")),
      {
        kind: "If",
        condition: s.less(x, 6),
        body: [bind("a", x), store("y", 0, constant(1, "f64")), store("y", 1, ref("a", "f64"))],
        otherwise: [],
      },
      loop("i", 2, [store("y", addSize(at("i"), 2), constant(0, "f64"))]),
    );
    expect(loopLanguage.parse("Program", loopLanguage.print(verifyProgram(sample)))).toEqual(sample);
    const { buffers } = evalProgram(sample, { sizes: { n: 1 }, buffers: { x: [value, 6, 7, 8], k: [0, 0, 0, 0] } });
    expect(buffers.y?.map((each) => each.value)).toEqual([first, second, 0, 0]);
  });
  test("a bool that holds takes the second branch", () => {
    const { buffers } = evalProgram(verifyProgram(chosen(s.less(x, 6), 2)), {
      sizes: { n: 1 },
      buffers: { x: [5, 6, 7, 8], k: [0, 0, 0, 0] },
    });
    expect(buffers.y?.map(({ value }) => value)).toEqual([6, 6, 6, 6]);
  });
  test("x'Mx and its gradient", () => {
    const { buffers, results } = evalProgram(quadraticForm(), {
      buffers: { x: [1, 2, 3], m: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    });
    expect(results.loss?.value).toBe(228);
    expect(buffers.g?.map(({ value }) => value)).toEqual([14 + 30, 32 + 36, 50 + 42]);
  });
  test("a tiled product is the product", () => {
    const a = Float32Array.from({ length: 20 }, (_, i) => i % 7);
    const b = Float32Array.from({ length: 30 }, (_, i) => (i * 5) % 11);
    const expected = Array.from({ length: 24 }, (_, at) =>
      Array.from({ length: 5 }, (_, k) => (a[Math.floor(at / 6) * 5 + k] ?? 0) * (b[k * 6 + (at % 6)] ?? 0)).reduce(
        (p, q) => p + q,
      ),
    );
    expect(evalProgram(tiledMatmul(), { buffers: { a, b } }).buffers.c?.map(({ value }) => value)).toEqual(expected);
  });
  test("the bound covers what f32 storage rounds", () => {
    fc.assert(
      fc.property(randomPrograms, randomInputs, (random, inputs) => {
        const exact = evalProgram(random, inputs);
        const rounded = evalProgram(random, inputs, "rounded");
        exact.buffers.o?.forEach(({ value, bound }, i) => {
          const other = rounded.buffers.o?.[i]?.value ?? Number.NaN;
          if (Number.isFinite(bound) && smooth(random)) expect(Math.abs(value - other)).toBeLessThanOrEqual(bound);
        });
      }),
    );
  });
  test("an element read before it is written is a bug", () => {
    const early = {
      ...withBody(store("y", 0, load("t", 0, "f64"))),
      buffers: [...withBody().buffers, programBuffer("t", "arena", "f64", 1, 0)],
      arena: 8,
    };
    expect(() => evalProgram(early, { sizes: { n: 1 }, buffers: { x: [1], k: [0, 0, 0, 0] } })).toThrow(
      "an element that was written",
    );
  });
  test("arena buffers on the same bytes overwrite each other", () => {
    const shared = program("f", {
      buffers: [
        programBuffer("a", "arena", "f32", 2, 0),
        programBuffer("b", "arena", "f64", 1, 0),
        programBuffer("y", "output", "f32", 1),
      ],
      arena: 8,
      steps: [
        inline(
          store("a", 1, constant(1, "f32")),
          store("b", 0, constant(1, "f64")),
          store("y", 0, load("a", 1, "f32")),
        ),
      ],
    });
    expect(() => evalProgram(verifyProgram(shared), { buffers: {} })).toThrow(LoopBug);
  });
  test("an index out of bounds is a bug, but not on a branch that is not taken", () => {
    const beyond = load("x", 9, "f64");
    expect(() =>
      evalProgram(withBody(store("y", 0, beyond)), { sizes: { n: 1 }, buffers: { x: [1, 2, 3, 4], k: [] } }),
    ).toThrow("an index into 4 elements");
    const guarded = withBody(loop("i", 4, [store("y", at("i"), s.select(s.less(x, 0), beyond, x))]));
    expect(evalProgram(guarded, { sizes: { n: 1 }, buffers: { x: [1, 2, 3, 4], k: [] } }).buffers.y?.[0]?.value).toBe(
      1,
    );
  });
});

/** No comparison, select or truncation, across which an error may jump. */
const smooth = (node: LoopProgram): boolean =>
  !loopLanguage
    .walk(node)
    .some(
      (each) =>
        each.kind === "Call" &&
        ["select", "less", "equal", "greaterEqual", "notEqual", "toI32", "rem", "not", "and", "or"].includes(each.fn),
    );

test("counts", () => {
  const counted = withBody(
    local("acc", x),
    loop("i", 4, [update("acc", "sum", load("x", at("i"), "f64"))]),
    store("y", 0, ref("acc", "f64")),
  );
  expect(countLoops(counted)).toEqual({
    chooses: 0,
    loops: 1,
    loads: 2,
    stores: 1,
    temporaries: 0,
    scalars: 1,
    calls: 0,
    statements: 4,
  });
});
