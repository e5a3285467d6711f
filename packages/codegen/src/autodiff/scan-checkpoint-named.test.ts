/** Loops with checkpoints whose number of steps is known in the call: √n of it is found on entry, and 0 steps are steps too. */
import {
  add,
  cast,
  f64,
  fn,
  fori,
  grad,
  hvp,
  matmul,
  mul,
  scan,
  sin,
  sum,
  type Tensor,
  tanh,
  tree,
  valueAndGrad,
} from "@tapeless/types";
import { evalSize, isFn, type Size, traceFn } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { compileFunction } from "../pipeline/compile-function.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import { everyLevel } from "./testing/all-levels.js";
import { checkpointed, type Every, loops, mappedLoop } from "./testing/loops-with-checkpoints.js";

type Loose = ReturnType<typeof fn<{ x: Tensor<[], "f64"> }, Tensor<[], "f64">>>;

const inputsOf = (f: unknown): readonly string[] => {
  if (!isFn(f)) throw new Error("a function is expected");
  return traceFn(f, "f").func.params.map(({ name }) => name);
};
const gradientOf = (f: unknown): unknown => valueAndGrad(f as Loose, inputsOf(f) as never);

/** Numbers for the parameters, the same for all who ask. */
function dataOf(f: unknown, sizes: Readonly<Record<string, number>>): readonly (readonly number[])[] {
  if (!isFn(f)) throw new Error("a function is expected");
  return traceFn(f, "f").func.params.map(({ shape }, k) => {
    const count = shape.reduce<number>((product, size) => product * evalSize(size, sizes), 1);
    return Array.from({ length: count }, (_, i) => 0.9 * Math.sin(1.7 * i + k + 1));
  });
}

/** Loops over a named number of steps, which an input tells. */
const named = [
  ...Object.entries({ ...loops, "a loop under vmap": mappedLoop })
    .filter(([, loop]) => isToldBy(loop))
    .map(([title, loop]) => [title, (every: Every) => loop("n" as never, every)] as const),
  [
    "whole numbers from one name to another",
    (every: Every) =>
      fn({ x: f64([2]), w: f64([2]), ends: f64(["m"]), xs: f64(["n"]) }, ({ x, w, ends, xs }) =>
        add(
          sum(fori("m", "n", (i, c) => sin(add(mul(c, w), mul(x, cast(i, "f64")))), x, checkpointed(every))),
          mul(sum(ends), sum(xs)),
        ),
      ),
  ],
] as const;

/** Do the lengths of its inputs tell the number of steps? */
function isToldBy(loop: (n: number, every: Every) => unknown): boolean {
  const shapes = (n: number): string => {
    const f = loop(n, undefined);
    return isFn(f) ? JSON.stringify(traceFn(f, "f").func.params.map(({ shape }) => shape)) : "";
  };
  return shapes(4) !== shapes(5);
}

test("there are loops of all kinds", () => {
  expect(named.length).toBeGreaterThan(6);
});

function expectNear(got: readonly (readonly number[])[], want: readonly (readonly number[])[], title: string): void {
  expect(got.map((each) => each.length)).toEqual(want.map((each) => each.length));
  const [all, wanted] = [got.flat(), want.flat()];
  const far = all.filter((value, i) => {
    const other = wanted[i] ?? Number.NaN;
    return !(Math.abs(value - other) < 1e-12 * Math.max(1, Math.abs(other)));
  });
  expect(far, title).toEqual([]);
}

describe("every level and the generated code, as the plain loop", () => {
  test.each(named)("%s", async (title, loop) => {
    for (const [n, every] of [
      [0, "sqrt"],
      [7, "sqrt"],
      [8, 3],
    ] as const) {
      const sizes = { m: 0, n };
      const data = dataOf(loop(undefined), sizes);
      const got = await everyLevel(gradientOf(loop(every)), data, sizes);
      expectNear(got.results, resultsOf(gradientOf(loop(undefined)), data, sizes), `${title}, ${n} steps`);
    }
  });
});

