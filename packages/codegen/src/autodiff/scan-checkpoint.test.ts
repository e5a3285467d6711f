/** Loops with checkpoints: the numbers of the plain loop, with the memory of √n steps and twice the work. */
import { f64, fn, grad, hvp, jvp, matmul, mul, scan, sin, sum, type Tensor, tree, valueAndGrad } from "@tapeless/types";
import {
  type Eqn,
  evalFunc,
  type Func,
  isFloat,
  isFn,
  parseFunc,
  printFunc,
  scanAttrs,
  traceFn,
  verifyFunc,
} from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { checkMapped, mappings } from "../op-tests/testing/batching.js";
import { checkDuality, checkGradient, checkLinearity, checkTangent } from "../op-tests/testing/first-order.js";
import { reverseOf, type Subject } from "../op-tests/testing/programs.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { checkSecondOrder } from "../op-tests/testing/second-order.js";
import { expectSame } from "../op-tests/testing/tensors.js";
import { drawArgs } from "../op-tests/testing/whole-programs.js";
import { type Compiled, compileFunction } from "../pipeline/compile-function.js";
import { everyLevel } from "./testing/all-levels.js";
import { checkpointed, type Every, loops, mappedLoop } from "./testing/loops-with-checkpoints.js";

/** A function without its types: of named tensors, whose result is a number. */
type Loose = ReturnType<typeof fn<{ x: Tensor<[], "f64"> }, Tensor<[], "f64">>>;

/** As it was traced: a program that is expanded has no checkpoints any more. */
const traced = (f: unknown): Func => verifyFunc(traceFn(f as never, "f").func); // all of them are functions

function subjectOf(f: unknown, title: string): Subject {
  const func = traced(f);
  const wrt = func.params.flatMap((param, k) => (isFloat(param) ? [k] : []));
  return { title, func, wrt, args: drawArgs(func, 5) };
}

const inputsOf = (f: unknown): readonly string[] => traced(f).params.map(({ name }) => name);
const gradientOf = (f: unknown): unknown => valueAndGrad(f as Loose, inputsOf(f) as never); // of each input

/** The gradient of the squared gradient. */
function twice(f: unknown): unknown {
  const gradient = grad(f as Loose, inputsOf(f) as never) as unknown as (input: unknown) => never;
  const squared = fn((f as Loose).input, (input) =>
    tree
      .leaves<"f64">(gradient(input))
      .map((leaf) => sum(mul(leaf, leaf)))
      .reduce((a, b) => mul(a, b) as never),
  );
  return grad(squared, inputsOf(f) as never);
}

const families = Object.entries({ ...loops, "a loop under vmap": mappedLoop });

describe("checked by differences, in both modes and twice", () => {
  test.each(Object.entries(loops))("%s", (title, loop) => {
    const subject = subjectOf(loop(5, 2), title);
    for (const check of [checkGradient, checkTangent, checkDuality, checkLinearity, checkSecondOrder]) check(subject);
  });
});

describe("vmap", () => {
  test.each(Object.entries(loops))("of the gradient of %s", (title, loop) => {
    const subject = subjectOf(loop(5, 2), title);
    const gradient = reverseOf(subject);
    const args = drawArgs(gradient, 3);
    for (const mapped of mappings(gradient.params.length).slice(0, 4)) {
      const twoOf = args.map((x, k) =>
        mapped[k] ? { ...x, shape: [2, ...x.shape], value: twiceOver(x.value, 0.5), bound: twiceOver(x.bound, 1) } : x,
      );
      checkMapped(gradient, twoOf, mapped, title);
    }
  });
});

const twiceOver = (a: Float64Array, factor: number): Float64Array =>
  Float64Array.from([...a, ...a.map((each) => each * factor)]);

/** Programs with and without checkpoints give the same. */
function expectEqual(of: (f: unknown) => unknown, loop: (n: number, every: Every) => unknown, n: number, every: Every) {
  const [plain, cut] = [programOf(of(loop(n, undefined))), programOf(of(loop(n, every)))];
  const args = drawArgs(plain, 3);
  expectSame(evalFunc(cut, args), evalFunc(plain, args), 1e-12, `${n} steps, a checkpoint every ${every}`);
}

describe("the numbers of the plain loop", () => {
  const counts = [0, 1, 2, 3, 4, 5, 6, 9, 11, 12, 17, 40];
  test.each(families)("the gradient of %s", (_title, loop) => {
    for (const n of counts) expectEqual(gradientOf, loop, n, "sqrt");
    for (const every of [1, 3, 4, 8, 9]) expectEqual(gradientOf, loop, 8, every);
  });

  test.each(families)("second derivatives of %s", (_title, loop) => {
    for (const n of [0, 1, 3, 5]) expectEqual(twice, loop, n, "sqrt");
    expectEqual((f) => hvp(f as Loose, inputsOf(f) as never), loop, 7, "sqrt");
    expectEqual((f) => jvp(grad(f as Loose, inputsOf(f) as never) as never), loop, 7, 3);
  });
});

describe("every level and the generated code", () => {
  test.each(families)("of the gradient of %s", async (_title, loop) => {
    for (const n of [0, 1, 7, 9]) {
      const f = loop(n, "sqrt");
      await everyLevel(
        gradientOf(f),
        drawArgs(traced(f), 7).map(({ value }) => [...value]),
      );
    }
  });

  test("of a gradient of the gradient", async () => {
    const f = families[0]?.[1](7, "sqrt");
    const { results } = await everyLevel(
      twice(f),
      drawArgs(traced(f), 7).map(({ value }) => [...value]),
    );
    expect(results.flat().every(Number.isFinite)).toBe(true);
  });
});

// ---- memory and work

