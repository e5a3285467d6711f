/** customVjp and customJvp: rules are used, mapped, differentiated and transposed; what they cannot do is said in words. */
import {
  abs,
  add,
  cast,
  customJvp,
  customVjp,
  div,
  exp,
  f64,
  fn,
  gather,
  grad,
  greater,
  hessian,
  i32,
  jacobian,
  jvp,
  log,
  matmul,
  maximum,
  minimum,
  mul,
  scan,
  sin,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
  vjp,
  vmap,
} from "@tapeless/types";
import { evalFunc, isFn, parseFunc, printFunc, traceFn, verifyFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { checkWhole, drawArgs } from "../op-tests/testing/whole-programs.js";

const line = { x: f64([2]) };
const scalar = { x: f64([]) };

/** The identity, whose cotangents are three times too large: so a rule is seen to be used. */
const tripled = customVjp(
  fn(line, ({ x }) => mul(x, 1)),
  { forward: ({ x }) => [mul(x, 1), null], backward: (_, ct) => ({ x: mul(3, ct) }) },
);
const tripledForward = customJvp(
  fn(line, ({ x }) => mul(x, 1)),
  (_, { x }) => mul(3, x),
);

/** log(1 + eˣ), stable for large x: 1 - 1/(1 + eˣ) instead of eˣ/(1 + eˣ). */
const softplus = customJvp(
  fn(scalar, ({ x }) => log(add(1, exp(x)))),
  ({ x }, tangent) => mul(tangent.x, sub(1, div(1, add(1, exp(x))))),
);
/** The result itself is the residual: y = eˣ, x̄ = ȳ y. */
const exponential = customVjp(
  fn(scalar, ({ x }) => exp(x)),
  {
    forward: ({ x }) => {
      const y = exp(x);
      return [y, y];
    },
    backward: (y, ct) => ({ x: mul(ct, y) }),
  },
);

const summed = (f: typeof tripled) => fn(line, ({ x }) => sum(mul(f({ x }), f({ x }))));

const values: readonly {
  readonly title: string;
  readonly f: unknown;
  readonly inputs: readonly (number | readonly number[])[];
  readonly want: readonly (readonly number[])[];
}[] = [
  { title: "the value is the function's", f: tripled, inputs: [[1, 2]], want: [[1, 2]] },
  { title: "reverse mode takes the rule", f: grad(summed(tripled)), inputs: [[1, 2]], want: [[6, 12]] },
  {
    title: "forward mode takes its transpose",
    f: jvp(tripled),
    inputs: [
      [1, 2],
      [10, 20],
    ],
    want: [
      [1, 2],
      [30, 60],
    ],
  },
  { title: "reverse mode transposes the rule", f: grad(summed(tripledForward)), inputs: [[1, 2]], want: [[6, 12]] },
  {
    title: "Jacobians in both modes",
    f: jacobian(tripled, "x", { mode: "reverse" }),
    inputs: [[1, 2]],
    want: [[3, 0, 0, 3]],
  },
  { title: "columns", f: jacobian(tripledForward, "x", { mode: "forward" }), inputs: [[1, 2]], want: [[3, 0, 0, 3]] },
  { title: "the rule is differentiated", f: hessian(summed(tripled)), inputs: [[1, 2]], want: [[18, 0, 0, 18]] },
  { title: "also that of forward mode", f: hessian(summed(tripledForward)), inputs: [[1, 2]], want: [[18, 0, 0, 18]] },
  { title: "a stable derivative", f: grad(softplus), inputs: [800], want: [[1]] },
  { title: "and the next one", f: grad(grad(softplus)), inputs: [0], want: [[0.25]] },
  { title: "a residual that is the result", f: grad(grad(grad(exponential))), inputs: [0], want: [[1]] },
  {
    title: "under vmap, the cotangents of what is shared are added",
    f: grad(
      fn({ x: f64([3]), w: f64([]) }, ({ x, w }) => {
        const scaled = customVjp(
          fn({ x: f64([]), w: f64([]) }, (given) => mul(given.x, given.w)),
          {
            forward: (given) => [mul(given.x, given.w), given],
            backward: (kept, ct) => ({ x: mul(ct, kept.w), w: mul(10, mul(ct, kept.x)) }),
          },
        );
        return sum(vmap(scaled, 3, { w: null })({ x, w }));
      }),
      ["x", "w"],
    ),
    inputs: [[1, 2, 3], 5],
    want: [[5, 5, 5], [60]],
  },
  {
    title: "stopGradient in a rule",
    f: grad(
      grad(
        customJvp(
          fn(scalar, ({ x }) => mul(x, x)),
          ({ x }, t) => mul(t.x, stopGradient(mul(2, x))),
        ),
      ),
    ),
    inputs: [3],
    want: [[0]],
  },
  {
    title: "a step whose gradient is handed straight through",
    f: grad(
      fn(line, ({ x }) => {
        const step = customJvp(
          fn(line, (given) => cast(greater(given.x, 0), "f64")),
          (_, t) => t.x,
        );
        return sum(mul(step({ x }), x));
      }),
    ),
    inputs: [[2, -3]],
    want: [[3, -3]],
  },
  {
    title: "forward mode under vmap, through what is shared",
    f: jvp(
      fn({ x: f64([2]), w: f64([]) }, ({ x, w }) => {
        const scaled = customVjp(
          fn({ x: f64([]), w: f64([]) }, (given) => mul(given.x, given.w)),
          {
            forward: (given) => [mul(given.x, given.w), given],
            backward: (kept, ct) => ({ x: mul(ct, kept.w), w: mul(ct, kept.x) }),
          },
        );
        return vmap(scaled, 2, { w: null })({ x, w });
      }),
    ),
    inputs: [[1, 2], 5, [10, 20], 100],
    want: [
      [5, 10],
      [150, 300],
    ],
  },
  {
    title: "integers are left out",
    f: grad(
      fn({ table: f64([3]), at: i32([2]) }, (given) => {
        const rows = customVjp(
          fn({ table: f64([3]), at: i32([2]) }, ({ table, at }) => ({ rows: gather(table, at), at })),
          {
            forward: ({ table, at }) => [{ rows: gather(table, at), at }, null],
            backward: (_, ct) => ({ table: mul(sum(ct.rows), tableOf(given.table)) }),
          },
        );
        return sum(rows(given).rows);
      }),
      "table",
    ),
    inputs: [
      [1, 2, 3],
      [0, 2],
    ],
    want: [[2, 2, 2]],
  },
];
function tableOf(x: typeof line.x | ReturnType<typeof f64<[3]>>) {
  return add(mul(0, x), 1) as ReturnType<typeof f64<[3]>>; // of the table's shape
}

test.each(values)("$title", ({ f, inputs, want }) => {
  resultsOf(f, inputs).forEach((result, k) =>
    result.forEach((value, at) => expect(value).toBeCloseTo(want[k]?.[at] ?? Number.NaN, 13)),
  );
});

/** Right rules: then every derivative of every order is that of the function. */
const programs: Readonly<Record<string, unknown>> = {
  "a rule for a root": fn({ x: f64([2]), w: f64([2, 2]) }, ({ x, w }) => {
    const norm = customVjp(
      fn(line, (given) => sqrt(add(1, sum(mul(given.x, given.x))))),
      {
        forward: (given) => {
          const y = sqrt(add(1, sum(mul(given.x, given.x))));
          return [y, { y, x: given.x }];
        },
        backward: ({ y, x: at }, ct) => ({ x: mul(ct, div(at, y)) }),
      },
    );
    return mul(norm({ x }), norm({ x: matmul(w, sin(x)) }));
  }),
  "a rule that captures": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const scale = sin(w);
    const inner = customJvp(
      fn({ x: f64([2]), s: f64([2]) }, (given) => mul(tanh(given.x), given.s)),
      (given, t, y) => add(mul(t.x, sub(given.s, mul(y, tanh(given.x)))), mul(t.s, add(tanh(given.x), mul(0, scale)))),
    );
    return sum(mul(inner({ x, s: scale }), w));
  }),
  "in a loop, under vmap": fn({ x: f64([3, 2]), w: f64([2]) }, ({ x, w }) => {
    const step = customVjp(
      fn({ h: f64([2]), w: f64([2]) }, (given) => sin(mul(given.h, given.w))),
      {
        forward: (given) => [sin(mul(given.h, given.w)), given],
        backward: (kept, ct) => {
          const slope = sub(mul(0, ct), mul(-1, mul(ct, cosOf(mul(kept.h, kept.w)))));
          return { h: mul(slope, kept.w), w: mul(slope, kept.h) };
        },
      },
    );
    const each = vmap(
      fn({ h: f64([2]) }, ({ h }) => {
        const [last] = scan((s) => [step({ h: s, w }), null] as const, h, null, { length: 2 });
        return sum(last);
      }),
      3,
    );
    return sum(each({ h: x }));
  }),
};
function cosOf(x: typeof line.x) {
  return sin(add(x, Math.PI / 2)); // no op of its own, so that the rule says it in other words than the compiler
}

