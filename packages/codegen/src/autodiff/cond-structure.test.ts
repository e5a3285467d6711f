/** What choices cost: which branch runs, what is kept for the backward pass, what is stored and where. */
import {
  add,
  checkpoint,
  cond,
  div,
  exp,
  f64,
  fn,
  gather,
  grad,
  greater,
  i32,
  less,
  log,
  matmul,
  mul,
  scan,
  sin,
  slice,
  sqrt,
  sum,
  switchCase,
  type Tensor,
  tanh,
  valueAndGrad,
  vmap,
} from "@tapeless/types";
import { type Eqn, type Func, scanAttrs } from "@tapeless/types/compiler";
import { describe, expect, test, vi } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { type Choose, countKernels, kernelLanguage } from "../ir/kernel/index.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { compileFunction, tensorPasses } from "../pipeline/compile-function.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";

type Vector = Tensor<[20], "f64">;

const compiled = (f: unknown) => compileFunction(programOf(f));
const optimised = (f: unknown): Func => tensorPasses.run(programOf(f));

/** Equations of an op, at any depth. */
const eqnsOf = (func: Func, op: string): readonly Eqn[] =>
  func.eqns.flatMap((eqn) => [...(eqn.op === op ? [eqn] : []), ...eqn.funcs.flatMap((inner) => eqnsOf(inner, op))]);

const shapesOf = (atoms: readonly { readonly shape: Eqn["outs"][number]["shape"] }[]): readonly string[] =>
  atoms.map(({ shape }) => `[${shape}]`);

const chooses = (f: unknown): readonly Choose[] =>
  kernelLanguage.walk(compiled(f).planned.program).filter((node) => node.kind === "Choose");

/** A recurrence that leaves its state alone where a row sums to something negative. */
const recurrence = fn({ x: f64([20]), w: f64([20, 20]), xs: f64([4, 20]) }, ({ x, w, xs }) => {
  const [last] = scan(
    (state: Vector, row: Vector) =>
      [
        cond(
          greater(sum(row), 0),
          () => sin(add(matmul(w, state), row)),
          () => state,
        ),
        null,
      ] as const,
    x,
    xs,
  );
  return sum(mul(last, last));
});

// ---- what runs

describe("only the branch taken runs", async () => {
  const one = fn({ x: f64([3]), c: f64([]) }, ({ x, c }) =>
    sum(
      cond(
        less(c, 0),
        () => sin(mul(x, x)),
        () => mul(exp(x), x),
      ),
    ),
  );
  const many = fn({ xs: f64([5, 3]), cs: f64([5]) }, ({ xs, cs }) =>
    sum(vmap(one, 5)({ x: xs, c: cs } as never) as Tensor<[5], "f64">),
  );
  const remembered = checkpoint(one);
  const module = await importText(
    moduleText({
      one: valueAndGrad(one, "x"),
      many: valueAndGrad(many, "xs"),
      remembered: valueAndGrad(remembered, "x"),
      recurrence: valueAndGrad(recurrence, ["w", "x"]),
    }),
  );
  const xs = (n: number): Float64Array => Float64Array.from({ length: n }, (_, k) => 0.1 * k - 0.2);

  /** How often functions of Math are called meanwhile. */
  function calls(run: () => unknown): Readonly<Record<"sin" | "exp", number>> {
    const [sins, exps] = (["sin", "exp"] as const).map((name) => vi.spyOn(Math, name));
    try {
      run();
      const [sin = 0, exp = 0] = [sins, exps].map((spy) => spy?.mock.calls.length);
      return { sin, exp };
    } finally {
      for (const spy of [sins, exps]) spy?.mockRestore();
    }
  }

  test.each([
    ["one", -1, { sin: true, exp: false }],
    ["one", 1, { sin: false, exp: true }],
    ["remembered", -1, { sin: true, exp: false }],
    ["remembered", 1, { sin: false, exp: true }],
  ] as const)("%s, at %i", (name, c, want) => {
    const found = calls(() => module[name]?.({ x: xs(3), c }));
    expect({ sin: found.sin > 0, exp: found.exp > 0 }).toEqual(want);
  });

  test.each([
    [[-1, -1, -1, -1, -1], 5],
    [[1, -1, 1, 1, -1], 2],
    [[1, 1, 1, 1, 1], 0],
  ])("each position of a batch its own: %j", (cs, taken) => {
    const found = calls(() => module.many?.({ xs: xs(15), cs: Float64Array.from(cs) }));
    expect(found.sin).toBe(3 * taken);
    expect(found.exp > 0).toBe(taken < 5);
  });

  test("each step of a loop its own", () => {
    const rows = Float64Array.from({ length: 80 }, (_, k) => (Math.floor(k / 20) === 2 ? 0.1 : -0.1));
    const found = calls(() => module.recurrence?.({ x: xs(20), w: xs(400), xs: rows }));
    expect(found.sin).toBe(20); // of the 20 elements, in one step of the four
  });
});

