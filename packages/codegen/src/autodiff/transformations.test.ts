/** grad, valueAndGrad, vjp, jvp and vmap as users call them: over trees, of several inputs, in each other, over captures. */
import {
  add,
  cast,
  cosh,
  f32,
  f64,
  fn,
  gather,
  grad,
  i32,
  jvp,
  matmul,
  max,
  mean,
  mul,
  pow,
  reshape,
  scan,
  sin,
  softmax,
  sub,
  sum,
  tanh,
  valueAndGrad,
  vjp,
  vmap,
} from "@tapeless/types";
import { evalFunc, type Func, isFn, opNamed, printFunc, traceFn, verifyFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { withOps } from "../op-tests/testing/mutants.js";
import { type Data, programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { checkWhole } from "../op-tests/testing/whole-programs.js";
import { expand } from "./expand.js";

const x3 = { x: f64([]) };
const cube = fn(x3, ({ x }) => mul(x, x, x));

const params = {
  layers: [
    { w: f64([2, 2]), b: f64([2]) },
    { w: f64([2, 1]), b: f64([1]) },
  ],
  scale: f64([]),
} as const;
const model = fn({ params, x: f64([3, 2]) }, ({ params: { layers, scale }, x }) => {
  const [first, second] = layers;
  const hidden = tanh(add(matmul(x, first.w), first.b));
  return mul(scale, add(matmul(hidden, second.w), second.b));
});
const loss = fn({ ...model.input, y: f64([3, 1]) }, ({ y, ...rest }) => mean(pow(sub(model(rest), y), 2)));

/** Each is a function of one float result, checked by differences, in both modes and twice. */
const programs: Readonly<Record<string, unknown>> = {
  "a model with a tree of parameters": loss,
  "a gradient of a gradient": fn(x3, (input) => grad(fn(x3, (inner) => grad(cube)(inner)))(input)),
  "a step of descent": fn({ ...loss.input, rate: f64([]) }, ({ rate, ...batch }) => {
    const slope = grad(loss, "params")(batch);
    const scale = sub(batch.params.scale, mul(rate, slope.scale));
    return loss({ ...batch, params: { ...batch.params, scale } });
  }),
  "a gradient through vmap": fn({ x: f64([3, 2]), w: f64([2]) }, ({ x, w }) => {
    const each = vmap(
      fn({ x: f64([2]), w: f64([2]) }, (given) => sin(sum(mul(given.x, given.w)))),
      3,
      { w: null },
    );
    return sum(mul(each({ x, w }), each({ x, w })));
  }),
  "vmap of a gradient": fn({ x: f64([3, 2]) }, ({ x }) => {
    const slope = grad(fn({ x: f64([2]) }, (given) => sum(tanh(mul(given.x, given.x)))));
    return sum(mul(vmap(slope, 3)({ x }), x));
  }),
  "vmap along another axis": fn({ x: f64([2, 3]), w: f64([2]) }, ({ x, w }) => {
    const each = vmap(
      fn({ x: f64([2]), w: f64([2]) }, (given) => sum(mul(softmax(given.x), given.w))),
      3,
      { x: 1, w: null },
    );
    return sum(pow(each({ x, w }), 2));
  }),
  "vmap of vmap": fn({ x: f64([2]), y: f64([3]) }, ({ x, y }) => {
    const one = fn({ a: f64([]), b: f64([]) }, ({ a, b }) => sin(mul(a, b)));
    const all = vmap(vmap(one, 3, { a: null }), 2, { b: null });
    return sum(pow(all({ a: x, b: y }), 2));
  }),
  "a gradient of what captures": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const scale = mul(w, w);
    const inner = fn({ z: f64([2]) }, ({ z }) => sum(mul(sin(z), scale)));
    return sum(mul(grad(inner)({ z: x }), x));
  }),
  "a vjp of what captures": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const inner = fn({ z: f64([2]) }, ({ z }) => mul(tanh(z), w));
    const { value, grad: pulled } = vjp(inner)({ input: { z: x }, cotangent: sin(w) });
    return sum(mul(value, pulled.z));
  }),
  "a jvp of what captures": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const inner = fn({ z: f64([2]) }, ({ z }) => mul(tanh(z), w));
    const { tangent } = jvp(inner)({ input: { z: x }, tangent: { z: w } });
    return sum(mul(tangent, tangent));
  }),
  "vmap of what captures": fn({ x: f64([3, 2]), w: f64([2]) }, ({ x, w }) => {
    const each = vmap(
      fn({ z: f64([2]) }, ({ z }) => sum(mul(sin(z), w))),
      3,
    );
    return sum(pow(each({ z: x }), 2));
  }),
  "a capture of a capture": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const outer = fn({ a: f64([2]) }, ({ a }) => {
      const inner = fn({ b: f64([2]) }, ({ b }) => sum(mul(b, mul(a, w))));
      return sum(mul(grad(inner)({ b: a }), a));
    });
    return sum(mul(grad(outer)({ a: x }), x));
  }),
  "a loop that captures, in a gradient, in vmap": fn({ x: f64([2, 2]), w: f64([2]) }, ({ x, w }) => {
    const one = fn({ z: f64([2]) }, ({ z }) => {
      const [last] = scan((s) => [sin(mul(s, w)), null] as const, z, null, { length: 2 });
      return sum(last);
    });
    return sum(mul(vmap(grad(one), 2)({ z: x }), x));
  }),
};

