/** checkpoint: the same values and derivatives, and temporaries that the backward pass computes again instead of keeping. */
import {
  checkpoint,
  f64,
  fn,
  grad,
  greater,
  log,
  matmul,
  mul,
  reshape,
  scan,
  sin,
  slice,
  sum,
  tanh,
  valueAndGrad,
  vmap,
  where,
} from "@tapeless/types";
import {
  type Eqn,
  evalFunc,
  type Func,
  isFn,
  parseFunc,
  printFunc,
  scanAttrs,
  traceFn,
  verifyFunc,
} from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { randomFrom } from "../op-tests/testing/random.js";
import { expectSame } from "../op-tests/testing/tensors.js";
import { checkWhole, drawArgs } from "../op-tests/testing/whole-programs.js";
import { type Compiled, compileFunction } from "../pipeline/compile-function.js";
import { explainFunction } from "../pipeline/explain.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";

type Wrap = typeof checkpoint;
const plain = ((f: unknown) => f) as Wrap; // gives back what it is given

const size = 12;
const input = { x: f64([4, size]), w: f64([3, size, size]) };
const layer = fn({ h: f64([4, size]), w: f64([size, size]) }, ({ h, w }) => {
  const a = sin(matmul(h, w));
  const b = tanh(mul(a, matmul(a, w)));
  return mul(sin(matmul(b, w)), b);
});

/** Three layers, one after the other. */
const layers = (wrap: Wrap, around: Wrap = plain) =>
  fn(input, (given) => {
    const one = wrap(layer);
    const all = around(
      fn(input, ({ x, w }) => {
        const weight = (k: number) => reshape(slice(w, 0, k, k + 1), [size, size]);
        return [0, 1, 2].reduce((h, k) => one({ h, w: weight(k) }), x);
      }),
    );
    const last = all(given);
    return sum(mul(last, last));
  });

/** The same layers as a loop over the weights. */
const loop = (wrap: Wrap) =>
  fn(input, ({ x, w }) => {
    const one = wrap(layer);
    const [last] = scan((h, each) => [one({ h, w: each }), null] as const, x, w);
    return sum(mul(last, last));
  });

/** Five examples at once, of which the weights are shared. */
const mapped = (wrap: Wrap) =>
  fn({ x: f64([5, 4, size]), w: input.w }, (given) => sum(vmap(layers(wrap), 5, { w: null })(given)));

const gradientOf = (f: ReturnType<typeof layers>) => valueAndGrad(f, "w");

/** A second derivative in one direction: the gradient of a product with a gradient. */
const twice = (wrap: Wrap) =>
  fn(input, ({ x, w }) => {
    const slope = grad(layers(wrap), "x");
    return sum(mul(slope({ x, w }), slope({ x, w })));
  });

// ---- what the compiler makes of it

const compiled = (f: unknown): Compiled => compileFunction(programOf(f));
const arenaOf = ({ planned }: Compiled): number => Number(planned.memory.bytes);

const eqnsOf = (func: Func): readonly Eqn[] => func.eqns.flatMap((eqn) => [eqn, ...eqn.funcs.flatMap(eqnsOf)]);
const countOf = ({ tensor }: Compiled, op: string): number => eqnsOf(tensor).filter((eqn) => eqn.op === op).length;

/** Arena bytes with checkpoints, as a part of those without. */
const share = (program: (wrap: Wrap) => unknown, wrap: Wrap = checkpoint): number =>
  arenaOf(compiled(program(wrap))) / arenaOf(compiled(program(plain)));

