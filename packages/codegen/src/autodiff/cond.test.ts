/** Choices: what they compute, which branch runs, their derivatives, and the generated code. */
import {
  add,
  bool,
  cast,
  cond,
  div,
  f64,
  fn,
  grad,
  i32,
  jacobian,
  jvp,
  less,
  matmul,
  mul,
  scan,
  sin,
  sqrt,
  sub,
  sum,
  switchCase,
  type Tensor,
  tanh,
  valueAndGrad,
  vmap,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { evalFunc, parseFunc, printFunc, verifyFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { checkMapped, mappings } from "../op-tests/testing/batching.js";
import { checkTangent } from "../op-tests/testing/first-order.js";
import { pullBack } from "../op-tests/testing/programs.js";
import { type Data, programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { expectSame } from "../op-tests/testing/tensors.js";
import { checkWhole, drawArgs, wholeSubject } from "../op-tests/testing/whole-programs.js";
import { checkLevels } from "../passes/testing/check-levels.js";
import { tensorPasses } from "../pipeline/compile-function.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";

type Vector = Tensor<[2], "f64">;

/** A bool that the program computes, and that is known here. */
const holds = (x: Vector, taken: number) => less(mul(0, sum(x)), taken === 1 ? 1 : -1);
const index = (x: Vector, taken: number) => cast(add(mul(0, sum(x)), taken), "i32");

/** Choices of every kind, with each branch taken in turn. */
const choices: Readonly<Record<string, (taken: number) => unknown>> = {
  "a predicate that is computed": (taken) =>
    fn({ x: f64([2]), w: f64([2, 2]) }, ({ x, w }) =>
      sum(
        cond(
          holds(x, taken),
          () => tanh(matmul(w, x)),
          () => mul(x, sin(x)),
        ),
      ),
    ),
  "a tree, with operands": (taken) =>
    fn({ x: f64([2]), y: f64([]) }, ({ x, y }) => {
      const { a, b } = cond(
        holds(x, taken),
        (p, q) => ({ a: mul(p, q), b: [sin(q), q] as const }),
        (p, q) => ({ a: sin(p), b: [mul(q, q), sum(p)] as const }),
        x,
        y,
      );
      return add(sum(mul(a, a)), mul(b[0], b[1]));
    }),
  "a branch that is a captured tensor, one that is a number": (taken) =>
    fn({ x: f64([2]), y: f64([2]) }, ({ x, y }) => {
      const squares = mul(y, y);
      const chosen = switchCase(index(x, taken), [() => squares, () => zeros([2], "f64"), () => x, () => y]);
      return sum(mul(mul(chosen, x), chosen));
    }),
  "the same result twice, and one that nobody needs": (taken) =>
    fn({ x: f64([2]) }, ({ x }) => {
      const [a, b] = cond(
        holds(x, taken),
        () => {
          const s = sin(x);
          return [s, s, x] as const;
        },
        () => [x, mul(x, x), tanh(x)] as const,
      );
      return sum(mul(a, b));
    }),
  "a choice in a choice": (taken) =>
    fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
      sum(
        switchCase(
          index(x, taken),
          [
            (u) => mul(u, w),
            (u) =>
              cond(
                less(sum(u), 100),
                () => mul(sin(u), mul(w, w)),
                () => u,
              ),
            (u) =>
              cond(
                less(sum(u), -100),
                () => u,
                () => tanh(add(u, w)),
              ),
          ],
          mul(x, x),
        ),
      ),
    ),
  "a loop in a branch": (taken) =>
    fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
      sum(
        cond(
          holds(x, taken),
          () => scan((s: Vector) => [sin(mul(s, w)), null] as const, x, null, { length: 3 })[0],
          () => mul(x, w),
        ),
      ),
    ),
  "a choice in a loop, that takes both branches": (taken) =>
    fn({ x: f64([2]), w: f64([2]), xs: f64([4, 2]) }, ({ x, w, xs }) => {
      const [last, ys] = scan(
        (s: Vector, row: Vector) => {
          const next = cond(
            less(mul(sum(row), taken === 1 ? 1 : -1), 0),
            () => tanh(add(mul(s, w), row)),
            () => sub(s, mul(w, sin(row))),
          );
          return [next, mul(next, s)] as const;
        },
        x,
        xs,
      );
      return add(sum(last), sum(mul(ys, ys)));
    }),
  "a choice in a loop, of what the loop carries": (taken) =>
    fn({ x: f64([2]), y: f64([2]) }, ({ x, y }) => {
      const [{ p, q }] = scan(
        ({ p, q }: { p: Vector; q: Vector }) =>
          [
            cond(
              less(sum(p), taken === 1 ? 0.3 : -0.3),
              () => ({ p: add(p, mul(0.7, q)), q }),
              () => ({ p: mul(0.5, p), q: mul(-1, mul(q, p)) }),
            ),
            null,
          ] as const,
        { p: x, q: y },
        null,
        { length: 5 },
      );
      return add(sum(mul(p, p)), sum(q));
    }),
  "a loop of unknown length in a branch": (taken) =>
    fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
      sum(
        cond(
          holds(x, taken),
          () =>
            whileLoop(
              (s: Vector) => less(sum(mul(s, s)), 9),
              (s: Vector) => mul(s, add(1.5, mul(w, w))),
              add(x, 1),
            ),
          () => mul(x, w),
        ),
      ),
    ),
  "a choice in a loop of unknown length": (taken) =>
    fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
      sum(
        whileLoop(
          (s: Vector) => less(sum(mul(s, s)), 9),
          (s: Vector) =>
            cond(
              less(sum(s), taken === 1 ? 2.4 : 0),
              () => add(mul(s, 1.5), tanh(w)),
              () => add(s, add(0.5, sin(mul(w, s)))),
            ),
          add(x, 1),
        ),
      ),
    ),
  "vmap in a branch": (taken) =>
    fn({ x: f64([2]), h: f64([3, 2]) }, ({ x, h }) => {
      const each = vmap(
        fn({ s: f64([2]), w: f64([2]) }, ({ s, w }) => mul(sin(s), w)),
        3,
        { w: null },
      );
      return sum(
        cond(
          holds(x, taken),
          () => each({ s: h, w: x }),
          () => mul(h, h),
        ),
      );
    }),
  "a domain that only its branch may enter": (taken) =>
    fn({ x: f64([2]) }, ({ x }) => {
      const y = mul(sum(x), sum(x));
      const root = cond(
        less(y, taken === 1 ? 100 : 0),
        () => sqrt(add(y, 1)),
        () => mul(y, y),
      );
      return cond(
        less(y, -1),
        () => div(sqrt(sub(0, y)), sub(y, y)),
        () => mul(root, sin(root)),
      );
    }),
};

