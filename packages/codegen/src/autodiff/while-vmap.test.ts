/** vmap of loops with a test, and of their gradients: against one call after the other, for every choice of mapped inputs. */
import {
  add,
  f64,
  fn,
  grad,
  greater,
  less,
  mul,
  sin,
  sum,
  type Tensor,
  valueAndGrad,
  vmap,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { evalFunc, type Func, isFloat, scanAttrs, traceFn } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { checkMapped, mappings } from "../op-tests/testing/batching.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { expectSame, slot, type Tensors } from "../op-tests/testing/tensors.js";
import { checkWhole, drawArgs } from "../op-tests/testing/whole-programs.js";
import { everyLevel } from "./testing/all-levels.js";
import { loops } from "./testing/loops-with-a-test.js";

/** A loop without its types: functions of named tensors, whose result is a number. */
type Loop = ReturnType<typeof fn<{ x: Tensor<[], "f64"> }, Tensor<[], "f64">>>;

const floatsOf = (loop: Loop): never =>
  traceFn(loop as never, "f").func.params.flatMap((param) => (isFloat(param) ? [param.name] : [])) as never; // functions all

/** Two positions of a mapped axis behind each other. */
const join = (a: Float64Array, b: Float64Array = a): Float64Array => Float64Array.from([...a, ...b]);

function checkAll(func: Func, title: string): void {
  const [one, other] = [drawArgs(func, 3), drawArgs(func, 4)];
  for (const mapped of mappings(func.params.length)) {
    const args = one.map((x, k) =>
      mapped[k] ? { ...x, shape: [2, ...x.shape], value: join(x.value, other[k]?.value), bound: join(x.bound) } : x,
    );
    checkMapped(func, args, mapped, title);
  }
}

describe("vmap", () => {
  test.each(Object.entries(loops))("of %s", (title, loop) => {
    checkAll(programOf(loop, title), title);
  });
});

/** The arguments at one position. */
const positionOf = (args: Tensors, mapped: readonly boolean[], position: number): Tensors =>
  args.map((x, k) => (mapped[k] ? slot(x, position) : x));

/** The gradient of each position, by one program for all, against one call after the other. */
function checkGradients(loop: Loop, title: string): void {
  const gradient = valueAndGrad(loop, floatsOf(loop));
  const alone = programOf(gradient, title);
  const names = traceFn(loop as never, "f").func.params.map(({ name }) => name); // functions all
  const [one, other] = [drawArgs(alone, 3), drawArgs(alone, 4)];
  for (const mapped of mappings(names.length)) {
    const axes = Object.fromEntries(names.flatMap((name, k) => (mapped[k] ? [] : [[name, null]])));
    const together = programOf(vmap(gradient, 2, axes as never), title); // axes of its inputs
    const args = one.map((x, k) =>
      mapped[k] ? { ...x, shape: [2, ...x.shape], value: join(x.value, other[k]?.value), bound: join(x.bound) } : x,
    );
    const got = evalFunc(together, args);
    [0, 1].forEach((position) => {
      const want = evalFunc(alone, positionOf(args, mapped, position));
      expectSame(
        got.map((x) => slot(x, position)),
        want,
        1e-13,
        `${title}: vmap of the gradient at ${position}`,
      );
    });
  }
}

describe("vmap of the gradient", () => {
  test.each(Object.entries(loops))("of %s", (title, loop) => {
    checkGradients(loop as Loop, title);
  });
});

/** Different positions take different numbers of steps: x = 0.4 needs 5, 0.9 needs 1, 3 none. */
const squares = fn({ x: f64([]), w: f64([]) }, ({ x, w }) =>
  whileLoop(
    (y) => less(y, 1),
    (y) => add(mul(y, 1.3), mul(0.1, w)),
    x,
  ),
);
const each = vmap(squares, 3, { w: null });

describe("positions that take different numbers of steps", () => {
  const data = [[0.4, 0.9, 3], [0.5]];
  const alone = (x: number): { y: number; dx: number; dw: number } => {
    let [y, dx, dw] = [x, 1, 0];
    for (; y < 1; y = 1.3 * y + 0.05) [dx, dw] = [1.3 * dx, 1.3 * dw + 0.1];
    return { y, dx, dw };
  };
  const want = [0.4, 0.9, 3].map(alone);

  test("values", async () => {
    const { results } = await everyLevel(each, data);
    results.flat().forEach((y, k) => expect(y).toBeCloseTo(want[k]?.y ?? Number.NaN, 14));
  });

  test("the gradient of the batch, and the batch of gradients", async () => {
    const total = fn({ x: f64([3]), w: f64([]) }, ({ x, w }) => sum(each({ x, w })));
    const { results: whole } = await everyLevel(grad(total, ["x", "w"]), data);
    const { results: parts } = await everyLevel(vmap(grad(squares, ["x", "w"]), 3, { w: null }), data);
    want.forEach(({ dx, dw }, k) => {
      expect(whole[0]?.[k]).toBeCloseTo(dx, 13);
      expect(parts[0]?.[k]).toBeCloseTo(dx, 13);
      expect(parts[1]?.[k]).toBeCloseTo(dw, 13);
    });
    expect(whole[1]?.[0]).toBeCloseTo(
      want.reduce((sum, { dw }) => sum + dw, 0),
      13,
    );
  });

  test("are a loop of loops, and the length of none of them is seen outside", () => {
    const [outer] = programOf(vmap(grad(squares, ["x", "w"]), 3, { w: null })).eqns.filter(({ op }) => op === "scan");
    if (outer === undefined) throw new Error("one loop over the positions");
    expect(scanAttrs(outer.attrs)).toMatchObject({ length: 3, carries: 0 });
    expect(outer.funcs[0]?.eqns.map(({ op }) => op)).toEqual(expect.arrayContaining(["while", "scan"]));
  });
});

test("positions that take the same steps go through one loop", () => {
  const counted = fn({ x: f64([]), w: f64([]) }, ({ x, w }) => {
    const { y } = whileLoop(
      ({ k }) => less(k, 3),
      ({ y, k }) => ({ y: sin(mul(y, w)), k: add(k, 1) }),
      { y: x, k: zeros([], "i32") },
    );
    return y;
  });
  const func = programOf(vmap(grad(counted, ["x", "w"]), 4, { w: null }));
  const ops = func.eqns.map(({ op }) => op);
  expect(ops.filter((op) => op === "while")).toHaveLength(1);
  expect(func.eqns.find(({ op }) => op === "while")?.outs.map(({ shape }) => shape.length)).not.toContain(3);
  expect(func.eqns.find(({ op }) => op === "while")?.outs.some(({ shape }) => shape[0] === 4)).toBe(true);
});

test("derivatives of a batch of loops, twice", () => {
  const batch = fn({ x: f64([2]), w: f64([]) }, ({ x, w }) => {
    const f = vmap(
      fn({ x: f64([]), w: f64([]) }, (given) =>
        mul(
          whileLoop(
            (y) => greater(y, 1.5),
            (y) => mul(0.5, add(y, sin(given.w))),
            add(given.x, 10),
          ),
          given.x,
        ),
      ),
      2,
      { w: null },
    );
    const y = f({ x, w });
    return sum(mul(y, y));
  });
  checkWhole(batch, "a batch");
});