// ---- numbers that must not come through

describe("what the other branch would be contributes nothing", async () => {
  const guarded = fn({ x: f64([]) }, ({ x }) =>
    cond(
      greater(x, 0),
      () => mul(sqrt(x), log(x)),
      () => mul(3, x),
    ),
  );
  /** The root stands before the choice, so its slope of ∞ meets the cotangent of the branch that was not taken. */
  const before = fn({ x: f64([]) }, ({ x }) => {
    const root = sqrt(x);
    return cond(
      greater(x, 0),
      () => root,
      () => mul(2, x),
    );
  });
  const after = fn({ x: f64([2]) }, ({ x }) => {
    const quotient = div(1, sum(x));
    return sum(
      cond(
        greater(mul(sum(x), sum(x)), 0),
        () => mul(x, quotient),
        () => x,
      ),
    );
  });
  const functions = { guarded, before, after };
  const derivatives = Object.fromEntries(
    Object.entries(functions).flatMap(([name, f]) => [
      [name, grad(f as typeof guarded)],
      [`${name}2`, grad(fn(f.input as typeof guarded.input, ({ x }) => sum(grad(f as typeof guarded)({ x }))))],
    ]),
  );
  const module = await importText(moduleText(derivatives));
  test.each([
    ["guarded", -2, 3],
    ["guarded", 0, 3],
    ["guarded2", -2, 0],
    ["before", 0, 2],
    ["before", -1, 2],
    ["before2", 0, 0],
  ] as const)("%s at %i", (name, x, want) => {
    expect(module[name]?.({ x })).toBe(want);
  });
  test.each([
    ["after", [1, 1]],
    ["after2", [0, 0]],
  ] as const)("%s where the sum is zero", (name, want) => {
    expect([...(module[name]?.({ x: Float64Array.of(1, -1) }) ?? [])]).toEqual(want);
  });
});

test("an index that a choice keeps out of a branch is not refused by the call", async () => {
  const f = fn({ x: f64([3]), k: i32([1]) }, ({ x, k }) =>
    cond(
      less(sum(k), 3),
      () => gather(x, k),
      () => mul(-1, slice(x, 0, 0, 1)),
    ),
  );
  const module = await importText(moduleText({ f }));
  const at = (k: number): readonly number[] => [
    ...(module.f?.({ x: Float64Array.of(5, 6, 7), k: Int32Array.of(k) }) ?? []),
  ];
  expect([at(1), at(7)]).toEqual([[6], [-5]]);
});

// ---- what is kept and stored

