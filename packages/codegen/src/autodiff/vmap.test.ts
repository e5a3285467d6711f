/** vmap's axes: of inputs in trees, of results, of named sizes; alone, nested and around and inside other transformations. */
import {
  add,
  f64,
  fn,
  grad,
  hessian,
  i32,
  jacobian,
  jvp,
  matmul,
  mul,
  permute,
  scan,
  sin,
  stack,
  stopGradient,
  sum,
  vjp,
  vmap,
} from "@tapeless/types";
import { evalFunc, exactTensor, type Func } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { type Data, programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { checkWhole, drawArgs } from "../op-tests/testing/whole-programs.js";
import { compileFunction } from "../pipeline/compile-function.js";

const affine = fn({ p: { w: f64([2]), b: f64([]) }, x: f64([2]) }, ({ p: { w, b }, x }) => add(mul(w, x), b));

const values: readonly {
  readonly title: string;
  readonly f: unknown;
  readonly inputs: readonly Data[];
  readonly want: readonly (readonly number[])[];
}[] = [
  {
    title: "an axis for each tensor of an input",
    f: vmap(affine, 3, { p: { w: 1, b: null }, x: null }),
    inputs: [[1, 2, 3, 10, 20, 30], 0.5, [1, 2]],
    want: [[1.5, 20.5, 2.5, 40.5, 3.5, 60.5]],
  },
  {
    title: "what a tree of axes does not name is mapped in front",
    f: vmap(affine, 2, { p: { w: null } }),
    inputs: [
      [1, 2],
      [10, 20],
      [1, 2, 3, 4],
    ],
    want: [[11, 14, 23, 28]],
  },
  {
    title: "negative axes count the new one",
    f: vmap(affine, 3, { p: { w: -1, b: -1 }, x: null }),
    inputs: [
      [1, 2, 3, 10, 20, 30],
      [0, 1, 2],
      [1, 2],
    ],
    want: [[1, 20, 3, 41, 5, 62]],
  },
  {
    title: "the axis of a result",
    f: vmap(affine, 3, { p: { w: 1, b: null }, x: null }, -1),
    inputs: [[1, 2, 3, 10, 20, 30], 0.5, [1, 2]],
    want: [[1.5, 2.5, 3.5, 20.5, 40.5, 60.5]],
  },
  {
    title: "axes of a tree of results",
    f: vmap(
      fn({ x: f64([2]), n: i32([2]) }, ({ x, n }) => ({ x, list: [n, sum(x)] as const })),
      2,
      {},
      { x: 1, list: [-1, 0] },
    ),
    inputs: [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    want: [
      [1, 3, 2, 4],
      [5, 7, 6, 8],
      [3, 7],
    ],
  },
  {
    title: "stopGradient inside of it",
    f: grad(
      fn({ x: f64([2]) }, ({ x }) => {
        const each = fn({ z: f64([]) }, ({ z }) => mul(z, stopGradient(mul(z, z))));
        return sum(vmap(each, 2)({ z: x }));
      }),
    ),
    inputs: [[2, 3]],
    want: [[4, 9]],
  },
];

test.each(values)("$title", ({ f, inputs, want }) => {
  expect(resultsOf(f, inputs)).toEqual(want);
});

const rows = { x: f64([3, 2]), w: f64([2, 2]) };
const one = fn({ x: f64([2]), w: f64([2, 2]) }, ({ x, w }) => sin(matmul(w, mul(x, x))));
const shared = { w: null } as const;

/** Each is a scalar function of rows and shared weights. */
const programs: Readonly<Record<string, unknown>> = {
  "a Jacobian through it": fn(rows, (given) => sum(mul(jacobian(vmap(one, 3, shared, 1), "w")(given), 2))),
  "it of Jacobians": fn(rows, (given) => sum(mul(vmap(jacobian(one, "x"), 3, shared)(given), given.x.shape.length))),
  "it of Hessians": fn(rows, (given) => {
    const bend = hessian(
      fn(one.input, (each) => sum(one(each))),
      "x",
    );
    return sum(vmap(bend, 3, shared)(given));
  }),
  "it of vjp, transposed": fn(rows, ({ x, w }) => {
    const { grad: pulled } = vmap(
      vjp(one, "x"),
      3,
      { input: { x: 1, w: null }, cotangent: 1 },
      { value: 0, grad: 1 },
    )({
      input: { x: turned(x), w },
      cotangent: turned(sin(x)),
    });
    return sum(mul(pulled, turned(x)));
  }),
  "it of a loop of it": fn(rows, ({ x, w }) => {
    const walk = fn(one.input, (given) => {
      const [last] = scan(
        (h) => [sum(vmap(one, 2, shared)({ x: stacked(h), w: given.w }), 0), null] as const,
        given.x,
        null,
        {
          length: 2,
        },
      );
      return last;
    });
    return sum(vmap(walk, 3, shared)({ x, w }));
  }),
};
function turned(x: typeof rows.x) {
  return permute(x, [1, 0]);
}
function stacked(h: typeof one.input.x) {
  return stack([h, mul(0.5, h)]);
}

describe("checked by differences, in both modes and twice", () => {
  test.each(Object.entries(programs))("%s", (title, program) => {
    checkWhole(program, title);
  });
});

// ---- named sizes

const cube = fn({ z: f64([2]) }, ({ z }) => mul(z, z, z));

/** Runs a function of one float input with a mapped axis in front, for several sizes of it. */
function atSizes(f: unknown, check: (n: number, program: Func) => void): void {
  const program = programOf(f);
  for (const n of [0, 1, 3]) check(n, program);
  expect(() => compileFunction(program)).not.toThrow();
}

test("a named size, inside and outside of other transformations", () => {
  const slope = grad(fn({ z: f64([2]) }, ({ z }) => sum(mul(z, z, z))));
  const through = grad(fn({ z: f64(["n", 2]) }, ({ z }) => sum(mul(vmap(cube, "m")({ z }), 1))));
  for (const f of [vmap(slope, "n"), through]) {
    atSizes(f, (n, program) => {
      const z = Array.from({ length: 2 * n }, (_, k) => k + 1);
      const [result] = evalFunc(program, [exactTensor([n, 2], "f64", z)], { n });
      expect([...(result?.value ?? [])]).toEqual(z.map((each) => 3 * each * each));
    });
  }
});

test("forward mode through a named size", () => {
  const pushed = jvp(vmap(cube, "n"));
  atSizes(pushed, (n, program) => {
    const z = exactTensor(
      [n, 2],
      "f64",
      Array.from({ length: 2 * n }, (_, k) => k + 1),
    );
    const [, tangent] = evalFunc(program, [z, z], { n });
    expect([...(tangent?.value ?? [])]).toEqual([...z.value].map((each) => 3 * each ** 3));
  });
});

test("what all positions share is computed once", () => {
  const f = vmap(
    fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => mul(x, sin(w))),
    3,
    shared,
  );
  const program = programOf(f);
  const sine = program.eqns.find(({ op }) => op === "sin");
  expect(sine?.outs[0]?.shape).toEqual([2]);
  expect(evalFunc(program, drawArgs(program, 1))).toHaveLength(1);
});
