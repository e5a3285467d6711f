/**
 * vmap of loops that know of each other: what one loop counts is what the next tests, carries and lengths become mapped on
 * the way. Against one call after the other, for every choice of mapped inputs; and what is not mapped has no axis.
 */
import {
  add,
  cast,
  f64,
  fn,
  grad,
  i32,
  less,
  mul,
  sin,
  sum,
  type Tensor,
  tanh,
  valueAndGrad,
  vmap,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { exactTensor, type Func, isFloat } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { batched, checkMapped, mappings } from "../op-tests/testing/batching.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { drawArgs } from "../op-tests/testing/whole-programs.js";
import { everyLevel } from "./testing/all-levels.js";

type Scalar = Tensor<[], "f64">;
type Count = Tensor<[], "i32">;

const zero = zeros([], "i32");

/** `step` so many times, the count among the results. */
const counted = (count: Count | number, step: (y: Scalar, k: Count) => Scalar, y: Scalar) =>
  whileLoop(
    ({ k }) => less(k, count),
    ({ y, k }) => ({ y: step(y, k), k: add(k, 1) }),
    { y, k: zero },
  );

/** Three loops, each of which tests what the one before it counted; only the first, or its limit, sees an input. */
const chain = (limit: (n: Count) => Count | number) =>
  fn({ x: f64([]), w: f64([]), n: i32([]) }, ({ x, w, n }) => {
    const { y, k } = counted(limit(n), (y) => sin(mul(y, w)), x);
    const j = whileLoop(
      (j) => less(j, k),
      (j) => add(j, 2),
      zero,
    );
    const last = counted(j, (z) => mul(z, w), y);
    return mul(last.y, cast(j, "f64"));
  });

/** Programs whose result is a number, of floats and of whole numbers `n`. */
const programs: Readonly<Record<string, unknown>> = {
  "counters of loops before": chain(() => 3),
  "a counter that an input limits": chain((n) => n),
  "carries that change places, one of them mapped in the second round only": fn(
    { x: f64([]), w: f64([]), n: i32([]) },
    ({ x, w, n }) => {
      const { a, b, c, i, j, l } = whileLoop(
        ({ k }) => less(k, 4),
        ({ a, b, c, i, j, l, k }) => ({ a: sin(mul(b, w)), b: c, c: a, i: j, j: l, l: i, k: add(k, 1) }),
        { a: x, b: x, c: mul(w, 2), i: zero, j: n, l: zero, k: zero },
      );
      const last = counted(add(i, j, l), (y) => tanh(mul(y, 0.7)), add(a, b, c));
      return last.y;
    },
  ),
  "an input that only the test sees": fn({ x: f64([]), w: f64([]), n: i32([]) }, ({ x, w, n }) => {
    const { y, k } = counted(n, (y) => sin(add(y, w)), x);
    return mul(y, cast(k, "f64"));
  }),
  "a loop in a test, one of whose carries is mapped": fn({ x: f64([]), w: f64([]) }, ({ x, w }) => {
    const { y } = whileLoop(
      ({ y, k }) => less(k, mul(2, counted(2, (z) => mul(z, w), y).k)),
      ({ y, k }) => ({ y: sin(mul(y, w)), k: add(k, 1) }),
      { y: x, k: zero },
    );
    return y;
  }),
  "a slope that depends on the length of a loop alone": fn({ x: f64([]), n: i32([]) }, ({ x, n }) => {
    const halves = grad(fn({ p: f64([]) }, ({ p }) => counted(n, (y) => mul(y, 0.5), p).y));
    return counted(2, (s) => mul(add(s, x), halves({ p: s })), zeros([], "f64")).y;
  }),
  "that slope, in a carry that begins with what is not mapped": fn({ x: f64([]), n: i32([]) }, ({ x, n }) => {
    const halves = grad(fn({ p: f64([]) }, ({ p }) => counted(n, (y) => mul(y, 0.5), p).y));
    const { s } = whileLoop(
      ({ k }) => less(k, 2),
      ({ s, k }) => ({ s: add(mul(s, 0.3), halves({ p: s })), k: add(k, 1) }),
      { s: zeros([], "f64"), k: zero },
    );
    return mul(s, x);
  }),
  "a count that stands between a loop and its gradient": fn({ x: f64([]), w: f64([]), n: i32([]) }, ({ x, w, n }) => {
    const part = fn({ p: f64([]) }, ({ p }) => {
      const far = counted(n, (y) => sin(mul(y, w)), p).y;
      const near = counted(2, (y) => tanh(mul(y, w)), far);
      return [near.y, near.k] as const;
    });
    const { s, m } = whileLoop(
      ({ k }) => less(k, 2),
      ({ s, m, k }) => {
        const { value, aux, grad: slope } = valueAndGrad(part, "p", { aux: true })({ p: s });
        return { s: add(value, slope, x), m: add(m, aux), k: add(k, 1) };
      },
      { s: x, m: zero, k: zero },
    );
    return mul(s, cast(m, "f64"));
  }),
};

/** Whole numbers are 1 at one position and 3 at the other. */
function argsOf(func: Func, mapped: readonly boolean[]) {
  const [one, other] = [drawArgs(func, 3), drawArgs(func, 4)];
  return one.map((x, k) => {
    const whole = !isFloat(x);
    const values = whole ? [1, 3] : [...x.value, ...(other[k]?.value ?? [])];
    return mapped[k] ? exactTensor([2], x.dtype, values) : whole ? exactTensor([], x.dtype, [3]) : x;
  });
}

function checkAll(func: Func, title: string): void {
  for (const mapped of mappings(func.params.length)) checkMapped(func, argsOf(func, mapped), mapped, title);
}

/** Functions without their types. */
type Loose = ReturnType<typeof fn<{ x: Scalar }, Scalar>>;

const gradientOf = (f: unknown): unknown => {
  const floats = programOf(f).params.flatMap((param) => (isFloat(param) ? [param.name] : []));
  return valueAndGrad(f as Loose, floats as never); // names of its inputs
};

describe.each(Object.entries(programs))("%s", (title, f) => {
  test("vmap", () => checkAll(programOf(f, title), title));
  test("vmap of the gradient", () => checkAll(programOf(gradientOf(f), title), title));
  test("at every level", async () => {
    const args = argsOf(
      programOf(f, title),
      Array.from({ length: 3 }, () => true),
    );
    await everyLevel(
      vmap(f as Loose, 2), // all results are numbers
      args.map(({ value }) => [...value]),
    );
  });
});

describe("structure", () => {
  const ops = (func: Func): readonly string[] => func.eqns.map(({ op }) => op);

  test("counters that no position changes have no axis, and no loop goes position by position", () => {
    const func = batched(programOf(programs["counters of loops before"]), 5, [true, true, false]);
    expect(ops(func).filter((op) => op === "while" || op === "scan")).toEqual(["while", "while", "while"]);
    const counters = func.eqns
      .flatMap(({ op, outs }) => (op === "while" ? outs : []))
      .filter(({ dtype }) => dtype === "i32");
    expect(counters.map(({ shape }) => shape)).toEqual([[], [], []]);
  });

  test("positions that count differently are loops over the positions", () => {
    const func = batched(programOf(programs["a counter that an input limits"]), 5, [false, false, true]);
    expect(ops(func)).not.toContain("while");
    expect(ops(func)).toContain("scan");
  });

  test("what the loop before makes of inputs that are not mapped stays alone", () => {
    const f = fn({ x: f64([]), v: f64([]) }, ({ x, v }) => add(sum(counted(3, (y) => sin(y), v).y), x));
    const func = batched(programOf(f), 5, [true, false]);
    expect(func.eqns.find(({ op }) => op === "while")?.outs.map(({ shape }) => shape)).toEqual([[], []]);
  });
});
