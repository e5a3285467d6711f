/** Loops along parts of an array read them in the array itself, and what is overwritten meanwhile they read before. */
import { add, exp, f64, fn, mul, permute, reshape, scan, sin, slice, sum, type Tensor, zeros } from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { everyLevel } from "../../autodiff/testing/all-levels.js";
import { programOf } from "../../op-tests/testing/programs-of-users.js";
import { compileFunction } from "../../pipeline/compile-function.js";

const rows = 40;
const table = { x: f64([rows, 2]) };

type Vector = Tensor<[2], "f64">;

/** Σ of a recurrence along rows: the order matters. */
const along = (rows: Tensor<[number, 2], "f64">) => {
  const xs = rows as Tensor<[40, 2], "f64">; // any number of them
  const [last] = scan((h: Vector, x: Vector) => [sin(add(mul(2, h), x)), null] as const, zeros([2], "f64"), xs);
  return sum(last);
};

const arenaOf = (f: unknown): number => Number(compileFunction(programOf(f)).planned.memory.bytes);
const data = Array.from({ length: rows * 2 }, (_, k) => Math.sin(k));

/** The carries and a scalar or two: what the loop alone takes. */
const little = 96;

describe("read where they lie", () => {
  test.each([
    ["leading rows", fn(table, ({ x }) => along(slice(x, 0, 3, 33)))],
    ["leading rows of leading rows", fn(table, ({ x }) => along(slice(slice(x, 0, 3, 33), 0, 2, 20)))],
    ["two parts", fn(table, ({ x }) => add(along(slice(x, 0, 0, 20)), along(slice(x, 0, 20, 40))))],
    [
      "a table as rows of rows",
      fn(table, ({ x }) => {
        const [last] = scan(
          (s: Tensor<[], "f64">, part) => [add(mul(0.5, s), along(part)), null] as const,
          zeros([], "f64"),
          reshape(slice(x, 0, 4, 40), [4, 9, 2]),
        );
        return last;
      }),
    ],
    [
      "captured rows",
      fn(table, ({ x }) => {
        const first = slice(x, 0, 5, 15);
        const [last] = scan((h, row) => [sin(add(h, mul(row, sum(first, 0)))), null] as const, zeros([2], "f64"), x);
        return sum(last);
      }),
    ],
  ] as const)("%s", async (_title, f) => {
    expect(arenaOf(f)).toBeLessThan(little);
    await everyLevel(f, [data]);
  });
});

describe("copied, because they are no rows of a buffer", () => {
  test.each([
    ["every second row", fn(table, ({ x }) => along(slice(x, 0, 0, 40, 2)))],
    ["columns", fn({ x: f64([20, 4]) }, ({ x }) => along(slice(x, 1, 1, 3)))],
    ["rows of what is computed", fn(table, ({ x }) => along(slice(exp(x), 0, 30, 40)))],
    ["columns as rows", fn(table, ({ x }) => along(reshape(slice(permute(x, [1, 0]), 0, 0, 1), [20, 2])))],
  ] as const)("%s", async (_title, f) => {
    expect(arenaOf(f)).toBeGreaterThan(little);
    await everyLevel(f, [data]);
  });
});

test("rows of a carry are read before the next carry takes their place", async () => {
  const f = fn(table, ({ x }) => {
    const [last] = scan(
      (c) => [mul(c, sin(add(along(slice(c, 0, 1, 9)), along(slice(c, 0, 10, 40))))), null] as const,
      x,
      null,
      { length: 3 },
    );
    return sum(last);
  });
  await everyLevel(f, [data]);
});