describe("checked by differences, in both modes and twice", () => {
  test.each(Object.entries(programs))("%s", (title, program) => {
    checkWhole(program, title);
  });
});

// ---- what is refused

const identity = fn(line, ({ x }) => mul(x, 1));
const clipped = customVjp(identity, {
  forward: ({ x }) => [mul(x, 1), null],
  backward: (_, ct) => ({ x: minimum(1, maximum(-1, ct)) }),
});

test("a rule that is not linear serves reverse mode: gradients are clipped", () => {
  expect(resultsOf(grad(fn(line, ({ x }) => sum(mul(clipped({ x }), 5)))), [[1, 2]])).toEqual([[1, 1]]);
  expect(
    resultsOf(vjp(clipped), [
      [1, 2],
      [0.5, 7],
    ]),
  ).toEqual([
    [1, 2],
    [0.5, 1],
  ]);
});

test("but not forward mode", () => {
  expect(() => programOf(jvp(clipped))).toThrow(
    /customVjp: .*forward mode.*not linear in the cotangent: .* is not linear. Use customJvp/,
  );
});

describe("a rule of forward mode that is not linear in the tangents", () => {
  test.each([
    ["a product of two", "mul multiplies one with another", (t: typeof line.x) => mul(t, t)],
    ["a term without one", "add adds to them what does not depend on them", (t: typeof line.x) => add(t, 1)],
    ["no tangent at all", "its result does not depend on them", (_: typeof line.x, x: typeof line.x) => sin(x)],
    ["a function of one", "sin is not linear", (t: typeof line.x) => sin(t)],
    ["their size", "abs is not linear", (t: typeof line.x) => abs(t)],
    ["a division by one", "div is not linear in its operand 1", (t: typeof line.x, x: typeof line.x) => div(x, t)],
    ["what stops derivatives", "stopGradient has no derivative", (t: typeof line.x) => stopGradient(t)],
    [
      "in a loop",
      "add adds to them what does not depend on them",
      (t: typeof line.x) => scan((s) => [add(s, 1), null] as const, t, null, { length: 2 })[0],
    ],
    [
      "in vmap",
      "mul multiplies one with another",
      (t: typeof line.x) =>
        vmap(
          fn(scalar, ({ x }) => mul(x, x)),
          2,
        )({ x: t }),
    ],
    [
      "as a point",
      "vjp is not linear in what it is taken at",
      (t: typeof line.x) => grad(fn(line, ({ x }) => sum(mul(x, x))))({ x: t }),
    ],
  ] as const)("%s", (_title, why, rule) => {
    expect(() => customJvp(identity, ({ x }, t) => rule(t.x, x))).toThrow(
      `customJvp: the rule must be linear in the tangents, but ${why}`,
    );
  });
});