describe("checked by differences", () => {
  test.each(Object.entries(programs))("%s", (title, program) => {
    checkWhole(program, title);
  });
});

// ---- values and trees

const third = fn(x3, (input) => grad(fn(x3, (b) => grad(fn(x3, (a) => grad(cube)(a)))(b)))(input));
const pair = fn({ x: f64([2]), n: i32([2]) }, ({ x, n }) => [sum(mul(x, x)), { n, twice: mul(x, 2) }] as const);
const rows = fn({ x: f64([2]), w: f64([2, 2]) }, ({ x, w }) => matmul(w, x));
const mixed = fn({ table: { w: f64([3]), at: i32([2]) } }, ({ table }) => sum(gather(table.w, table.at)));

/** Perturbation confusion: the derivative of x · (d/dy (x + y) at 1) is 1, not 2. */
const confusion = fn(x3, ({ x }) => mul(x, grad(fn({ y: f64([]) }, ({ y }) => add(x, y)))({ y: mul(0, x) })));

const values: readonly {
  readonly title: string;
  readonly f: unknown;
  readonly inputs: readonly Data[];
  readonly want: readonly (readonly number[])[];
}[] = [
  { title: "the first derivative of a cube", f: grad(cube), inputs: [2], want: [[12]] },
  { title: "the third", f: third, inputs: [2], want: [[6]] },
  { title: "forward over forward", f: jvp(jvp(cube)), inputs: [2, 1, 1, 0], want: [[8], [12], [12], [12]] },
  {
    title: "vjp over vjp",
    f: grad(fn(x3, ({ x }) => vjp(cube)({ input: { x }, cotangent: x }).grad.x)),
    inputs: [2],
    want: [[36]],
  },
  { title: "one gradient inside another", f: grad(confusion), inputs: [3], want: [[1]] },
  { title: "value and gradient", f: valueAndGrad(cube), inputs: [2], want: [[8], [12]] },
  {
    title: "value, aux and gradient",
    f: valueAndGrad(pair, "x", { aux: true }),
    inputs: [
      [3, 4],
      [5, 6],
    ],
    want: [[25], [5, 6], [6, 8], [6, 8]],
  },
  {
    title: "several inputs",
    f: grad(
      fn({ a: f64([]), b: f64([]), c: f64([]) }, ({ a, b, c }) => mul(a, mul(b, c))),
      ["c", "a"],
    ),
    inputs: [2, 3, 5],
    want: [[6], [15]],
  },
  {
    title: "vjp gives the value and leaves integers out",
    f: vjp(mixed, "table"),
    inputs: [[7, 8, 9], [2, 2], 10],
    want: [[18], [0, 0, 20]],
  },
  {
    title: "jvp leaves integers out",
    f: jvp(mixed),
    inputs: [
      [7, 8, 9],
      [2, 0],
      [1, 10, 100],
    ],
    want: [[16], [101]],
  },
  {
    title: "vjp of all inputs",
    f: vjp(rows),
    inputs: [
      [1, 2],
      [1, 2, 3, 4],
      [1, 10],
    ],
    want: [
      [5, 11],
      [31, 42],
      [1, 2, 10, 20],
    ],
  },
  {
    title: "an unused input",
    f: grad(
      fn({ x: f64([]), y: f64([2]) }, ({ x }) => x),
      ["x", "y"],
    ),
    inputs: [1, [Number.NaN, Number.POSITIVE_INFINITY]],
    want: [[1], [0, 0]],
  },
  { title: "an input used twice", f: grad(fn(x3, ({ x }) => add(x, mul(x, x), x))), inputs: [3], want: [[8]] },
  {
    title: "through casts",
    f: grad(fn({ x: f32([2]) }, ({ x }) => sum(mul(cast(x, "f64"), cast(x, "f64"))))),
    inputs: [[3, 4]],
    want: [[6, 8]],
  },
  {
    title: "a captured tensor in vmap is shared",
    f: fn({ x: f64([3]), w: f64([]) }, ({ x, w }) =>
      vmap(
        fn({ z: f64([]) }, ({ z }) => mul(z, w)),
        3,
      )({ z: x }),
    ),
    inputs: [[1, 2, 3], 10],
    want: [[10, 20, 30]],
  },
  {
    title: "vmap along the last axis",
    f: vmap(
      fn({ x: f64([2]) }, ({ x }) => max(x)),
      3,
      { x: -1 },
    ),
    inputs: [[1, 2, 3, 6, 5, 4]],
    want: [[6, 5, 4]],
  },
  {
    title: "vmap of what uses no mapped input",
    f: vmap(
      fn({ x: f64([]), y: f64([]) }, ({ y }) => mul(y, 2)),
      2,
      { y: null },
    ),
    inputs: [[1, 2], 5],
    want: [[10, 10]],
  },
];