// ---- one generated function for all sizes

const network = (every: Every) =>
  fn({ w: f64([3, 3]), h: f64([3]), xs: f64(["n", 3]) }, ({ w, h, xs }) => {
    const [last, ys] = scan(
      (state, x) => {
        const next = tanh(add(matmul(state, w), x));
        return [next, mul(next, state)] as const;
      },
      h,
      xs,
      checkpointed(every),
    );
    return add(sum(mul(last, last)), sum(sin(ys)));
  });

/** Runge and Kutta without an input that tells the number of steps: the caller says it. */
const solver = (every: Every) => loops["Runge and Kutta"]?.("n" as never, every);

/** A call with an axis whose length is a polynomial, walked from its end. */
const odd = (every: Every) => {
  const inner = fn({ h: f64([3]), xs: f64(["k", 3]) }, ({ h, xs }) => {
    const [last] = scan((state, x) => [sin(add(mul(2, state), x)), null] as const, h, xs, checkpointed(every, true));
    return sum(mul(last, last));
  });
  return fn({ h: f64([3]), xs: f64(["2*n+1", 3]) }, ({ h, xs }) => mul(inner({ h, xs }), inner({ h: mul(2, h), xs })));
};

const second = (every: Every) => {
  const gradient = grad(network(every), ["w", "xs"]) as unknown as (input: unknown) => never;
  const squared = fn(network(every).input, (input) =>
    tree
      .leaves<"f64">(gradient(input))
      .map((leaf) => sum(mul(leaf, leaf)))
      .reduce((a, b) => add(a, b) as never),
  );
  return grad(squared, ["w", "h", "xs"]);
};

type Call = (input: object) => unknown;

/** An input for a function of which `n` steps are asked. */
function inputOf(f: unknown, n: number): object {
  const data = dataOf(f, { m: 0, n });
  const shapes = isFn(f) ? traceFn(f, "f").func.params : [];
  return Object.fromEntries(
    shapes.map(({ name, shape }, k) => [name, shape.length === 0 ? data[k]?.[0] : Float64Array.from(data[k] ?? [])]),
  );
}

/** All numbers in a tree. */
const numbersOf = (value: unknown): readonly number[] =>
  typeof value === "number"
    ? [value]
    : ArrayBuffer.isView(value)
      ? [...(value as Float64Array)] // there are no others
      : Object.values(value as object).flatMap(numbersOf);

const sequence = (count: number, phase: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => 0.7 * Math.sin(1.3 * i + phase));

describe("one function for all sizes", async () => {
  const families: Readonly<Record<string, (every: Every) => unknown>> = {
    network: (every) => gradientOf(network(every)),
    solver: (every) => gradientOf(solver(every)),
    odd: (every) => gradientOf(odd(every)),
    second,
    ...Object.fromEntries(named.map(([, loop], k) => [`kind${k}`, (every: Every) => gradientOf(loop(every))])),
    product: (every) => hvp(network(every) as never as Loose, ["w", "h", "xs"] as never),
  };
  const functions = Object.entries(families).flatMap(([name, family]) => [
    [`${name}Plain`, family(undefined)] as const,
    [`${name}Sqrt`, family("sqrt")] as const,
    [`${name}Five`, family(5)] as const,
  ]);
  const module = (await importText(moduleText(Object.fromEntries(functions)))) as unknown as Readonly<
    Record<string, Call | undefined>
  >; // functions
  const inputFor = (name: string, n: number): object => {
    if (name.startsWith("kind")) return inputOf(named[Number(name.slice(4))]?.[1](undefined), n);
    const given = { w: sequence(9, 1), h: sequence(3, 2), xs: sequence(3 * (name === "odd" ? 2 * n + 1 : n), 3) };
    if (name === "solver") return { k: sequence(4, 1), y: sequence(2, 2), dt: 0.01, sizes: { n } };
    if (name === "odd") return { h: given.h, xs: given.xs };
    return name === "product" ? { input: given, tangent: { ...given, xs: sequence(3 * n, 5) } } : given;
  };

  test.each(Object.keys(families))("%s", (name) => {
    for (const n of [...Array.from({ length: 27 }, (_, k) => k), 36, 40, 1000, 3, 0]) {
      const [plain, sqrt, five] = ["Plain", "Sqrt", "Five"].map((kind) =>
        numbersOf(module[`${name}${kind}`]?.(inputFor(name, n))),
      ) as [readonly number[], readonly number[], readonly number[]];
      expect(plain.every(Number.isFinite)).toBe(true);
      const scale = Math.max(1, ...plain.map(Math.abs));
      for (const got of [sqrt, five]) {
        expect(got.length).toBe(plain.length);
        const far = got.filter((value, i) => !(Math.abs(value - (plain[i] ?? Number.NaN)) < 1e-11 * scale));
        expect(far, `${n} steps`).toEqual([]);
      }
    }
  });
});

