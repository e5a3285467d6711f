/** Stacks of loops one behind the other are written where they have to go; where anything else needs them, they are copied. */
import { add, concat, f32, f64, fn, grad, mul, scan, sin, slice, sum, type Tensor, zeros } from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { everyLevel } from "../../autodiff/testing/all-levels.js";
import { programOf } from "../../op-tests/testing/programs-of-users.js";
import { compileFunction } from "../../pipeline/compile-function.js";

type Vector = Tensor<[2], "f64">;
type Rows = Tensor<[30, 2], "f64">;

/** The states of a recurrence along rows, however many there are. */
const states = <N extends number>(h: Vector, xs: Tensor<[N, 2], "f64">, reverse = false) => {
  const [last, ys] = scan((s: Vector, x: Vector) => [sin(add(mul(2, s), x)), s] as const, h, xs as never as Rows, {
    reverse,
  });
  return [last, ys as never as Tensor<[N, 2], "f64">] as const;
};

const table = { x: f64([30, 2]), h: f64([2]) };
const data = [Array.from({ length: 60 }, (_, k) => Math.sin(k)), [0.3, -0.4]];
const arenaOf = (f: unknown): number => Number(compileFunction(programOf(f)).planned.memory.bytes);

/** Two parts of a loop, joined as its states would be without the cut. */
const cut = fn(table, ({ x, h }) => {
  const [middle, first] = states(h, slice(x, 0, 0, 10));
  const [last, second] = states(middle, slice(x, 0, 10, 30));
  return { all: concat([first, second]), last };
});
const whole = fn(table, ({ x, h }) => {
  const [last, all] = states(h, x);
  return { all, last };
});

/** Carries and numbers between kernels. */
const little = 160;

describe("written where they go", () => {
  test.each([
    ["the states", cut],
    [
      "backwards",
      fn(table, ({ x, h }) => {
        const [middle, second] = states(h, slice(x, 0, 10, 30), true);
        return concat([states(middle, slice(x, 0, 0, 10), true)[1], second]);
      }),
    ],
    [
      "and read there",
      fn(table, ({ x, h }) => {
        const both = concat([states(h, slice(x, 0, 0, 10))[1], states(h, slice(x, 0, 10, 30))[1]]);
        return { both, total: sum(both), squares: sum(mul(both, both)) };
      }),
    ],
    [
      "what the cotangents of two parts are",
      grad(
        fn(table, (given) => sum(cut(given).last)),
        "x",
      ),
    ],
    [
      "the stacked results of a loop around",
      fn({ x: f64([30, 2]), hs: f64([4, 2]) }, ({ x, hs }) => {
        const [, all] = scan(
          (s: Vector, h: Vector) => {
            const both = concat([states(h, slice(x, 0, 0, 10))[1], states(s, slice(x, 0, 10, 30))[1]]);
            return [add(s, h), both] as const;
          },
          zeros([2], "f64"),
          hs,
        );
        return all;
      }),
    ],
  ] as const)("%s", async (title, f) => {
    const second = title.includes("around") ? Array.from({ length: 8 }, (_, k) => Math.cos(k)) : data[1];
    // What the gradient keeps of each step is stacked.
    expect(arenaOf(f)).toBeLessThan(title.includes("cotangents") ? 2 * 30 * 16 + little : little);
    await everyLevel(f, [data[0] ?? [], second ?? []]);
  });

  test("as the whole loop has them, bit for bit", async () => {
    const [parts, one] = [await everyLevel(cut, data), await everyLevel(whole, data)];
    expect(parts.results).toEqual(one.results);
  });

  test("floats of 32 bits too", async () => {
    const f = fn({ x: f32([6]) }, ({ x }) => {
      const rows = (from: number, to: number) =>
        scan(
          (s: Tensor<[]>, e: Tensor<[]>) => [add(mul(0.5, s), e), s] as const,
          zeros([]),
          slice(x, 0, from, to) as never as Tensor<[6]>,
        )[1];
      return concat([rows(0, 2), rows(2, 6)] as never) as never as Tensor<[6]>;
    });
    expect(arenaOf(f)).toBeLessThan(little);
    await everyLevel(f, [[1, 2, 3, 4, 5, 6]]);
  });
});

describe("copied, because something else needs them", () => {
  test.each([
    [
      "a part that is a result itself",
      fn(table, ({ x, h }) => {
        const [first, second] = [states(h, slice(x, 0, 0, 10))[1], states(h, slice(x, 0, 10, 30))[1]];
        return { first, both: concat([first, second]) };
      }),
    ],
    [
      "one part twice",
      fn(table, ({ x, h }) => {
        const [, part] = states(h, slice(x, 0, 0, 15));
        return concat([part, part]);
      }),
    ],
    [
      "a part that is no stack",
      fn(table, ({ x, h }) => concat([states(h, slice(x, 0, 0, 10))[1], slice(x, 0, 10, 30)])),
    ],
  ] as const)("%s", async (_title, f) => {
    await everyLevel(f, data);
  });

  test("a carry, whose last value the second loop reads", async () => {
    const f = fn({ ...table, w: f64([10, 2]) }, ({ x, h, w }) => {
      const [last] = scan(
        (c: Rows) => [concat([states(h, w)[1], states(h, slice(c, 0, 0, 20))[1]]), null] as const,
        x,
        null,
        { length: 3 },
      );
      return last;
    });
    await everyLevel(f, [...data, Array.from({ length: 20 }, (_, k) => Math.cos(k))]);
  });
});