const cases = Object.entries(choices).flatMap(([title, make]) =>
  [0, 1].map((taken) => ({ title, taken, f: make(taken) })),
);

describe("derivatives", () => {
  test.each(cases)("of $title, $taken", ({ title, taken, f }) => {
    checkWhole(f, `${title} ${taken}`);
  });
});

describe("with respect to one input alone, the same as to all", () => {
  test.each(cases)("$title, $taken", ({ title, f }) => {
    const subject = wholeSubject(f, title);
    const u = evalFunc(subject.func, subject.args).slice(-1);
    const all = pullBack(subject, u);
    subject.wrt.forEach((k, n) => {
      const only = { ...subject, wrt: [k] };
      expectSame(pullBack(only, u), all.slice(n, n + 1), 1e-13, `${title}: input ${k}`);
      checkTangent(only);
    });
  });
});

describe("vmap", () => {
  test.each(cases)("of $title, $taken", ({ title, f }) => {
    const func = programOf(f, title);
    const [one, other] = [drawArgs(func, 3), drawArgs(func, 4)];
    for (const mapped of mappings(func.params.length)) {
      const args = one.map((x, k) =>
        mapped[k] ? { ...x, shape: [2, ...x.shape], value: join(x.value, other[k]?.value), bound: join(x.bound) } : x,
      );
      checkMapped(func, args, mapped, title);
    }
  });
});

/** Two positions of a mapped axis behind each other. */
const join = (a: Float64Array, b: Float64Array = a): Float64Array => Float64Array.from([...a, ...b]);

test.each(cases)("the program of $title, $taken, is written and read", ({ f }) => {
  const text = printFunc(programOf(f), { spans: false });
  expect(printFunc(verifyFunc(parseFunc(text)), { spans: false })).toBe(text);
});

// ---- values

const huber = fn({ x: f64([]), d: f64([]) }, ({ x, d }) =>
  cond(
    less(mul(x, x), mul(d, d)),
    () => mul(0.5, mul(x, x)),
    () =>
      mul(
        d,
        sub(
          cond(
            less(x, 0),
            () => mul(-1, x),
            () => x,
          ),
          mul(0.5, d),
        ),
      ),
  ),
);
const stages = fn({ k: i32([]), x: f64([2]) }, ({ k, x }) =>
  switchCase(
    k,
    [() => ({ y: x, n: add(k, 10) }), (u) => ({ y: mul(u, 2), n: k }), (u) => ({ y: mul(u, u), n: mul(k, k) })],
    x,
  ),
);
/** A ball that falls in steps of h and is thrown back where it would be below the ground. */
const bouncing = fn({ y: f64([]), v: f64([]) }, ({ y, v }) => {
  const h = 0.25;
  const [{ y: last }] = scan(
    (state: { y: Tensor<[], "f64">; v: Tensor<[], "f64"> }) => {
      const next = { y: add(state.y, mul(h, state.v)), v: sub(state.v, h) };
      const hit = () => ({ y: mul(-0.5, next.y), v: mul(-0.5, next.v) });
      return [cond(less(next.y, 0), hit, () => next), null] as const;
    },
    { y, v },
    null,
    { length: 4 },
  );
  return last;
});
const flagged = fn({ p: bool([]), x: f64([2]) }, ({ p, x }) =>
  cond(
    p,
    () => x,
    () => zeros([2], "f64"),
  ),
);

