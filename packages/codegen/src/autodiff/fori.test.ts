/**
 * Loops over whole numbers whose bounds are numbers, names of dimensions, or scalars of the program: all give the same, and
 * so do their derivatives in both modes; a range that ends before it begins has no step, whatever says so.
 */
import {
  add,
  cast,
  dimension,
  dynamicSlice,
  f64,
  fn,
  fori,
  grad,
  i32,
  jvp,
  mul,
  reshape,
  sin,
  sum,
  type Tensor,
  valueAndGrad,
  vmap,
} from "@tapeless/types";
import { exactTensor, type Func, isFloat, scanAttrs, whileAttrs } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { checkMapped, mappings } from "../op-tests/testing/batching.js";
import { type Data, programOf } from "../op-tests/testing/programs-of-users.js";
import { drawArgs } from "../op-tests/testing/whole-programs.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import { everyLevel } from "./testing/all-levels.js";

type Scalar = Tensor<[], "f64">;
type Count = Tensor<[], "i32">;

// ---- one loop, its bounds said in every way: y <- sin(w y) + i

const step =
  (w: Scalar) =>
  (i: Count, y: Scalar): Scalar =>
    add(sin(mul(w, y)), cast(i, "f64"));

const xw = { x: f64([]), w: f64([]) };

/** Inputs that only lend their lengths to names. */
const named = { ...xw, a: f64(["m"]), b: f64(["n"]) };

const byNumbers = (from: number, to: number) => fn(xw, ({ x, w }) => fori(from, to, step(w), x));
const byNames = fn(named, ({ x, w }) => fori("m", "n", step(w), x));
const fromName = (to: number) => fn({ ...xw, a: f64(["m"]) }, ({ x, w }) => fori("m", to, step(w), x));
const toName = (from: number) => fn({ ...xw, b: f64(["n"]) }, ({ x, w }) => fori(from, "n", step(w), x));
const byTensors = fn({ ...xw, from: i32([]), to: i32([]) }, ({ x, w, from, to }) => fori(from, to, step(w), x));
const ofDimensions = fn(named, ({ x, w }) => fori(dimension("m"), dimension("n"), step(w), x));
const bounded = fn({ ...xw, from: i32([]), to: i32([]) }, ({ x, w, from, to }) =>
  fori(from, to, step(w), x, { maxSteps: 9 }),
);

/** The same by hand: value, derivatives in x and w. */
function byHand(from: number, to: number, x: number, w: number): readonly [number, number, number] {
  let [y, dx, dw] = [x, 1, 0];
  for (let i = from; i < to; i++) {
    const slope = Math.cos(w * y);
    [y, dx, dw] = [Math.sin(w * y) + i, slope * w * dx, slope * (w * dw + y)];
  }
  return [y, dx, dw];
}

const [x, w] = [0.7, 0.9];

/** Functions without their types: they all have x and w, and give a number. */
type Loose = ReturnType<typeof fn<{ x: Scalar; w: Scalar }, Scalar>>;

type Ways = Readonly<
  Record<string, readonly [f: unknown, rest: readonly Data[], sizes?: Readonly<Record<string, number>>]>
>;

const ranges = [
  [0, 4],
  [1, 4],
  [2, 5],
  [3, 3],
  [4, 1],
  [5, 0],
] as const;

const count = (length: number): readonly number[] => Array.from({ length }, () => 1);

describe.each(ranges)("from %i to %i", (from, to) => {
  const scalars: Ways = {
    numbers: [byNumbers(from, to), []],
    "scalars of the program": [byTensors, [from, to]],
    "the same, with a bound for the steps": [bounded, [from, to]],
    "names as scalars": [ofDimensions, [count(from), count(to)], { m: from, n: to }],
  };
  const names: Ways = {
    "names of dimensions": [byNames, [count(from), count(to)], { m: from, n: to }],
    "a name and a number": [fromName(to), [count(from)], { m: from }],
    "a number and a name": [toName(from), [count(to)], { n: to }],
  };
  const [y, dx, dw] = byHand(from, to, x, w);

  test.each(Object.entries(to < from ? scalars : { ...scalars, ...names }))(
    "%s",
    async (_title, [f, rest, sizes = {}]) => {
      const reverse = await everyLevel(valueAndGrad(f as Loose, ["x", "w"]), [x, w, ...rest], { ...sizes });
      expect(reverse.results.flat()).toEqual([y, dx, dw].map((value) => expect.closeTo(value, 12)));
      const forward = await everyLevel(jvp(f as Loose, ["x", "w"]), [x, w, ...rest, 2, 3], { ...sizes });
      expect(forward.results.flat()).toEqual([y, 2 * dx + 3 * dw].map((value) => expect.closeTo(value, 12)));
    },
  );
});

test("names that end before they begin are refused by the call", async () => {
  const { f } = await importText(moduleText({ f: byNames }));
  const ofLength = (length: number): Float64Array => Float64Array.from(count(length));
  expect(f?.({ x, w, a: ofLength(2), b: ofLength(5) })).toBeCloseTo(byHand(2, 5, x, w)[0], 12);
  expect(() => f?.({ x, w, a: ofLength(5), b: ofLength(2) })).toThrow(/a loop takes 0 or more steps/);
});

