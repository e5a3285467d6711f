/**
 * What the compiler makes of small fixed models, counted in LoopIR and in the generated text: loops, temporaries, calls
 * of `Math`, allocations, statements.
 */
import {
  add,
  chunk,
  dot,
  exp,
  f32,
  f64,
  fn,
  gelu,
  matmul,
  mean,
  mish,
  mul,
  relu,
  scan,
  sigmoid,
  silu,
  sub,
  sum,
  type Tensor,
  tanh,
  valueAndGrad,
} from "@tapeless/types";
import { isFn, traceFn } from "@tapeless/types/compiler";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { countLoops } from "../ir/loop/index.js";
import { compileFunction } from "../pipeline/compile-function.js";
import { compileModule } from "../pipeline/compile-module.js";

function compiled(f: unknown) {
  if (!isFn(f)) throw new Error("a function is expected");
  return compileFunction(traceFn(f, "model").func);
}

function textOf(f: unknown): string {
  return compileModule({ file: "model.model.ts", exports: [{ name: "model", fn: f }], localNames: [] }).text;
}

const times = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const chain = fn({ x: f32([1000]), y: f32([1000]), z: f32([1000]) }, ({ x, y, z }) =>
  sum(mul(tanh(add(mul(x, y), z)), sigmoid(x))),
);

describe("an elementwise chain with its sum and three gradients", () => {
  const model = valueAndGrad(chain, ["x", "y", "z"]);
  const { loop, planned } = compiled(model);

  it("is one loop (and its rest) without a temporary", () => {
    expect(planned.program.steps).toHaveLength(1);
    const counts = countLoops(loop);
    expect(counts.loops).toBeLessThanOrEqual(2); // the unrolled loop and what is left over
    expect(
      loop.buffers.filter(({ space }) => space === "arena" || space === "scratch").filter(({ size }) => size !== 1),
    ).toEqual([]);
  });

  it("computes what value and gradient share once in an iteration", () => {
    const [kernel] = planned.program.steps;
    const calls =
      kernel === undefined ? [] : [...JSON.stringify(kernel).matchAll(/"fn":"(\w+)"/g)].map(([, name]) => name);
    expect(calls.filter((name) => !["add", "sub", "mul", "neg", "toF64"].includes(name ?? "")).toSorted()).toEqual([
      "div",
      "expf",
      "tanhf",
    ]);
  });
});

type Vector = Tensor<[1000], "f32">;

describe("functions in float precision", () => {
  const functionsIn = (text: string): readonly string[] =>
    [
      ...text.matchAll(
        /\b(Math\.(?:exp|expm1|tanh|sign)|function (?:(?:expf|expm1f|tanhf)(?:Inside)?|powersIn)|floatPowers =)/g,
      ),
    ]
      .map(([, name = ""]) => name)
      .toSorted();

  it("stand once in a module that uses them, with the table they read and what they need of Math", () => {
    const text = compileModule({
      file: "model.model.ts",
      exports: [
        { name: "chain", fn: chain },
        { name: "gradient", fn: valueAndGrad(chain, ["x", "y", "z"]) },
      ],
      localNames: [],
    }).text;
    const forms = [
      "floatPowers =",
      "function expf",
      "function expfInside",
      "function powersIn",
      "function tanhf",
      "function tanhfInside",
    ];
    expect(functionsIn(text)).toEqual(["Math.exp", "Math.sign", ...forms]);
  });

  it("are no part of others, nor those that are not used", () => {
    const vector = { x: f32([1000]) };
    expect(functionsIn(textOf(fn(vector, ({ x }) => sum(mul(x, x)))))).toEqual([]);
    expect(functionsIn(textOf(fn(vector, ({ x }) => sum(tanh(x)))))).not.toContain("function expf");
    expect(textOf(fn({ x: f64([1000]) }, ({ x }) => sum(mul(tanh(x), exp(x)))))).not.toMatch(/expf|tanhf|floatPowers/);
  });

  // [exponentials, divisions] of value and slope together.
  it.each<readonly [string, (x: Vector) => Vector, readonly [number, number]]>([
    ["exp", exp, [1, 0]],
    ["sigmoid", sigmoid, [1, 1]],
    ["silu", silu, [1, 1]],
    ["gelu", gelu, [1, 0]],
    ["gelu by tanh", (x: Vector) => gelu(x, "tanh"), [1, 1]],
    ["mish", mish, [1, 3]],
  ])("share with the slope: %s", (_, f, [exponentials, divisions]) => {
    const model = fn({ x: f32([1000]) }, ({ x }) => sum(f(x)));
    const steps = JSON.stringify(compiled(valueAndGrad(model, "x")).planned.program.steps);
    expect([times(steps, /"fn":"expf"/g), times(steps, /"fn":"div"/g)]).toEqual([exponentials, divisions]);
    expect(times(steps, /"fn":"(exp|normalCdf|expProduct)"/g)).toBe(0);
  });

  it("of a cell of long short-term memory: one for each gate and state, and nothing of Math, in both directions", () => {
    const gates = { g: f32([8, 256]), c: f32([8, 64]) };
    const cell = fn(gates, ({ g, c }) => {
      const [i, f, o, change] = chunk(g, 4, 1);
      const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(change)));
      return sum(mul(sigmoid(o), tanh(next)));
    });
    const calls = JSON.stringify(compiled(valueAndGrad(cell, ["g", "c"])).planned.program.steps);
    expect([times(calls, /"fn":"expf"/g), times(calls, /"fn":"tanhf"/g)]).toEqual([3, 2]);
    expect(times(calls, /"fn":"div"/g)).toBe(3); // and one in each tanhf
    expect(times(calls, /"fn":"(exp|tanh)"/g)).toBe(0);
  });
});

