/** jacobian, hessian and hvp: layout, trees, modes, named sizes, and that the basis is never an array. */
import { add, cast, f32, f64, fn, hessian, hvp, jacobian, matmul, mul, relu, sin, slice, sum } from "@tapeless/types";
import { evalFunc, type Func, printFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { argsOf, type Data, programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { checkWhole } from "../op-tests/testing/whole-programs.js";
import { checkLevels } from "../passes/testing/check-levels.js";
import { compileFunction } from "../pipeline/compile-function.js";

const product = fn({ a: f64([2, 3]), x: f64([3]) }, ({ a, x }) => matmul(a, x));
const a = [1, 2, 3, 4, 5, 6];

const trees = fn({ p: { u: f64([2]), v: f64([]) }, q: f64([3]) }, ({ p: { u, v }, q }) => ({
  outer: mul(v, u),
  pair: [sum(mul(q, q)), mul(v, v)] as const,
}));

const cubic = fn({ x: f64([3]) }, ({ x }) => mul(sum(mul(x, x)), sum(x)));

const modes = [{ mode: "forward" }, { mode: "reverse" }, {}] as const;

const values: readonly {
  readonly title: string;
  readonly f: (options: (typeof modes)[number]) => unknown;
  readonly inputs: readonly Data[];
  readonly want: readonly (readonly number[])[];
}[] = [
  { title: "d(Ax)/dx = A", f: (o) => jacobian(product, "x", o), inputs: [a, [7, 8, 9]], want: [a] },
  {
    title: "d(Ax)/dA[i, j, k] = x[k] where i = j",
    f: (o) => jacobian(product, ["a"], o),
    inputs: [a, [7, 8, 9]],
    want: [[7, 8, 9, 0, 0, 0, 0, 0, 0, 7, 8, 9]],
  },
  {
    title: "a tree of results of a tree of inputs",
    f: (o) => jacobian(trees, "p", o),
    inputs: [[3, 4], 5, [1, 2, 3]],
    want: [[5, 0, 0, 5], [3, 4], [0, 0], [0], [0, 0], [10]],
  },
  {
    title: "every second element, from the end",
    f: (o) =>
      jacobian(
        fn({ x: f64([4]) }, ({ x }) => slice(x, 0, -1, undefined, -2)),
        "x",
        o,
      ),
    inputs: [[1, 2, 3, 4]],
    want: [[0, 0, 0, 1, 0, 1, 0, 0]],
  },
  {
    title: "the gradient of a scalar",
    f: (o) =>
      jacobian(
        fn({ x: f64([2]) }, ({ x }) => sum(mul(x, x))),
        undefined,
        o,
      ),
    inputs: [[3, 4]],
    want: [[6, 8]],
  },
  {
    title: "of a scalar",
    f: (o) =>
      jacobian(
        fn({ x: f64([]) }, ({ x }) => mul(x, x, x)),
        "x",
        o,
      ),
    inputs: [2],
    want: [[12]],
  },
  {
    title: "kinks and unused inputs are exact zeros",
    f: (o) =>
      jacobian(
        fn({ x: f64([2]), y: f64([2]) }, ({ x }) => relu(x)),
        ["x", "y"],
        o,
      ),
    inputs: [
      [0, 1],
      [Number.NaN, 1],
    ],
    want: [
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ],
  },
  {
    title: "an empty input",
    f: (o) =>
      jacobian(
        fn({ x: f64([0]), y: f64([2]) }, ({ x, y }) => mul(y, sum(x))),
        "x",
        o,
      ),
    inputs: [[], [1, 2]],
    want: [[]],
  },
];

describe.each(values)("$title", ({ f, inputs, want }) => {
  test.each(modes)("%o", (options) => {
    expect(resultsOf(f(options), inputs)).toEqual(want);
  });
});

test("a Hessian is a tree of trees", () => {
  const f = fn({ p: { u: f64([2]), v: f64([]) } }, ({ p: { u, v } }) => mul(v, v, sum(mul(u, u))));
  // y = v² |u|²: ∂²/∂u∂u = 2v² δ, ∂²/∂u∂v = 4 v u, ∂²/∂v² = 2|u|².
  expect(resultsOf(hessian(f), [[1, 2], 3])).toEqual([[18, 0, 0, 18], [12, 24], [12, 24], [10]]);
  expect(resultsOf(hvp(f), [[1, 2], 3, [1, 0], 10])).toEqual([[18 + 120, 240], [12 + 100]]);
});

test("the second derivative of a product of sums", () => {
  // y = (Σx²)(Σx): H[i, j] = 2δᵢⱼ Σx + 2xᵢ + 2xⱼ.
  const x = [1, 2, 3];
  const want = x.flatMap((xi, i) => x.map((xj, j) => (i === j ? 12 : 0) + 2 * xi + 2 * xj));
  expect(resultsOf(hessian(cubic), [x])).toEqual([want]);
});

test("a derivative has the dtype of the input, in both modes", () => {
  const f = fn({ x: f32([2]), w: f64([2]) }, ({ x, w }) => mul(cast(x, "f64"), w));
  for (const options of modes) {
    const program = programOf(jacobian(f, "x", options));
    const [result] = evalFunc(
      program,
      argsOf(program, [
        [1, 2],
        [3, 4],
      ]),
    );
    expect(result).toMatchObject({ dtype: "f32", value: Float64Array.from([3, 0, 0, 4]) });
  }
});

const named = fn({ x: f64(["n"]), m: f64(["k", "n"]) }, ({ x, m }) => sin(matmul(m, x)));

test("named sizes", () => {
  for (const options of modes) {
    const program = programOf(jacobian(named, "x", options));
    const sizes = { n: 3, k: 2 };
    const [result] = evalFunc(program, argsOf(program, [[0, 0, 0], a], sizes), sizes);
    expect(result?.shape).toEqual([2, 3]);
    expect([...(result?.value ?? [])]).toEqual(a); // cos 0 = 1
  }
});

test("captured tensors are shared by all directions", () => {
  const f = fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const inner = fn({ z: f64([2]) }, ({ z }) => mul(z, w));
    return sum(mul(jacobian(inner)({ z: x }), 2));
  });
  expect(
    resultsOf(f, [
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([[14]]);
});

test.each(modes.slice(0, 2))("a function of a Jacobian is differentiated: %o", (options) => {
  const inner = fn({ x: f64([2]) }, ({ x }) => mul(sin(x), sum(mul(x, x))));
  const f = fn({ x: f64([2]), y: f64([2, 2]) }, ({ x, y }) => sum(mul(jacobian(inner, "x", options)({ x }), y)));
  checkWhole(f, "Jacobian");
});

/** Shapes of the temporaries of the generated code. */
const stored = (func: Func): readonly string[] =>
  compileFunction(func)
    .planned.program.buffers.filter(({ space }) => space === "arena")
    .map(({ shape }) => `[${shape}]`);

test("the basis is computed where it is read", () => {
  const f = fn({ x: f64([40]) }, ({ x }) => add(sin(mul(x, x)), x));
  for (const options of modes) expect(stored(programOf(jacobian(f, "x", options)))).not.toContain("[40,40]");
  expect(stored(programOf(hvp(fn({ x: f64([40]) }, ({ x }) => sum(sin(mul(x, x)))))))).not.toContain("[40,40]");
});

test("the Jacobian of a dense layer makes no product of matrices", () => {
  const layer = fn({ w: f64([40, 30]), x: f64([30]) }, ({ w, x }) => sin(matmul(w, x)));
  for (const options of modes) {
    const func = programOf(jacobian(layer, "x", options));
    const { tensor, planned } = compileFunction(func);
    const sums = tensor.eqns.filter(
      ({ op, inputs }) => op === "contract" && inputs.every(({ shape }) => shape.length > 1),
    );
    expect(sums).toEqual([]);
    expect(
      planned.program.buffers.filter(({ space }) => space === "arena").map(({ shape }) => shape.length),
    ).not.toContain(2);
  }
});

test.each(modes)("gaps between elements mean the same at every level: %o", (options) => {
  const f = fn({ x: f64([6]) }, ({ x }) => mul(slice(x, 0, -1, undefined, -2), 3));
  checkLevels(programOf(jacobian(f, "x", options)));
});

test("the modes are chosen by the sizes, a named dimension counting as many", () => {
  const shown = (options: (typeof modes)[number], wrt: "x" | "m") =>
    printFunc(programOf(jacobian(named, wrt, options)), { spans: false });
  const rows = fn({ x: f64([9]), m: f64(["k", 9]) }, ({ x, m }) => matmul(m, x));
  const rowsShown = (options: (typeof modes)[number]) => printFunc(programOf(jacobian(rows, "x", options)));
  expect(shown({}, "m")).toBe(shown({ mode: "reverse" }, "m"));
  expect(shown({}, "x")).toBe(shown({ mode: "forward" }, "x"));
  expect(rowsShown({})).toBe(rowsShown({ mode: "forward" }));
});