test("negative numbers are numbers too", async () => {
  const { results } = await everyLevel(byTensors, [x, w, -3, -1]);
  expect(results.flat()).toEqual([expect.closeTo(byHand(-3, -1, x, w)[0], 14)]);
});

test("the gradient of the squared gradient", async () => {
  const squared = fn(byTensors.input, (input) => {
    const { x, w } = grad(byTensors, ["x", "w"])(input);
    return add(mul(x, x), mul(w, w));
  });
  const at = (x: number): number => {
    const [, dx, dw] = byHand(1, 4, x, w);
    return dx * dx + dw * dw;
  };
  const { results } = await everyLevel(grad(squared, "x"), [x, w, 1, 4]);
  const h = 1e-5;
  expect(results.flat()[0]).toBeCloseTo((at(x + h) - at(x - h)) / (2 * h), 7);
});

// ---- carries of trees, the index as an index

const polynomial = fn({ c: f64([5]), x: f64([]), n: i32([]) }, ({ c, x, n }) => {
  const { y } = fori(
    0,
    n,
    (i, { y, power }) => ({ y: add(y, mul(power, reshape(dynamicSlice(c, [i], [1]), []))), power: mul(power, x) }),
    {
      y: mul(x, 0),
      power: add(mul(x, 0), 1),
    },
  );
  return y;
});

test("the index picks elements, whose gradient goes where they are", async () => {
  const c = [2, -1, 3, 0.5, 4];
  const { results } = await everyLevel(grad(polynomial, ["c", "x"]), [c, 1.5, 3]);
  expect(results).toEqual([[1, 1.5, 2.25, 0, 0], [-1 + 2 * 3 * 1.5]]);
});

// ---- vmap

/** Whole numbers differ from position to position. */
function argsOf(func: Func, mapped: readonly boolean[]) {
  const [one, other] = [drawArgs(func, 3), drawArgs(func, 4)];
  return one.map((arg, k) => {
    const values = isFloat(arg) ? [...arg.value, ...(other[k]?.value ?? [])] : k === 2 ? [1, 0] : [2, 5];
    return mapped[k]
      ? exactTensor([2, ...arg.shape], arg.dtype, values)
      : isFloat(arg)
        ? arg
        : exactTensor([], arg.dtype, [values[1] ?? 0]);
  });
}

describe("vmap, for every choice of mapped inputs", () => {
  test.each([
    ["the function", byTensors],
    ["its gradient", valueAndGrad(byTensors, ["x", "w"])],
  ])("%s", (title, f) => {
    const func = programOf(f);
    for (const mapped of mappings(func.params.length)) checkMapped(func, argsOf(func, mapped), mapped, title);
  });

  test("generated code: positions of different lengths", async () => {
    const each = vmap(grad(byTensors, "w"), 3, { w: null });
    const { results } = await everyLevel(each, [[0.1, 0.2, 0.3], [w], [0, 1, 4], [4, 3, 2]]);
    const want = [byHand(0, 4, 0.1, w), byHand(1, 3, 0.2, w), byHand(4, 2, 0.3, w)];
    expect(results.flat()).toEqual(want.map(([, , dw]) => expect.closeTo(dw, 12)));
  });
});

// ---- structure

const loopsOf = (f: unknown) => programOf(f).eqns.filter(({ op }) => op === "scan" || op === "while");

describe("structure", () => {
  test("it is a scan where the bounds are numbers or names", () => {
    const [loop] = loopsOf(byNumbers(2, 5));
    expect(scanAttrs(loop?.attrs ?? {}).length).toBe(3);
    for (const f of [byNames, toName(0), toName(1), fromName(4)])
      expect(loopsOf(f).map(({ op }) => op)).toEqual(["scan"]);
  });

  test("and a loop with a test where one is a scalar", () => {
    const bounds = [byTensors, bounded].map((f) => {
      const [loop, ...more] = loopsOf(f);
      expect([loop?.op, more]).toEqual(["while", []]);
      return whileAttrs(loop?.attrs ?? {}).bound;
    });
    expect(bounds).toEqual([undefined, 9]);
  });
});

test("one step more than maxSteps is refused by the gradient", async () => {
  const { gradient } = await importText(moduleText({ gradient: grad(bounded, "x") }));
  expect(gradient?.({ x, w, from: 0, to: 9 })).toBeCloseTo(byHand(0, 9, x, w)[1], 12);
  expect(() => gradient?.({ x, w, from: 0, to: 10 })).toThrow(/9/);
});

test("a sum over a table by its rows, each as often as it says", async () => {
  const f = fn({ x: f64([3]), counts: i32([3]) }, ({ x, counts }) =>
    fori(
      0,
      3,
      (i, total: Scalar) => {
        const element = reshape(dynamicSlice(x, [i], [1]), []);
        const count = reshape(dynamicSlice(counts, [i], [1]), []);
        return fori(0, count, (_j, t: Scalar) => add(t, mul(element, element)), total);
      },
      mul(sum(x), 0),
    ),
  );
  const { results } = await everyLevel(grad(f, "x"), [
    [2, 3, 5],
    [1, 0, 4],
  ]);
  expect(results.flat()).toEqual([4, 0, 40]);
});