describe("tiny shapes", () => {
  const quadratic = fn({ x: f64([3]), m: f64([3, 3]) }, ({ x, m }) => dot(x, matmul(m, x)));
  const product = fn({ a: f64([14]), b: f64([14]) }, ({ a, b }) => dot(a, b));

  it.each([
    ["x'Mx", valueAndGrad(quadratic, ["x", "m"])],
    ["dot", valueAndGrad(product, ["a", "b"])],
  ])("%s and its gradients are straight-line code", (_, model) => {
    const { loop } = compiled(model);
    const counts = countLoops(loop);
    expect([counts.loops, counts.temporaries, counts.calls, loop.arena]).toEqual([0, 0, 0, 0]);
    const text = textOf(model);
    expect(text).not.toMatch(/reserveArena/);
    expect(text).not.toMatch(/\bfor \((let|const) (?!i = 0; i < outputs)[a-z]\w* = 0; \w+ < (3|9|14)\b/);
  });
});

const layer = fn({ x: f32([64, 48]), w: f32([48, 32]), b: f32([32]) }, ({ x, w, b }) => relu(add(matmul(x, w), b)));

describe("a layer of a network", () => {
  it("has its contraction in register tiles of 2x3", () => {
    const { planned } = compiled(layer);
    const tiles = [...planned.schedules.values()].flatMap((schedule) =>
      schedule.form === "tile" ? [schedule.tile] : [],
    );
    expect(tiles).toEqual([[2, 3]]);
  });

  it("shares its value with its gradient", () => {
    const loss = fn({ ...layer.input }, (input) => mean(tanh(layer(input))));
    const text = textOf(valueAndGrad(loss, ["w", "b"]));
    const bodies = text.slice(text.indexOf("export function model"));
    expect(times(bodies, /tanhf\(/g)).toBeLessThanOrEqual(4 + 1); // one loop, its unrolled copies; and where it is defined
    const { planned } = compiled(valueAndGrad(loss, ["w", "b"]));
    expect(planned.program.steps.filter((step) => JSON.stringify(step).includes('"fn":"tanhf"'))).toHaveLength(1);
  });
});

const recurrent = fn({ w: f64([8, 8]), h: f64([8]), xs: f64([20, 8]) }, ({ w, h, xs }) => {
  const [last] = scan((carry, x) => [tanh(add(matmul(w, carry), x)), null], h, xs);
  return sum(last);
});

describe("a scan with captured weights", () => {
  const { planned } = compiled(valueAndGrad(recurrent, "w"));

  it("adds up its weights' cotangent in place, in one buffer of one matrix", () => {
    const stacked = planned.program.buffers.filter(({ shape }) => shape.length === 3);
    expect(stacked.map(({ name }) => name)).toEqual([]);
    const output = planned.program.buffers.find(({ space, shape }) => space === "output" && shape.length === 2);
    const writes = planned.program.steps.flatMap((step) =>
      [...JSON.stringify(step).matchAll(/"kind":"Write","buffer":"(\w+)"/g)].map(([, name]) => name),
    );
    const views = planned.program.buffers.filter(({ of }) => of === output?.name).map(({ name }) => name);
    expect(output).toBeDefined();
    expect(writes.some((name) => name === output?.name || views.includes(name ?? ""))).toBe(true);
    const matrices = planned.program.buffers.filter(({ space, shape }) => space === "arena" && shape.join() === "8,8");
    expect(matrices.map(({ name }) => name)).toEqual([]);
  });
});

// ---- the text

/** Every function of a module with the number of its statements. */
function statementsOf(text: string): readonly (readonly [name: string, statements: number])[] {
  const file = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ES2022, true);
  const count = (node: ts.Node): number => {
    let sum = ts.isStatement(node) && !ts.isBlock(node) ? 1 : 0;
    ts.forEachChild(node, (child) => {
      sum += count(child);
    });
    return sum;
  };
  return file.statements.flatMap((statement) =>
    ts.isFunctionDeclaration(statement) ? [[statement.name?.text ?? "", count(statement)] as const] : [],
  );
}

const models = {
  chain: valueAndGrad(chain, ["x", "y", "z"]),
  layer,
  recurrent: valueAndGrad(recurrent, ["w", "h", "xs"]),
};

describe("generated functions", () => {
  it.each(Object.entries(models))("of %s stay small", (_, model) => {
    for (const [name, statements] of statementsOf(textOf(model))) expect(statements, name).toBeLessThan(200);
  });

  it.each(Object.entries(models))("of %s allocate nothing when called with out", async (_, model) => {
    const text = textOf(model);
    const file = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ES2022, true);
    const stray: string[] = [];
    const visit = (node: ts.Node, where: string): void => {
      const inside = ts.isFunctionDeclaration(node) ? (node.name?.text ?? "") : where;
      const allocates =
        ts.isNewExpression(node) ||
        (ts.isArrayLiteralExpression(node) && inside === "model") ||
        ts.isSpreadElement(node);
      if (allocates && inside !== "" && !isGuarded(node)) stray.push(`${inside}: ${node.getText()}`);
      ts.forEachChild(node, (child) => visit(child, inside));
    };
    visit(file, "");
    const called = calledInFunctions(file);
    const inCalls = stray.filter((each) => called.has(each.split(":")[0] ?? "") || each.startsWith("model:"));
    expect(inCalls.filter((each) => !/^(reserveArena|wrongArray|describeValue|check[A-Z])/.test(each))).toEqual([]);
    expect(await importText(text)).toHaveProperty("model");
  });
});

/** What functions of the module call: others run when it is loaded, or when somebody asks for it. */
function calledInFunctions(file: ts.SourceFile): ReadonlySet<string> {
  const called = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) called.add(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  for (const statement of file.statements) if (ts.isFunctionDeclaration(statement)) visit(statement);
  return called;
}

/** In a branch that is only for calls without `out`, or in an error that is thrown, or in the last return. */
function isGuarded(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) {
    if (ts.isConditionalExpression(at) && at.condition.getText() === "out === undefined") return true;
    if (ts.isThrowStatement(at)) return true;
    if (ts.isReturnStatement(at) && !at.getText().startsWith("return out"))
      return ts.isBlock(at.parent) && ts.isFunctionDeclaration(at.parent.parent);
  }
  return false;
}

describe("a difference of equal things", () => {
  it("is not computed twice", () => {
    const twice = fn({ x: f64([50]) }, ({ x }) => sub(sum(tanh(x)), mul(0.5, sum(tanh(x)))));
    const { planned } = compiled(twice);
    expect(times(JSON.stringify(planned.program.steps), /"fn":"tanh"/g)).toBe(1);
  });
});