test("fewer than no steps are refused in words", async () => {
  const f = named.find(([title]) => title.startsWith("whole numbers from"))?.[1]("sqrt");
  const { slope } = await importText(moduleText({ slope: gradientOf(f) }));
  const call = slope as unknown as Call | undefined; // it is there
  const input = { x: sequence(2, 1), w: sequence(2, 2), ends: sequence(3, 3), xs: sequence(2, 4) };
  expect(() => call?.(input)).toThrow("a loop takes 0 or more steps, but -m+n is -1");
});

// ---- memory

describe("memory", () => {
  const at = (size: Size, n: number): number => evalSize(size, { n });
  const last = (every: Every) =>
    fn({ w: f64([8, 8]), h: f64([8]), xs: f64(["n", 8]) }, ({ w, h, xs }) => {
      const [end] = scan((state, x) => [sin(mul(sin(matmul(state, w)), x)), null] as const, h, xs, checkpointed(every));
      return sum(mul(end, end));
    });
  const bytesOf = (f: unknown): Size => compileFunction(programOf(f)).planned.memory.bytes;

  test.each([
    ["a network", (every: Every) => grad(last(every), ["w", "h"])],
    ["a network, in what it goes along too,", (every: Every) => grad(last(every), ["w", "xs"])],
    ["a solver", (every: Every) => gradientOf(solver(every))],
    [
      "whole numbers",
      (every: Every) =>
        grad(
          fn({ x: f64([8]), xs: f64(["n"]) }, ({ x }) =>
            sum(fori(0, "n", (i, c) => sin(add(sin(mul(c, x)), cast(i, "f64"))), x, checkpointed(every))),
          ),
          "x",
        ),
    ],
  ] as const)("of %s grows with √n", (_title, program) => {
    const [plain, cut] = [bytesOf(program(undefined)), bytesOf(program("sqrt"))];
    expect(at(plain, 16_000) / at(plain, 1_000)).toBeGreaterThan(14);
    expect(at(cut, 16_384) / at(cut, 1_024)).toBeLessThan(4.2);
    expect(at(cut, 1_000)).toBeLessThan(at(plain, 1_000) / 5);
    expect(at(cut, 16_000)).toBeLessThan(at(plain, 16_000) / 20);
  });
});

test("the generated code finds the two sizes once, on entry", () => {
  const text = moduleText({ slope: grad(network("sqrt"), "w") });
  expect(text.match(/Math\.sqrt/g)).toHaveLength(1);
  expect(text).toContain("const steps = Math.max(1, Math.ceil(Math.sqrt(n)));");
  expect(text).toContain("const segments = Math.floor(n / steps);");
  expect(moduleText({ slope: grad(network(8), "w") })).toContain("const segments = Math.floor(n / 8);");
});