describe("memory", () => {
  test.each([
    ["layers", (wrap: Wrap) => gradientOf(layers(wrap)), 0.7],
    ["a loop", (wrap: Wrap) => valueAndGrad(loop(wrap), "w"), 0.7],
    ["under vmap", (wrap: Wrap) => valueAndGrad(mapped(wrap), "w"), 0.7],
    ["in a checkpoint", (wrap: Wrap) => gradientOf(layers(wrap, wrap)), 0.7],
    ["in a second derivative", (wrap: Wrap) => grad(twice(wrap), "w"), 0.85],
  ] as const)("%s: the temporaries shrink", (_title, program, most) => {
    expect(share(program)).toBeLessThan(most);
  });

  test("the forward work is done again, and only where it is asked for", () => {
    const [kept, again] = [plain, checkpoint].map((wrap) => compiled(gradientOf(layers(wrap)))) as [Compiled, Compiled];
    expect(countOf(kept, "tanh")).toBe(3);
    expect(countOf(again, "tanh")).toBe(6);
    // In a checkpoint: forwards, the inputs of the second and third layer again, and each layer again.
    expect(countOf(compiled(gradientOf(layers(checkpoint, checkpoint))), "tanh")).toBe(8);
    expect(countOf(compiled(layers(checkpoint)), "tanh")).toBe(3);
    expect(countOf(compiled(layers(checkpoint)), "scan")).toBe(0);
  });

  test("a loop stacks its carry alone", () => {
    const stacked = (wrap: Wrap): number => {
      const forward = eqnsOf(compiled(grad(loop(wrap), "w")).tensor).find(({ op }) => op === "scan");
      return forward === undefined ? 0 : forward.outs.slice(scanAttrs(forward.attrs).carries).length;
    };
    expect(stacked(checkpoint)).toBe(1);
    expect(stacked(plain)).toBeGreaterThan(3);
  });

  test("what is computed again shows in the program", () => {
    const text = printFunc(compiled(gradientOf(layers(checkpoint))).tensor, { spans: false });
    expect(text.match(/recompute=true/g)).toHaveLength(3);
    expect(explainFunction("f", compiled(gradientOf(layers(plain)))).opsAgain).toBe(0);
    expect(explainFunction("f", compiled(gradientOf(layers(checkpoint)))).opsAgain).toBeGreaterThan(20);
  });
});

// ---- the same numbers

describe("nothing changes but the memory", () => {
  test.each([
    ["layers", (wrap: Wrap) => gradientOf(layers(wrap))],
    ["a loop", (wrap: Wrap) => valueAndGrad(loop(wrap), ["x", "w"])],
    ["in a checkpoint", (wrap: Wrap) => gradientOf(layers(wrap, wrap))],
  ] as const)("%s", (title, program) => {
    const [kept, again] = [plain, checkpoint].map((wrap) => programOf(program(wrap))) as [Func, Func];
    const args = drawArgs(kept, 3);
    expectSame(evalFunc(again, args), evalFunc(kept, args), 1e-13, title);
  });
});

/** Rows of a size known at run time, in a loop. */
const named = (wrap: Wrap) =>
  fn({ x: f64(["n", size]), w: f64([3, size, size]) }, ({ x, w }) => {
    const one = wrap(fn({ h: f64(["m", size]), w: f64([size, size]) }, (given) => sin(matmul(tanh(given.h), given.w))));
    const [last] = scan(
      (h, each) => [one({ h, w: each }), null] as const,
      one({ h: x, w: reshape(slice(w, 0, 0, 1), [size, size]) }),
      w,
    );
    return sum(mul(last, last));
  });

interface Result {
  readonly value: number;
  readonly grad: Readonly<Record<string, Float64Array>>;
}