test("rules that are linear in many words", () => {
  const rules = [
    (t: typeof line.x, x: typeof line.x) => scan((s) => [mul(s, x), null] as const, t, null, { length: 2 })[0],
    (t: typeof line.x, x: typeof line.x) =>
      vmap(
        fn({ a: f64([]), b: f64([]) }, ({ a, b }) => mul(sin(a), b)),
        2,
      )({ a: x, b: t }),
    (t: typeof line.x, x: typeof line.x) =>
      jvp(fn(line, (given) => mul(given.x, given.x)))({ input: { x }, tangent: { x: t } }).tangent,
    (t: typeof line.x) => add(mul(0, t), t),
  ];
  for (const rule of rules)
    checkWhole(
      fn(line, ({ x }) => sum(sin(customJvp(identity, (at, d) => rule(d.x, at.x))({ x })))),
      "",
      1 as 1,
    );
});

test("what a function captures is not differentiated behind the rule's back", () => {
  const f = fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const inner = customVjp(
      fn(line, (given) => mul(given.x, w)),
      { forward: (given) => [mul(given.x, w), null], backward: (_, ct) => ({ x: mul(ct, w) }) },
    );
    return sum(inner({ x }));
  });
  expect(
    resultsOf(grad(f, "x"), [
      [1, 2],
      [3, 4],
    ]),
  ).toEqual([[3, 4]]);
  expect(() => programOf(grad(f, "w"))).toThrow(/customVjp: the function uses a tensor of the function around it/);
});

// ---- the equations themselves

test.each([
  ["customVjp(", summed(tripled)],
  ["customJvp(", summed(tripledForward)],
] as const)("%s prints, parses, verifies and evaluates", (word, f) => {
  if (!isFn(f)) throw new Error("no function");
  const { func } = traceFn(f, "f");
  const text = printFunc(verifyFunc(func));
  expect(text).toContain(word);
  expect(printFunc(verifyFunc(parseFunc(text)))).toBe(text);
  const args = drawArgs(func, 4);
  expect(evalFunc(func, args)).toEqual(evalFunc(programOf(f), args));
});