const values: readonly (readonly [
  title: string,
  f: unknown,
  inputs: readonly Data[],
  want: readonly (readonly number[])[],
])[] = [
  ["Huber, inside", huber, [[0.5], [1]], [[0.125]]],
  ["Huber, left", huber, [[-3], [1]], [[2.5]]],
  ["Huber, right", huber, [[3], [1]], [[2.5]]],
  ["Huber's slope, inside", grad(huber, "x"), [[0.5], [1]], [[0.5]]],
  ["Huber's slope, right", grad(huber, "x"), [[3], [1]], [[1]]],
  // y: 1, 0.75, 0.4375, 0.0625, -0.375 -> 0.1875; each slope in v: 0.25 a step, halved and turned round by the ground
  ["a ball that meets the ground in the last step", bouncing, [[1], [-1]], [[0.1875]]],
  ["its slope", grad(bouncing, ["y", "v"]), [[1], [-1]], [[-0.5], [-0.5]]],
  ["a ball that does not", grad(bouncing, ["y", "v"]), [[9], [-1]], [[1], [1]]],
  ["the first of three", stages, [[0], [3, 4]], [[3, 4], [10]]],
  ["the second of three", stages, [[1], [3, 4]], [[6, 8], [1]]],
  ["the third of three", stages, [[2], [3, 4]], [[9, 16], [4]]],
  ["an index below the branches", stages, [[-7], [3, 4]], [[3, 4], [3]]],
  ["an index past the branches", stages, [[5], [3, 4]], [[9, 16], [25]]],
  ["a bool that holds", flagged, [[1], [3, 4]], [[3, 4]]],
  ["a bool that does not", flagged, [[0], [3, 4]], [[0, 0]]],
  ["the tangent of Huber, inside", jvp(huber), [[0.5], [1], [1], [0]], [[0.125], [0.5]]],
  ["the tangent of Huber, left", jvp(huber), [[-3], [1], [1], [0]], [[2.5], [-1]]],
];

test.each(values)("%s", (_title, f, inputs, want) => {
  expect(resultsOf(f, inputs)).toEqual(want);
});

// ---- generated code

/** Arguments by name, as generated code takes them. */
const inputOf = (func: ReturnType<typeof programOf>, args: ReturnType<typeof drawArgs>): Record<string, unknown> =>
  Object.fromEntries(
    func.params.map(({ name, shape }, k) => {
      const value = args[k]?.value ?? new Float64Array();
      return [name, shape.length === 0 ? value[0] : value];
    }),
  );

/** The numbers of a result: one, an array, or a tree of them. */
const flat = (result: unknown): readonly number[] => {
  if (typeof result === "number") return [result];
  if (ArrayBuffer.isView(result)) return [...(result as Float64Array)]; // all results here are f64
  return Object.values(result as Readonly<Record<string, unknown>>).flatMap(flat); // nothing else comes out
};

/** The transformations, taken of functions whose inputs are only known here. */
type Model = { readonly input: Readonly<Record<string, unknown>> };
type Transformation = (f: Model, ...options: readonly unknown[]) => Model;
const [valueAndGradOf, gradOf, jacobianOf, vmapOf] = [valueAndGrad, grad, jacobian, vmap] as unknown as readonly [
  Transformation,
  Transformation,
  Transformation,
  Transformation,
];
const inputsOf = (f: Model): readonly string[] => Object.keys(f.input);
const first = (f: Model): readonly string[] => inputsOf(f).slice(0, 1);

/** What users ask of a function; each leaves other things to the levels below. */
const asked: Readonly<Record<string, (f: Model) => unknown>> = {
  value: (f) => f,
  "value and gradient": (f) => valueAndGradOf(f, inputsOf(f)),
  "Jacobian of the gradient": (f) => jacobianOf(gradOf(f, first(f)), first(f)),
  "gradients of many": (f) =>
    vmapOf(
      gradOf(f, first(f)),
      3,
      Object.fromEntries(
        inputsOf(f)
          .slice(1)
          .map((name) => [name, null]),
      ),
    ),
};

describe.each(Object.entries(asked))("every level and the generated code: %s", async (_title, ask) => {
  const named = cases.map(({ f, ...each }, k) => ({ ...each, f: ask(f as Model), name: `f${k}` }));
  const module = await importText(moduleText(Object.fromEntries(named.map(({ name, f }) => [name, f]))));
  test.each(named)("$title, $taken", ({ name, f }) => {
    const plain = programOf(f);
    const args = drawArgs(plain, 7);
    const want = evalFunc(plain, args).flatMap(({ value }) => [...value]);
    checkLevels(tensorPasses.run(plain));
    const got = flat(module[name]?.(inputOf(plain, args)));
    expect(got.length).toBe(want.length);
    got.forEach((value, k) => expect(value).toBeCloseTo(want[k] ?? Number.NaN, 11));
  });
});