describe("generated code gives the same with checkpoints", async () => {
  const random = randomFrom(7);
  const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => random() - 0.5);
  const given = { x: numbers(4 * size), w: numbers(3 * size * size) };
  const both = ["x", "w"] as const;
  const families: Readonly<Record<string, (wrap: Wrap) => unknown>> = {
    layers: (wrap) => valueAndGrad(layers(wrap), both),
    loop: (wrap) => valueAndGrad(loop(wrap), both),
    named: (wrap) => valueAndGrad(named(wrap), both),
  };
  const functions = Object.entries(families).flatMap(([name, family]) => [
    [`${name}Kept`, family(plain)] as const,
    [`${name}Again`, family(checkpoint)] as const,
  ]);
  const module = await importText(moduleText(Object.fromEntries(functions)));
  test.each(Object.keys(families))("%s", (name) => {
    const call = module as Readonly<Record<string, (input: typeof given) => Result>>; // each name is there
    const [kept, again] = [call[`${name}Kept`]?.(given), call[`${name}Again`]?.(given)] as [Result, Result];
    expect(Number.isFinite(kept.value)).toBe(true);
    expect(again.value).toBeCloseTo(kept.value, 11);
    for (const input of both) {
      expect(again.grad[input]?.length).toBe(given[input].length);
      again.grad[input]?.forEach((each, k) => expect(each).toBeCloseTo(kept.grad[input]?.[k] ?? Number.NaN, 11));
    }
  });
});

const small = fn({ x: f64([2]), w: f64([2, 2]) }, ({ x, w }) => tanh(matmul(w, sin(mul(x, x)))));

const programs: Readonly<Record<string, unknown>> = {
  "a model": fn(small.input, (given) => sum(mul(checkpoint(small)(given), checkpoint(small)(given)))),
  "one that captures": fn(small.input, ({ x, w }) => {
    const inner = checkpoint(fn({ z: f64([2]) }, ({ z }) => sin(matmul(w, mul(z, x)))));
    return sum(mul(inner({ z: x }), inner({ z: sin(x) })));
  }),
  "of a loop": fn(small.input, (given) => {
    const steps = checkpoint(
      fn(small.input, ({ x, w }) => {
        const [last] = scan((h) => [small({ x: h, w }), null] as const, x, null, { length: 3 });
        return sum(last);
      }),
    );
    return steps(given);
  }),
  "in a loop, in a checkpoint": fn(small.input, (given) => {
    const one = checkpoint(small);
    const steps = checkpoint(
      fn(small.input, ({ x, w }) => {
        const [last] = scan((h) => [one({ x: h, w }), null] as const, x, null, { length: 2 });
        return sum(last);
      }),
    );
    return steps(given);
  }),
  "of a gradient": fn(small.input, (given) => {
    const slope = checkpoint(
      grad(
        fn(small.input, (inner) => sum(small(inner))),
        ["x", "w"],
      ),
    );
    const { x, w } = slope(given);
    return sum(mul(x, matmul(w, x)));
  }),
};

describe("checked by differences, in both modes and twice", () => {
  test.each(Object.entries(programs))("%s", (title, program) => {
    checkWhole(program, title);
  });
});

test("strong zeros hold in what is computed again: an untaken branch contributes nothing", () => {
  const guarded = checkpoint(
    fn({ x: f64([2]) }, ({ x }) => mul(where(greater(x, 0), log(x), 0), where(greater(x, 0), 1, x))),
  );
  const slope = grad(fn({ x: f64([2]) }, ({ x }) => sum(guarded({ x }))));
  expect(resultsOf(slope, [[0, 2]])).toEqual([[0, 0.5]]);
});

// ---- the equation itself

test("as an equation it prints, parses, verifies and evaluates", () => {
  const f = programs["of a loop"];
  if (!isFn(f)) throw new Error("no function");
  const { func } = traceFn(f, "f");
  const text = printFunc(verifyFunc(func));
  expect(text).toContain("checkpoint(");
  expect(printFunc(verifyFunc(parseFunc(text)))).toBe(text);
  const args = drawArgs(func, 4);
  expectSame(evalFunc(func, args), evalFunc(programOf(f), args), 0, "evaluated");
});

test("verify refuses one whose function takes something else", () => {
  const text =
    "func f(x: f64[2]) {\n  y: f64[3] = checkpoint(x) {recompute=false} with func g(z: f64[3]) {\n  } -> (z)\n} -> (y)";
  expect(() => verifyFunc(parseFunc(text))).toThrow("parameter 0 of function 0 is f64[3], its operand f64[2]");
});
