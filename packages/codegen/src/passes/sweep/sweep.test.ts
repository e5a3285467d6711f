/** Sweeps: which kernels go along together, what they then load and store, and that no value changes; figures counted by hand. */
import {
  add,
  concat,
  div,
  f64,
  fn,
  full,
  grad,
  greater,
  mul,
  ones,
  pad,
  scan,
  slice,
  sum,
  type Tensor,
  where,
  zerosLike,
} from "@tapeless/types";
import { type Func, parseFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { innerSteps, type Kernel, type KernelProgram, type Step } from "../../ir/kernel/nodes.js";
import { countLoops, type For, type LoopNode, type LoopProgram, loopLanguage } from "../../ir/loop/index.js";
import { programOf } from "../../op-tests/testing/programs-of-users.js";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { allKernels } from "../schedule/work.js";
import { checkDonated } from "../testing/check-donated.js";
import { checkLevels, compileFunc, random } from "../testing/check-levels.js";

type Vector = Tensor<["n"], "f64">;

const sweepsIn = (program: KernelProgram): readonly Kernel[] =>
  allKernels(program).filter((kernel) => kernel.sweep !== undefined);

/** The steps of the loops of a program, in the order in which they stand. */
const bodiesOf = (steps: readonly Step[]): readonly (readonly Step[])[] =>
  steps.flatMap((step) => (step.kind === "Kernel" ? [] : [innerSteps(step), ...bodiesOf(innerSteps(step))]));

const isLoop = (node: LoopNode): node is For => node.kind === "For";
/** The loop through the middle of a sweep: the one that asks nothing about ends. */
const middleOf = (loops: LoopProgram, name: string): LoopNode | undefined =>
  [...loopLanguage.walk(loops.functions.find((each) => each.name === name) ?? loops)]
    .filter(isLoop)
    .find((loop) => ![...loopLanguage.walk(loop)].some((node) => node.kind === "Call" && node.fn === "select"));

/** `yᵢ' = xᵢ yᵢ₋₁` by the classical Runge-Kutta method: slopes of slopes, each at the place before. */
const chain = fn({ x: f64(["n"]) }, ({ x }) => {
  const slope = (y: Vector) => mul(x, concat([ones([1], "f64"), slice(y, 0, 0, -1)]));
  const step = (y: Vector) => {
    const k1 = slope(y);
    const k2 = slope(add(y, mul(0.05, k1)));
    const k3 = slope(add(y, mul(0.05, k2)));
    const k4 = slope(add(y, mul(0.1, k3)));
    return add(y, mul(0.1 / 6, add(k1, mul(2, add(k2, k3)), k4)));
  };
  const [last] = scan((y) => [step(y), null] as const, zerosLike(x), null, { length: 3 });
  return last;
});

const chainGrad = grad(
  fn(chain.input, (input) => sum(slice(chain(input), 0, -1))),
  "x",
);

const funcOf = (program: Parameters<typeof programOf>[0]): Func => tensorPasses.run(programOf(program));

describe("what goes along together", () => {
  test("a Runge-Kutta step is one loop that loads and stores each element once, in place", () => {
    const { kernels, loops } = compileFunc(funcOf(chain));
    const [body = []] = bodiesOf(kernels.steps);
    expect(body).toHaveLength(1);
    const [step] = sweepsIn(kernels);
    expect(step?.sweep).toMatchObject({ direction: "up" });
    // y₋₁, y₋₂ and x₋₁ for k₁ before, k₂ and k₃ before
    expect(step?.sweep?.delays).toHaveLength(5);
    expect(kernels.buffers.filter(({ space }) => space === "arena")).toEqual([]);
    const middle = middleOf(loops, step?.name ?? "");
    expect(middle && countLoops(middle)).toMatchObject({ loads: 2, stores: 1 });
  });

  test("its gradient goes up in the steps, and down in the steps backwards", () => {
    const { kernels } = compileFunc(funcOf(chainGrad));
    // What is kept has an element less than the step, which is a loop of its own therefore.
    expect(bodiesOf(kernels.steps).map((steps) => steps.length)).toEqual([2, 1]);
    expect(sweepsIn(kernels).map(({ sweep }) => sweep?.direction)).toEqual(["up", "down"]);
  });

  test("nothing where one must be complete before the other begins", () => {
    const turned = `func f(x: f64[n]) {
  y: f64[n] = mul(x, x)
  r: f64[n] = flip(y) {axes=[0]}
  z: f64[n] = add(r, y)
  w: f64[n] = exp(y)
} -> (z, w)`;
    const both = `func f(x: f64[n]) {
  a: f64[n] = exp(x)
  s: f64[n-1] = slice(a) {shape=[n-1], start=[0]}
  p: f64[n] = pad(s) {after=[0], before=[1], value=0}
  b0: f64[n] = add(a, p)
  b: f64[n] = exp(b0)
  t: f64[n-1] = slice(b) {shape=[n-1], start=[1]}
  q: f64[n] = pad(t) {after=[1], before=[0], value=0}
  c0: f64[n] = add(b, q)
  c: f64[n] = exp(c0)
} -> (a, b, c)`;
    const rows = `func f(x: f64[n, 40]) {
  a: f64[n, 40] = exp(x)
  s: f64[n-1, 40] = slice(a) {shape=[n-1, 40], start=[0, 0]}
  p: f64[n, 40] = pad(s) {after=[0, 0], before=[1, 0], value=0}
  b: f64[n, 40] = add(a, p)
} -> (a, b)`;
    const partly = `func f(x: f64[n]) {
  a: f64[n] = exp(x)
  s: f64[n-1] = slice(a) {shape=[n-1], start=[0]}
  b: f64[n-1] = mul(s, s)
} -> (a, b)`;
    expect(sweepsIn(checkLevels(parseFunc(turned), { n: 5 }).kernels)).toEqual([]);
    expect(sweepsIn(checkLevels(parseFunc(rows), { n: 5 }).kernels)).toEqual([]);
    expect(sweepsIn(checkLevels(parseFunc(partly), { n: 5 }).kernels)).toEqual([]);
    expect(sweepsIn(checkLevels(parseFunc(both), { n: 5 }).kernels)).toHaveLength(1); // one of the two, not all three
  });

  test("what it hands on may be the same all along the middle", () => {
    const text = `func f(x: f64[n], c: f64[3]) {
  e: f64[3] = exp(c)
  e1: f64[1] = slice(e) {shape=[1], start=[1]}
  e0: f64[] = reshape(e1) {shape=[]}
  d: f64[] = add(e0, 1.5:f64)
  b: f64[n-1] = broadcastTo(d) {axes=[], dtype="f64", shape=[n-1]}
  a: f64[n] = pad(b) {after=[0], before=[1], value=0}
  s: f64[n-1] = slice(a) {shape=[n-1], start=[0]}
  p: f64[n] = pad(s) {after=[0], before=[1], value=0}
  r: f64[n] = mul(x, p)
  t: f64[n-1] = slice(r) {shape=[n-1], start=[0]}
  q: f64[n] = pad(t) {after=[0], before=[1], value=0}
  w: f64[n] = mul(q, x)
} -> (a, r, w)`;
    for (const n of [1, 2, 3, 9, 40]) expect(sweepsIn(checkLevels(parseFunc(text), { n }).kernels)).toHaveLength(1);
  });

  test("an input whose array an output may be is read before it is written", () => {
    const text = `func f(x: f64[n], y: f64[n]) {
  a: f64[n] = exp(x)
  s: f64[n-1] = slice(a) {shape=[n-1], start=[0]}
  p: f64[n] = pad(s) {after=[0], before=[1], value=0}
  t: f64[n-1] = slice(y) {shape=[n-1], start=[0]}
  q: f64[n] = pad(t) {after=[0], before=[1], value=0}
  b: f64[n] = mul(a, p)
  c: f64[n] = mul(b, q)
} -> (a, c)`;
    for (const n of [1, 2, 9, 40])
      for (const input of ["x", "y"]) for (const output of ["a", "c"]) checkDonated(text, input, output, { n });
  });
});

// ---- random programs

type Value = Tensor<[3, "n"], "f64">;
/** Shapes of what is drawn are right, but no type checker can follow them. */
const loose = (f: unknown): ((...args: readonly unknown[]) => Value) => f as never;
const [anyPad, anySlice, anyConcat, anyFull] = [loose(pad), loose(slice), loose(concat), loose(full)];

/** Shifts along rows, products and choices, with every value at hand for those that follow. */
function drawn(next: () => number, x: Value, y: Value): readonly [Value, Value] {
  const pick = <Item>(list: readonly [Item, ...Item[]]): Item => list[Math.floor(next() * list.length)] ?? list[0];
  const shifted = (v: Value): Value => {
    const [by, edge, way] = [pick([1, 1, 2]), pick([0, 1, -0.5]), pick(["up", "up", "down", "front"])];
    if (way === "up")
      return anyPad(
        anySlice(v, 1, 0, -by),
        [
          [0, 0],
          [by, 0],
        ],
        edge,
      );
    if (way === "down")
      return anyPad(
        anySlice(v, 1, by),
        [
          [0, 0],
          [0, by],
        ],
        edge,
      );
    return anyConcat([anyFull([3, by], edge, "f64"), anySlice(v, 1, 0, -by)], 1);
  };
  const made = (a: Value, b: Value): Value => {
    const kind = pick(["shift", "shift", "shift", "mul", "add", "choose", "dear"]);
    if (kind === "shift") return add(shifted(a), mul(0.5, b));
    if (kind === "mul") return mul(shifted(a), b);
    if (kind === "add") return add(a, mul(0.25, b));
    if (kind === "choose") return where(greater(a, b), shifted(a), mul(0.5, b));
    return div(a, add(1, mul(b, b)));
  };
  const values: [Value, ...Value[]] = [x, y];
  for (let k = 0; k < 7; k++) values.push(made(pick(values), pick(values)));
  return [values.at(-1) ?? x, values.at(-2) ?? y];
}

const input = { x: f64([3, "n"]), y: f64([3, "n"]) };

/** The same draws wherever the body is traced. */
const straight = (seed: number) => fn(input, ({ x, y }) => add(...drawn(random(seed), x, y)));

const looped = (seed: number) =>
  fn(input, ({ x, y }) => {
    const body = ([a, b]: readonly [Value, Value]) => [drawn(random(seed), a, b), null] as const;
    const [[a, b]] = scan(body, [x, y] as const, null, { length: 3 });
    return add(a, b);
  });

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);
const sizes = [2, 3, 5, 9, 40] as const;

const programs = [
  ["straight", straight, 5],
  ["in a loop", looped, 5],
] as const;

describe("random programs mean the same at every level", () => {
  test.each(programs)("%s", { timeout: 300_000 }, (_, program, fewest) => {
    let swept = 0;
    for (const seed of seeds) {
      const n = sizes[seed % sizes.length] ?? 5;
      const { kernels } = checkLevels(funcOf(program(seed)), { n });
      if (sweepsIn(kernels).length > 0) swept++;
    }
    expect(swept).toBeGreaterThan(fewest);
  });

  test.each(programs)("%s, differentiated", { timeout: 300_000 }, (_, program, fewest) => {
    let swept = 0;
    for (const seed of seeds) {
      const n = sizes[seed % sizes.length] ?? 5;
      const slope = grad(
        fn(input, (given) => sum(program(seed)(given))),
        "x",
      );
      const { kernels } = checkLevels(funcOf(slope), { n });
      if (sweepsIn(kernels).length > 0) swept++;
    }
    expect(swept).toBeGreaterThan(fewest);
  });
});