const compiled = (f: unknown): Compiled => compileFunction(programOf(f));
const arenaOf = (f: unknown): number => Number(compiled(f).planned.memory.bytes);

const size = 8;

/** A recurrent network along `n` inputs, of which the last state counts. */
const network = (n: number, every: Every, reverse = false) =>
  fn({ w: f64([size, size]), h: f64([size]), xs: f64([n, size]) }, ({ w, h, xs }) => {
    const [last] = scan(
      (state, x) => [sin(mul(sin(matmul(state, w)), x)), null] as const,
      h,
      xs,
      checkpointed(every, reverse),
    );
    return sum(mul(last, last));
  });

/** Without anything to go along. */
const solver = (n: number, every: Every) => loops["Runge and Kutta"]?.(n, every);

const programs: Readonly<Record<string, (n: number, every: Every) => unknown>> = {
  "a network": (n, every) => grad(network(n, every), ["w", "h"]),
  "a network backwards": (n, every) => grad(network(n, every, true), ["w", "h"]),
  "a network, in what it goes along too": (n, every) => grad(network(n, every), ["w", "xs"]),
  "a solver": (n, every) => gradientOf(solver(n, every)),
};

describe("memory", () => {
  test.each(Object.entries(programs))("of %s grows with √n, and that of the plain loop with n", (_title, program) => {
    const [plain, cut] = [undefined, "sqrt" as const].map((every) =>
      [1_000, 16_000].map((n) => arenaOf(program(n, every))),
    ) as [[number, number], [number, number]];
    expect(plain[1] / plain[0]).toBeGreaterThan(14);
    expect(cut[1] / cut[0]).toBeLessThan(4.2);
    expect(cut[0]).toBeLessThan(plain[0] / 6);
    expect(cut[1]).toBeLessThan(plain[1] / 24);
  });

  test("2√n carries, in bytes: those of the segments, and of one segment what its steps need", () => {
    const [n, vector] = [10_000, 8 * size];
    // A step keeps its carry, and of two sines the arguments' cosines and what the product takes: five vectors at most.
    expect(arenaOf(programs["a network"]?.(n, "sqrt"))).toBeLessThan((100 + 5 * 100 + 40) * vector);
  });

  test("second derivatives do not keep every step either", () => {
    const direction = (n: number, every: Every) => hvp(network(n, every) as never, "w" as never);
    expect(arenaOf(direction(4_000, "sqrt"))).toBeLessThan(arenaOf(direction(4_000, undefined)) / 6);
    const second = (n: number, every: Every) => twice(network(n, every));
    expect(arenaOf(second(4_000, "sqrt"))).toBeLessThan(arenaOf(second(4_000, undefined)) / 3);
  });
});

/** How often equations of an op run, each as often as the loops around it have steps. */
const timesOf = (func: Func, op: string): number =>
  func.eqns.reduce((sum, eqn) => {
    const times = eqn.op === "scan" ? Number(scanAttrs(eqn.attrs).length) : 1;
    const inner = eqn.funcs.reduce((all, body) => all + timesOf(body, op), 0);
    return sum + (eqn.op === op ? 1 : 0) + times * inner;
  }, 0);

/** Nothing but what the derivative needs stays of the sines: their number is that of the forward work. */
describe("work", () => {
  test.each([1_000, 1_024, 10_000])("of %i steps: forwards once, and once again backwards at most", (n) => {
    expect(timesOf(compiled(grad(network(n, undefined), "w")).tensor, "sin")).toBe(2 * n);
    const cut = timesOf(compiled(grad(network(n, "sqrt"), "w")).tensor, "sin");
    expect(cut).toBeLessThanOrEqual(2 * 2 * n);
    expect(cut).toBeGreaterThan(2 * n);
  });

  test("without a derivative it is one loop, as without checkpoints", () => {
    const [plain, cut] = [undefined, "sqrt" as const].map((every) => printFunc(compiled(network(50, every)).tensor));
    expect(cut).toBe(plain);
    const tangents = [undefined, "sqrt" as const].map((every) => printFunc(compiled(jvp(network(50, every))).tensor));
    expect(tangents[1]).toBe(tangents[0]);
  });

  test("loops, not copies: the code of a million steps is that of fifty", () => {
    const equations = (n: number): number => eqnsOf(compiled(grad(network(n, "sqrt"), "w")).tensor).length;
    expect(equations(1_000_001)).toBe(equations(51));
  });
});

const eqnsOf = (func: Func): readonly Eqn[] => func.eqns.flatMap((eqn) => [eqn, ...eqn.funcs.flatMap(eqnsOf)]);

// ---- the option

describe("the option in the program", () => {
  const f = network(9, "sqrt");

  test("prints, parses and evaluates as the loop without it", () => {
    const func = traced(f);
    const text = printFunc(func);
    expect(text).toContain('checkpoint="sqrt"');
    expect(printFunc(verifyFunc(parseFunc(text)))).toBe(text);
    const args = drawArgs(func, 4);
    expectSame(evalFunc(func, args), evalFunc(traced(network(9, undefined)), args), 0, "evaluated");
  });

  test("is gone when nothing is left to be differentiated, also deep inside", () => {
    for (const program of [f, grad(f, "w"), twice(f)])
      expect(printFunc(programOf(program))).not.toContain("checkpoint");
  });

  test("that makes no sense is refused by verify", () => {
    const text = printFunc(traced(network(9, 3)));
    expect(text).toContain("checkpoint=3");
    expect(() => verifyFunc(parseFunc(text.replace("checkpoint=3", "checkpoint=0")))).toThrow(
      "a checkpoint every 0 steps",
    );
    expect(isFn(f)).toBe(true);
  });
});
