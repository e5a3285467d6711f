/**
 * Slices at computed places: read through their index, written alone. What a loop carries is never copied for a slice of
 * it, in neither mode.
 */
import {
  add,
  dynamicSlice,
  dynamicUpdateSlice,
  f64,
  fn,
  fori,
  grad,
  i32,
  jvp,
  mul,
  scan,
  sin,
  sum,
  vmap,
} from "@tapeless/types";
import { productSize, type Size } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { programOf } from "../../op-tests/testing/programs-of-users.js";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { checkLevels } from "../testing/check-levels.js";
import { storesPerStep } from "../testing/traffic.js";

const rows = 100;
const columns = 8;
const table = f64([rows, columns]);
const ks = i32([20]);

/** Each body updates a table of 100 rows by one row. */
const loops = {
  "a row of the row before": fn({ x: table, ks }, (given) => {
    const [last] = scan(
      (c, k) => {
        const before = dynamicSlice(c, [add(k, -1), 0], [1, columns]);
        return [dynamicUpdateSlice(c, sin(before), [k, 0]), null] as const;
      },
      given.x,
      given.ks,
    );
    return sum(mul(last, last));
  }),
  "a row of itself": fn({ x: table, ks }, (given) => {
    const [last] = scan(
      (c, k) => [dynamicUpdateSlice(c, sin(dynamicSlice(c, [k, 0], [1, columns])), [k, 0]), null] as const,
      given.x,
      given.ks,
    );
    return sum(mul(last, last));
  }),
  "two rows, and what stood there is kept": fn({ x: table, ks }, (given) => {
    const [last, old] = scan(
      (c, k) => {
        const [one, other] = [dynamicSlice(c, [k, 0], [1, columns]), dynamicSlice(c, [0, 0], [1, columns])];
        return [dynamicUpdateSlice(dynamicUpdateSlice(c, other, [k, 0]), sin(one), [0, 0]), one] as const;
      },
      given.x,
      given.ks,
    );
    return add(sum(mul(last, last)), sum(sin(old)));
  }),
  "a row of a captured table": fn({ x: table, w: table, ks }, (given) => {
    const [last] = scan(
      (c, k) => [add(c, mul(c, dynamicSlice(given.x, [k, 0], [1, columns]))), null] as const,
      dynamicSlice(given.w, [0, 0], [1, columns]),
      given.ks,
    );
    return sum(last);
  }),
  "a captured table read at two places": fn({ x: table, w: table, ks }, (given) => {
    const [last] = scan(
      (c, k) => {
        const [a, b] = [
          dynamicSlice(given.x, [k, 0], [1, columns]),
          dynamicSlice(given.x, [add(k, 1), 0], [1, columns]),
        ];
        return [mul(add(c, sin(a)), b), null] as const;
      },
      dynamicSlice(given.w, [0, 0], [1, columns]),
      given.ks,
    );
    return sum(last);
  }),
};

/** Elements that one step of each loop of a function writes. */
const stores = (f: unknown): readonly number[] => {
  const compiled = checkLevels(tensorPasses.run(programOf(f)));
  return storesPerStep(compiled.kernels.steps).map(({ stores: count }) => Number(count satisfies Size));
};

describe("a step of the loop writes rows, never the table", () => {
  test.each(Object.entries(loops))("%s", (_title, f) => {
    const most = 8 * columns;
    for (const count of stores(f)) expect(count).toBeLessThanOrEqual(most);
    for (const count of stores(grad(f as (typeof loops)["a row of itself"], "x")))
      expect(count).toBeLessThanOrEqual(most);
    for (const count of stores(jvp(f as (typeof loops)["a row of itself"], "x")))
      expect(count).toBeLessThanOrEqual(most);
  });
});

test("the gradient stacks rows, never tables", () => {
  for (const f of Object.values(loops)) {
    const { eqns } = tensorPasses.run(programOf(grad(f as (typeof loops)["a row of itself"], "x")));
    for (const out of eqns.flatMap((eqn) => eqn.outs))
      expect(Number(productSize(out.shape))).toBeLessThanOrEqual(rows * columns);
  }
});

test("batched starts: each example writes its own rows", () => {
  const f = fn({ x: f64([7, 2]), ks: i32([3]) }, (given) => {
    const [last] = scan(
      (c, k) => [dynamicUpdateSlice(c, sin(dynamicSlice(c, [add(k, -1), 0], [1, 2])), [k, 0]), null] as const,
      given.x,
      given.ks,
    );
    return sum(mul(last, last));
  });
  const batched = vmap(f, 4);
  for (const count of stores(batched)) expect(count).toBeLessThanOrEqual(4 * 4);
  for (const count of stores(vmap(grad(f, "x"), 4))) expect(count).toBeLessThanOrEqual(4 * 10);
});

test("a slice is read through its index: no temporary, the start found once", () => {
  const f = fn({ x: table, k: i32([]) }, ({ x, k }) => sum(sin(dynamicSlice(x, [k, 0], [20, columns]))));
  const { kernels, loops: program } = checkLevels(tensorPasses.run(programOf(f)));
  expect(kernels.buffers.filter(({ space }) => space === "arena")).toEqual([]);
  expect(JSON.stringify(program).match(/"fn":"min"/g)).toHaveLength(1);
});

test("updates outside of loops write one copy of the table and the rows", () => {
  const f = fn({ x: table, y: f64([1, columns]), k: i32([]) }, ({ x, y, k }) => {
    const once = dynamicUpdateSlice(sin(x), y, [k, 0]);
    return dynamicUpdateSlice(once, dynamicSlice(once, [3, 0], [1, columns]), [add(k, 7), 0]);
  });
  const { kernels } = checkLevels(tensorPasses.run(programOf(f)));
  const large = kernels.buffers.filter(
    ({ shape, space }) => space === "arena" && productSize(shape) === rows * columns,
  );
  expect(large).toEqual([]);
});

test("the numbers of a loop's steps are its index: no array, no clamp where the slice is certainly inside", () => {
  const f = fn({ x: f64(["n", 3]) }, ({ x }) => {
    const zero = mul(0, sum(x));
    const all = fori(0, "n", (i, c) => add(c, sum(sin(dynamicSlice(x, [i, 0], [1, 3])))), zero);
    return fori(1, "n", (i, c) => mul(c, sum(dynamicSlice(x, [add(i, -1), 1], [2, 2]))), all);
  });
  const { kernels, loops: program } = checkLevels(tensorPasses.run(programOf(f)), { n: 4 });
  expect(kernels.buffers.filter(({ dtype }) => dtype === "i32")).toEqual([]);
  expect(JSON.stringify(program)).not.toMatch(/"fn":"(min|max)"/);
  const past = fn({ x: f64(["n", 3]) }, ({ x }) =>
    fori(0, "n", (i, c) => add(c, sum(dynamicSlice(x, [add(i, 1), 0], [1, 3]))), mul(0, sum(x))),
  );
  expect(JSON.stringify(checkLevels(tensorPasses.run(programOf(past)), { n: 4 }).loops)).toMatch(/"fn":"min"/);
});
