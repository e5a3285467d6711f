/** What no step of a loop changes is computed before it, and only that: counted in the bodies of the loops. */
import {
  abs,
  add,
  cond,
  div,
  exp,
  f64,
  fn,
  fori,
  gather,
  grad,
  greater,
  i32,
  less,
  matmul,
  mul,
  outer,
  scan,
  sin,
  sqrt,
  square,
  sum,
  type Tensor,
  tanh,
  transpose,
  whileLoop,
} from "@tapeless/types";
import { type Eqn, evalFunc, type Func } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { argsOf, programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { checkLevels } from "../passes/testing/check-levels.js";
import { tensorPasses } from "../pipeline/compile-function.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import { everyLevel } from "./testing/all-levels.js";

type Vector = Tensor<[4], "f64">;

const compiled = (f: unknown): Func => tensorPasses.run(programOf(f));
const isLoop = ({ op }: Eqn): boolean => op === "scan" || op === "while";

/** Ops of the bodies of loops, at any depth. */
const opsInLoops = (func: Func, inside = false): readonly string[] =>
  func.eqns.flatMap((eqn) => [
    ...(inside ? [eqn.op] : []),
    ...eqn.funcs.flatMap((inner) => opsInLoops(inner, inside || isLoop(eqn))),
  ]);

const count = (ops: readonly string[], op: string): number => ops.filter((each) => each === op).length;
const opsOutside = (func: Func): readonly string[] => func.eqns.map(({ op }) => op);

/** `h' = tanh(h exp(w w))`, five times. */
const weights = fn({ w: f64([4, 4]), h: f64([4]) }, ({ w, h }) => {
  const [last] = scan((state: Vector) => [tanh(matmul(state, exp(matmul(w, w)))) as Vector, null] as const, h, null, {
    length: 5,
  });
  return sum(last);
});

describe("what is dear comes out", () => {
  test("of a loop that nobody differentiates", () => {
    const func = compiled(weights);
    expect([count(opsOutside(func), "contract"), count(opsOutside(func), "exp")]).toEqual([1, 1]);
    expect([count(opsInLoops(func), "contract"), count(opsInLoops(func), "exp")]).toEqual([1, 0]);
    checkLevels(func);
  });

  test("of a gradient, both ways: cotangents of what was computed are added up, and pulled back once", () => {
    const func = compiled(grad(weights, ["w", "h"]));
    // In the loops one product of the state and the weights, and the two of its transposition; outside w w and its two.
    expect(count(opsInLoops(func), "contract")).toBe(3);
    expect(count(opsOutside(func), "contract")).toBe(3);
    checkLevels(func);
  });

  test("of two loops, and of what runs between them", () => {
    const nested = fn({ w: f64([4, 4]), h: f64([4]) }, ({ w, h }) =>
      fori(0, 3, (_i, c) => fori(0, 3, (_k, d) => sin(matmul(d, exp(matmul(w, w)))) as Vector, exp(c) as Vector), h),
    );
    const func = compiled(nested);
    expect([count(opsInLoops(func), "contract"), count(opsInLoops(func), "exp")]).toEqual([1, 1]); // the one of the carry
    checkLevels(func);
  });

  test("of a loop's test, and of a loop with a test", () => {
    const f = fn({ w: f64([4, 4]), h: f64([4]) }, ({ w, h }) =>
      whileLoop(
        (c) => greater(sum(abs(c)), div(sqrt(sum(square(w))), 100)),
        (c) => mul(matmul(c, exp(matmul(w, w))), 0.01) as Vector,
        h,
      ),
    );
    const func = compiled(f);
    expect(count(opsInLoops(func), "contract")).toBe(1);
    expect([count(opsInLoops(func), "sum"), count(opsInLoops(func), "sqrt")]).toEqual([1, 0]); // that of the carry
    checkLevels(func);
  });
});

describe("what stays", () => {
  test("is what costs no more than to read it: views, a few sums and products", () => {
    const f = fn({ w: f64([4, 4]), h: f64([4]) }, ({ w, h }) =>
      fori(0, 5, (_i, c) => sin(matmul(c, transpose(mul(2, w)))) as Vector, h),
    );
    expect(opsOutside(compiled(f))).not.toContain("mul");
  });

  test("is an elementwise table that is larger than what it is made of", () => {
    const f = fn({ a: f64([40]), b: f64([40]), h: f64([]) }, ({ a, b, h }) =>
      fori(0, 5, (_i, c) => sum(mul(exp(outer(a, b)), c)), h),
    );
    expect(opsOutside(compiled(f))).not.toContain("exp");
  });

  test("is what only a branch computes, for no step may take it", () => {
    const f = fn({ w: f64([4, 4]), h: f64([4]) }, ({ w, h }) =>
      fori(
        0,
        5,
        (_i, c) =>
          cond(
            less(sum(c), 0),
            () => matmul(c, exp(matmul(w, w))) as Vector,
            () => c,
          ),
        h,
      ),
    );
    expect(opsOutside(compiled(f))).toEqual(expect.not.arrayContaining(["contract", "exp"]));
  });

  test("is a loop with a test: it need not end where the loop around it takes no step", async () => {
    const f = fn({ x: f64([]), ks: f64(["n"]) }, ({ x, ks }) => {
      const [last] = scan(
        (c: Tensor<[], "f64">, k: Tensor<[], "f64">) => {
          const root = whileLoop(
            (y) => greater(y, 1),
            (y) => mul(y, 0.5),
            x,
          );
          return [add(mul(c, root), k), null] as const;
        },
        x,
        ks,
      );
      return last;
    });
    expect(opsOutside(compiled(f))).not.toContain("while");
    const never = fn({ x: f64([]) }, ({ x }) =>
      fori(
        0,
        0,
        (_i, c) =>
          add(
            c,
            whileLoop(
              (y) => greater(y, -1),
              (y) => y,
              x,
            ),
          ),
        x,
      ),
    );
    expect((await everyLevel(never, [3])).results).toEqual([[3]]);
  });
});

describe("a loop that takes no step", () => {
  const f = fn({ w: f64([3]), xs: f64(["n"]) }, ({ w, xs }) => {
    const [last] = scan((c, x) => [add(c, mul(x, sum(div(1, w)))), null] as const, mul(0, sum(xs)), xs);
    return add(last, sum(w));
  });
  const data = [[0, 1, 2], []] as const;

  test("has the gradient of what is left, whatever its body would be", async () => {
    const gradient = grad(f, ["w"]);
    const { results } = await everyLevel(gradient, data, { n: 0 });
    expect(results).toEqual([[1, 1, 1]]);
    const func = compiled(gradient);
    expect([...(evalFunc(func, argsOf(func, data, { n: 0 }), { n: 0 })[0]?.value ?? [])]).toEqual([1, 1, 1]);
  });

  test("does not refuse an index that no step picks with, nor picks with it", async () => {
    const picks = fn({ w: f64([3]), ks: i32([2]), xs: f64(["n"]) }, ({ w, ks, xs }) => {
      const [last] = scan((c, x) => [add(c, mul(x, sum(exp(gather(w, ks))))), null] as const, mul(0, sum(xs)), xs);
      return add(last, sum(w));
    });
    const module = await importText(moduleText({ picks, slope: grad(picks, "w") }));
    const given = (xs: readonly number[], k: number) => ({
      w: Float64Array.of(0, 1, 2),
      ks: Int32Array.of(0, k),
      xs: Float64Array.from(xs),
    });
    expect(module.picks?.(given([], 7))).toBe(3);
    expect(module.slope?.(given([], 7))).toEqual(Float64Array.of(1, 1, 1));
    expect(() => module.slope?.(given([1], 7))).toThrow("ks");
    expect(module.slope?.(given([1], 0))).toEqual(Float64Array.of(3, 1, 1)); // e⁰ twice
  });

  test("has its value", () => {
    expect(resultsOf(f, data, { n: 0 })).toEqual([[3]]);
  });
});