describe("values", () => {
  test.each(values)("$title", ({ f, inputs, want }) => {
    expect(resultsOf(f, inputs)).toEqual(want);
  });
});

test("the gradient is a tree like its input", () => {
  const slope = grad(loss, ["params", "x"]);
  if (!isFn(slope)) throw new Error("no function");
  const { output } = traceFn(slope, "slope");
  const shown = JSON.stringify(output, (key, value) => (key === "leaf" ? `[${value.shape}]` : value));
  for (const path of ["params", "layers", "scale", "[2,2]", "[2,1]", "[3,2]"]) expect(shown).toContain(path);
});

test("a batch of names: the gradient of a mean over a named dimension", () => {
  const f = fn({ x: f64(["n", 2]) }, ({ x }) => mean(mul(x, x)));
  const func = programOf(grad(f));
  const [gradient] = evalFunc(
    func,
    [{ shape: [3, 2], dtype: "f64", value: Float64Array.from([1, 2, 3, 4, 5, 6]), bound: new Float64Array(6) }],
    { n: 3 },
  );
  gradient?.value.forEach((value, k) => expect(value).toBeCloseTo((k + 1) / 3, 14));
});

/** Every name of an op in a program, at any depth. */
const opsIn = (func: Func): readonly string[] =>
  func.eqns.flatMap((eqn) => [eqn.op, ...eqn.funcs.flatMap((inner) => opsIn(inner))]);

test("expanding leaves no transformation at any depth, and expands nothing twice", () => {
  for (const [title, f] of Object.entries(programs)) {
    if (!isFn(f)) throw new Error("no function");
    const once = expand(traceFn(f, "f").func);
    expect(
      opsIn(once).filter((op) => ["jvp", "vjp", "vmap"].includes(op)),
      title,
    ).toEqual([]);
    expect(printFunc(verifyFunc(expand(once))), title).toBe(printFunc(once));
  }
});

describe("an op without a derivative on the path", () => {
  const cosine = opNamed("cosh");
  const forbidden = { ...cosine, derivative: { form: "none", zero: false, why: "nobody knows it" } } as const;
  const f = fn({ x: f64([2]), y: f64([2]) }, ({ x, y }) => sum(mul(cosh(x), reshape(y, [2]))));

  test("is an error that names the op and the reason", () => {
    withOps([forbidden], () => {
      expect(() => programOf(grad(f, "x"))).toThrow("cosh has no derivative: nobody knows it");
      expect(() => programOf(jvp(f, "x"))).toThrow("cosh has no derivative: nobody knows it");
    });
  });

  test("is none where nothing flows through it", () => {
    withOps([forbidden], () => {
      expect(
        resultsOf(grad(f, "y"), [
          [0, 0],
          [1, 1],
        ]),
      ).toEqual([[1, 1]]);
    });
  });
});
