/** Products of what a loop goes along with run once, before it: where it pays, and with the numbers that they had. */
import {
  add,
  f64,
  fn,
  gather,
  grad,
  i32,
  lstmCell,
  matmul,
  mul,
  scan,
  sin,
  sum,
  type Tensor,
  tanh,
  vmap,
  zeros,
} from "@tapeless/types";
import type { Func } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { compileFunction, tensorPasses } from "../pipeline/compile-function.js";
import { checkGradientEverywhere } from "./testing/gradient-everywhere.js";
import { depthsOf } from "./testing/loops-of.js";

const [rows, width] = [2, 16];

type Rows = Tensor<[typeof rows, typeof width], "f64">;
type Square = Tensor<[typeof width, typeof width], "f64">;

const weights = { u: f64([width, width]), w: f64([width, width]), h: f64([rows, width]) };

/** `h' = tanh(a(x) u + h w)`, where `a` is made of the input. */
const network = (
  n: number,
  made: (x: Rows, u: Square) => unknown = (x) => x,
  options: { readonly reverse?: boolean; readonly checkpoint?: number } = {},
) =>
  fn({ ...weights, xs: f64([n, rows, width]) }, ({ u, w, h, xs }) => {
    const [last, all] = scan(
      (state, x) => {
        const next = tanh(add(matmul(made(x as Rows, u as Square) as Rows, u), matmul(state, w))) as Rows;
        return [next, next] as const;
      },
      h,
      xs,
      options as never,
    );
    return add(sum(mul(last, last)), sum(all));
  });

const named = fn({ ...weights, xs: f64(["n", rows, width]) }, ({ u, w, h, xs }) => {
  const [last, all] = scan(
    (state, x) => {
      const next = tanh(add(matmul(x, u), matmul(state, w))) as Rows;
      return [next, next] as const;
    },
    h,
    xs,
  );
  return add(sum(mul(last, last)), sum(all));
});

/** The loop inside goes along a row of the one around it. */
const nested = fn({ ...weights, xs: f64([3, 2, rows, width]) }, ({ u, w, h, xs }) => {
  const [last, all] = scan(
    (outer, row) => {
      const [inner, states] = scan(
        (state, x) => {
          const next = sin(add(matmul(x, u), matmul(state, w))) as Rows;
          return [next, next] as const;
        },
        outer,
        row,
      );
      return [inner as Rows, states] as const;
    },
    h,
    xs,
  );
  return add(sum(mul(last, last)), sum(all));
});

const mapped = fn({ ...weights, xs: f64([3, 4, rows, width]) }, ({ u, w, h, xs }) =>
  sum(vmap(network(4), 3, { u: null, w: null, h: null })({ u, w, h, xs })),
);

const lstm = (n: number) =>
  fn({ wx: f64([4 * width, width]), wh: f64([4 * width, width]), xs: f64([n, rows, width]) }, ({ wx, wh, xs }) => {
    const start = zeros([rows, width], "f64");
    const [last] = scan((state, x) => [lstmCell(x, state, { wx, wh }), null] as const, { h: start, c: start }, xs);
    return sum(last.h);
  });

const passed = (f: unknown): Func => tensorPasses.run(programOf(f));
const products = (f: unknown): readonly number[] => depthsOf(passed(f), "contract").toSorted((a, b) => a - b);

describe("a product of what the loop goes along with is made once, before the loop", () => {
  test("beside that of the carry, which stays", () => {
    expect(products(network(7))).toEqual([0, 1]);
  });

  test("of what costs nothing to make of it", () => {
    expect(products(network(7, (x) => mul(2, x)))).toEqual([0, 1]);
  });

  test("and one of that", () => {
    expect(products(network(7, (x, u) => mul(0.5, matmul(x, u))))).toEqual([0, 0, 1]);
  });

  test("of a loop in a loop: before both", () => {
    expect(products(nested)).toEqual([0, 2]);
  });

  test("of a gradient: forwards one stays in the loop, and backwards that of the state", () => {
    // Before the loop x wx; after it the two of the weights.
    expect(products(grad(lstm(7), ["wx", "wh"]))).toEqual([0, 0, 0, 1, 1]);
  });

  test("and is all that the loop goes along with more", () => {
    const bytes = (n: number) => Number(compileFunction(programOf(network(n))).planned.memory.bytes);
    // The states, and the products.
    expect((bytes(40) - bytes(20)) / 20).toBe(2 * rows * width * 8);
  });
});

describe("a product stays in the loop", () => {
  test("where what it is made of is dear", () => {
    expect(products(network(7, (x) => sin(x)))).toEqual([1, 1]);
  });

  test("where it is of a carry as well", () => {
    const f = fn({ ...weights, xs: f64([7, rows, width]) }, ({ w, h, xs }) => {
      const [last] = scan((state, x) => [tanh(matmul(add(state, x), w)) as Rows, null] as const, h, xs);
      return sum(last);
    });
    expect(products(f)).toEqual([1]);
  });

  test("where all steps would keep more than the loop goes along with", () => {
    expect(products(lstm(7))).toEqual([1, 1]); // four gates of each input, and nothing is stacked
  });

  test("where a step has many rows", () => {
    const f = (many: number) =>
      fn({ u: f64([width, width]), h: f64([many, width]), xs: f64([7, many, width]) }, ({ u, h, xs }) => {
        const [last] = scan((state, x) => [sin(add(state, matmul(x, u))) as typeof h, null] as const, h, xs);
        return sum(last);
      });
    expect(products(f(width / 2))).toEqual([0]);
    expect(products(f(width / 2 + 1))).toEqual([1]);
  });

  test("where it is of rows that are picked by numbers, which no step may pick by", () => {
    const f = fn({ ...weights, t: f64([9, rows, width]), ks: i32(["n"]) }, ({ u, h, t, ks }) => {
      const [last] = scan((state, k) => [sin(add(state, matmul(gather(t, k), u))) as Rows, null] as const, h, ks);
      return sum(last);
    });
    expect(products(f)).toEqual([1]);
  });

  test("where a checkpoint computes the steps again", () => {
    const depths = products(
      grad(
        network(100, (x) => x, { checkpoint: 10 }),
        "w",
      ),
    );
    expect(depths.filter((depth) => depth >= 2).length).toBeGreaterThanOrEqual(4); // both forwards, the state's, the weights'
  });

  test("of a single step, and of none", () => {
    for (const n of [0, 1]) expect(products(network(n))).toEqual([1, 1]);
  });
});

const models: Readonly<Record<string, readonly [f: unknown, sizes?: Readonly<Record<string, number>>]>> = {
  "a network": [network(4)],
  "a network backwards": [network(4, (x) => x, { reverse: true })],
  "products of products": [network(3, (x, u) => mul(0.5, matmul(x, u)))],
  "an LSTM": [lstm(3)],
  "a loop in a loop": [nested],
  "a network for each position of a batch": [mapped],
  "a named number of steps": [named, { n: 3 }],
  "a named number of steps, none of them": [named, { n: 0 }],
  "a named number of steps, one of them": [named, { n: 1 }],
};

describe("the gradient is that of differences, and the same at every level and in the code", {
  timeout: 240_000,
}, () => {
  test.each(Object.entries(models))("of %s", (_title, [f, sizes]) => checkGradientEverywhere(f, sizes));
});