describe("structure", () => {
  test("what a branch hands over goes through slots that the branches share", () => {
    const f = fn({ k: i32([]), x: f64([20]), w: f64([20, 20]) }, ({ k, x, w }) => {
      const y = switchCase(k, [
        () => sin(sin(x)),
        () => exp(mul(sin(matmul(w, x)), x)),
        () => x,
        () => mul(x, tanh(tanh(x))),
      ]);
      return sum(mul(y, y)); // its cotangent is made of the result, so that the two choices cannot be one
    });
    const [known, linear] = eqnsOf(optimised(grad(f, "x")), "switch") as [Eqn, Eqn];
    const counts = known.funcs.map(
      ({ eqns, outs }) => outs.length - eqns.filter(({ op }) => op === "unwritten").length,
    );
    expect(known.outs.length).toBe(Math.max(...counts));
    expect(known.funcs[2]?.eqns.every(({ op }) => op === "unwritten")).toBe(true);
    expect(new Set(shapesOf(known.outs))).toEqual(new Set(["[20]"])); // the weights are not handed over
    expect(linear.inputs[0]).toBe(known.inputs[0]);
  });

  test("a slot that a branch does not need is not written", () => {
    const f = fn({ k: i32([]), x: f64([20]) }, ({ k, x }) => {
      const y = switchCase(k, [() => x, () => sin(sin(sin(x)))]);
      return sum(mul(y, y));
    });
    const [known] = chooses(grad(f, "x")) as [Choose];
    const writes = known.branches.map((branch) => countKernels(branch).writes);
    expect(writes[0]).toBe(1);
    expect(writes[1]).toBeGreaterThan(1);
  });

  test("two choices by the same selector are one where nothing stands between", () => {
    const f = fn({ k: i32([]), x: f64([]) }, ({ k, x }) => switchCase(k, [() => sin(x), () => exp(x)]));
    const func = optimised(valueAndGrad(f, "x"));
    expect(eqnsOf(func, "switch").length).toBe(1);
    expect(eqnsOf(func, "switch")[0]?.outs.length).toBe(2);
  });

  test("a choice of one branch is that", () => {
    const f = fn({ k: i32([]), x: f64([]) }, ({ k, x }) => switchCase(k, [() => sin(x)]));
    expect(optimised(f).eqns.map(({ op }) => op)).toEqual(["sin"]);
  });

  test("a choice that is known is its branch", () => {
    const f = fn({ x: f64([]) }, ({ x }) =>
      cond(
        less(add(0, 1), 2) as never, // of literals alone
        () => sin(x),
        () => x,
      ),
    );
    expect(eqnsOf(optimised(f), "sin").length).toBe(1);
  });
});

describe("structure of a choice in a loop", () => {
  const func = optimised(grad(recurrence, ["w", "x"]));
  const [forward, backward] = eqnsOf(func, "scan") as [Eqn, Eqn];

  test("the weights and their cotangent are not stacked", () => {
    expect(shapesOf([...forward.outs, ...backward.outs])).not.toContain("[4,20,20]");
    const { carries } = scanAttrs(backward.attrs);
    expect(shapesOf(backward.outs.slice(0, carries))).toContain("[20,20]");
  });

  test("a branch that leaves the state alone does nothing, in both directions", () => {
    const found = chooses(grad(recurrence, ["w", "x"]));
    expect(found.length).toBe(2);
    for (const { branches } of found) expect(branches.map(({ steps }) => steps.length > 0)).toEqual([false, true]);
  });

  test("the cotangent of the weights is added up where it goes", () => {
    const { program } = compiled(grad(recurrence, ["w", "x"])).planned;
    const weights = program.buffers.filter(({ shape }) => shape.join() === "20,20");
    expect(weights.map(({ space }) => space).sort()).toEqual(["input", "output"]);
  });

  test("the state is overwritten in place", () => {
    const f = fn({ x: f64([20]), xs: f64([4, 20]) }, ({ x, xs }) => {
      const [last] = scan(
        (state: Vector, row: Vector) =>
          [
            cond(
              greater(sum(row), 0),
              () => tanh(add(state, row)),
              () => state,
            ),
            null,
          ] as const,
        x,
        xs,
      );
      return last;
    });
    const { program } = compiled(f).planned;
    expect(shapesOf(program.buffers.filter(({ space }) => space === "arena"))).not.toContain("[20]");
    const [{ branches }] = chooses(f) as [Choose];
    expect(branches.map(({ steps }) => steps.length)).toEqual([0, 1]);
  });

  test("what only one branch needs shares memory with what only another needs", () => {
    const f = fn({ k: i32([]), x: f64([20, 20]) }, ({ k, x }) =>
      switchCase(k, [
        () => matmul(matmul(x, x), x),
        () => matmul(x, matmul(x, x)),
        () => matmul(matmul(x, x), matmul(x, x)),
      ]),
    );
    expect(compiled(f).planned.memory.bytes).toBe(20 * 20 * 8);
  });
});
