/**
 * Properties that need no stored numbers and concern whole functions: complex steps (P3), homogeneity (P8), invariants
 * (P9), composition (P11), broadcasting (P12), algebraic equivalents (P14), permutations (P15), unused inputs (P16) and
 * kinks (P21). docs/properties.md says where the others are.
 */
import {
  abs,
  add,
  broadcastTo,
  crossEntropy,
  div,
  exp,
  f64,
  fn,
  gather,
  grad,
  greater,
  i32,
  l2Norm,
  layerNorm,
  log,
  logSoftmax,
  logSumExp,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  permute,
  relu,
  reshape,
  sigmoid,
  sin,
  softmax,
  sub,
  sum,
  type Tensor,
  tanh,
  vjp,
  where,
} from "@tapeless/types";
import { type ApproxTensor, type Eqn, evalFunc, exactTensor, type Func } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { argsOf, type Data, programOf, resultsOf } from "./testing/programs-of-users.js";

type Vector = Tensor<[4], "f64">;

const x = [0.7, -1.2, 0.4, 1.9];
const u = [0.3, -0.8, 1.1, 0.6];

const total = (values: readonly number[] = []): number => values.reduce((sum, value) => sum + value, 0);
const inner = (a: readonly number[] = [], b: readonly number[] = []): number =>
  total(a.map((value, k) => value * (b[k] ?? 0)));

const near = (got: readonly number[] | undefined, want: readonly number[] | undefined, tolerance = 1e-12): void => {
  expect(got?.length).toBe(want?.length);
  got?.forEach((value, k) => {
    expect(Math.abs(value - (want?.[k] ?? Number.NaN))).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
};

/** The gradient of the sum of a function of a vector. */
const gradientOf = (body: (given: Vector) => Tensor<[4] | [], "f64">, at: readonly number[] = x) =>
  resultsOf(grad(fn({ x: f64([4]) }, (given) => sum(body(given.x)))), [at])[0];

const pulledBack = (body: (given: Vector) => Vector, at: readonly number[], cotangent: readonly number[]) =>
  resultsOf(vjp(fn({ x: f64([4]) }, (given) => body(given.x))), [at, cotangent])[1];

// ---- P3

interface Complex {
  readonly re: ApproxTensor;
  readonly im: ApproxTensor;
}

const times = (a: readonly number[], b: readonly number[]): readonly number[] => [
  (a[0] ?? 0) * (b[0] ?? 0) - (a[1] ?? 0) * (b[1] ?? 0),
  (a[0] ?? 0) * (b[1] ?? 0) + (a[1] ?? 0) * (b[0] ?? 0),
];

const overOne = ([re = 0, im = 0]: readonly number[]): readonly number[] => {
  const size = re * re + im * im;
  return [re / size, -im / size];
};

const expOf = ([re = 0, im = 0]: readonly number[]): readonly number[] => [
  Math.exp(re) * Math.cos(im),
  Math.exp(re) * Math.sin(im),
];

/** Analytic functions of complex numbers, each from its definition. */
const analytic: Readonly<Record<string, (...z: readonly (readonly number[])[]) => readonly number[]>> = {
  mul: (a = [], b = []) => times(a, b),
  div: (a = [], b = []) => times(a, overOne(b)),
  exp: (z = []) => expOf(z),
  log: ([re = 0, im = 0] = []) => [Math.log(Math.hypot(re, im)), Math.atan2(im, re)],
  sin: ([re = 0, im = 0] = []) => [Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im)],
  tanh: (z = []) => {
    const [re = 0, im = 0] = expOf(z.map((part) => -2 * part)); // (1 - w)/(1 + w), w = e^(-2z)
    return times([1 - re, -im], overOne([1 + re, im]));
  },
  sigmoid: (z = []) => {
    const [re = 0, im = 0] = expOf(z.map((part) => -part));
    return overOne([1 + re, im]);
  },
};

/** What is linear acts on both parts alike. */
const linear = new Set(["add", "sub", "neg", "sum", "broadcastTo", "reshape", "permute"]);

function complexEqn(eqn: Eqn, operands: readonly Complex[]): Complex {
  const alone = (parts: readonly ApproxTensor[]): ApproxTensor => {
    const params = eqn.inputs.map((input, k) => ({ ...input, kind: "Var" as const, name: `p${k}` }));
    const program: Func = { name: "one", params, eqns: [{ ...eqn, inputs: params }], outs: eqn.outs };
    const [out] = evalFunc(program, parts);
    if (out === undefined) throw new Error("an equation has a result");
    return out;
  };
  const re = (k: number): ApproxTensor => operands[k]?.re ?? exactTensor([], "f64", [0]);
  const im = (k: number): ApproxTensor => operands[k]?.im ?? exactTensor([], "f64", [0]);
  const all = operands.map((_, k) => k);
  if (linear.has(eqn.op)) return { re: alone(all.map(re)), im: alone(all.map(im)) };
  if (eqn.op === "contract") {
    const [a, b, c, d] = [alone([re(0), re(1)]), alone([im(0), im(1)]), alone([re(0), im(1)]), alone([im(0), re(1)])];
    const combine = (p: ApproxTensor, q: ApproxTensor, sign: number): ApproxTensor =>
      exactTensor(
        p.shape,
        "f64",
        [...p.value].map((value, k) => value + sign * (q.value[k] ?? 0)),
      );
    return { re: combine(a, b, -1), im: combine(c, d, 1) };
  }
  const f = analytic[eqn.op];
  if (f === undefined) throw new Error(`${eqn.op} is not known to be analytic here`);
  const widest = operands.reduce((most, { re: each }) => (each.value.length > most.value.length ? each : most), re(0));
  const at = (tensor: ApproxTensor, k: number): number => tensor.value[tensor.value.length === 1 ? 0 : k] ?? 0;
  const values = [...widest.value].map((_, k) => f(...operands.map((z) => [at(z.re, k), at(z.im, k)])));
  const part = (which: number) =>
    exactTensor(
      widest.shape,
      "f64",
      values.map((value) => value[which] ?? 0),
    );
  return { re: part(0), im: part(1) };
}

/** The imaginary part of the result, divided by the imaginary step: the derivative, with no difference taken. */
function complexStep(func: Func, args: readonly ApproxTensor[], k: number, element: number): number {
  const h = 1e-30;
  const values = new Map<unknown, Complex>();
  func.params.forEach((param, at) => {
    const re = args[at] ?? exactTensor([], "f64", [0]);
    const step = [...re.value].map((_, i) => (at === k && i === element ? h : 0));
    values.set(param, { re, im: exactTensor(re.shape, "f64", step) });
  });
  const literal = (value: number): Complex => ({
    re: exactTensor([], "f64", [value]),
    im: exactTensor([], "f64", [0]),
  });
  for (const eqn of func.eqns) {
    const operands = eqn.inputs.map((input) =>
      input.kind === "Lit" ? literal(input.value) : (values.get(input) ?? literal(Number.NaN)),
    );
    values.set(eqn.outs[0], complexEqn(eqn, operands));
  }
  return (values.get(func.outs[0])?.im.value[0] ?? Number.NaN) / h;
}

test("P3: gradients of analytic programs are what a complex step gives", () => {
  const loss = fn({ x: f64([4]), w: f64([3, 4]), b: f64([3]) }, ({ x: given, w, b }) => {
    const h = tanh(add(matmul(w, sin(given)), b));
    const odds = div(exp(h), add(1, sigmoid(mul(h, h))));
    return sum(log(add(2, mul(odds, sub(odds, neg(h))))));
  });
  const data: readonly Data[] = [x, [0.2, -0.5, 0.9, 0.1, 1.1, 0.3, -0.7, 0.4, -0.2, 0.8, 0.6, -1], [0.1, -0.3, 0.5]];
  const func = programOf(loss);
  const args = argsOf(func, data);
  const gradients = resultsOf(grad(loss, ["x", "w", "b"]), data);
  args.forEach((arg, k) => {
    near(
      gradients[k],
      [...arg.value].map((_, element) => complexStep(func, args, k, element)),
      1e-14,
    );
  });
});

describe("P8: Euler's relation, f(tx) = tᵏ f(x) gives ⟨x, ∇f⟩ = k f", () => {
  test.each([
    ["norm", 1, (v: Vector) => l2Norm(v)],
    ["quadratic form", 2, (v: Vector) => sum(mul(v, v))],
    ["cube", 3, (v: Vector) => sum(mul(v, v, v))],
    ["ratio", 0, (v: Vector) => div(sum(v), l2Norm(v))],
  ] as const)("%s of degree %i", (_, degree, body) => {
    const [value] =
      resultsOf(
        fn({ x: f64([4]) }, (given) => body(given.x)),
        [x],
      )[0] ?? [];
    expect(inner(x, gradientOf(body))).toBeCloseTo(degree * (value ?? Number.NaN), 12);
  });

  test("a shift of all logits changes no cross entropy", () => {
    const loss = fn({ x: f64([1, 4]), t: i32([1]) }, (given) => mean(crossEntropy(given.x, given.t)));
    expect(total(resultsOf(grad(loss, ["x"]), [x, [2]])[0])).toBeCloseTo(0, 14);
  });
});

describe("P9: invariants", () => {
  test("softmax and its logarithm do not see a shift", () => {
    for (const f of [softmax, logSoftmax]) expect(total(pulledBack((v) => f(v), x, u))).toBeCloseTo(0, 14);
    expect(
      total(
        resultsOf(
          fn({ x: f64([4]) }, (given) => softmax(given.x)),
          [x],
        )[0],
      ),
    ).toBeCloseTo(1, 15);
  });

  test("what goes back through layerNorm is orthogonal to ones and to the normalised vector", () => {
    const plain = fn({ x: f64([4]), w: f64([4]), b: f64([4]) }, (i) => layerNorm(i.x, i.w, i.b, { eps: 0 }));
    const [ones, zeros] = [x.map(() => 1), x.map(() => 0)];
    const [hat = [], back = []] = resultsOf(vjp(plain, ["x"]), [x, ones, zeros, u]);
    expect(total(back)).toBeCloseTo(0, 14);
    expect(inner(hat, back)).toBeCloseTo(0, 14);
  });

  test("relu(x) - relu(-x) is x, so the derivatives add up to 1", () => {
    near(
      gradientOf((v) => sub(relu(v), relu(neg(v)))),
      [1, 1, 1, 1],
      0,
    );
  });
});

test("P11: the gradient of a composition is that of its parts, one after the other", () => {
  const f = (v: Vector): Vector => tanh(mul(v, v));
  const g = (v: Vector): Vector => exp(sin(v));
  const [between = []] = resultsOf(
    fn({ x: f64([4]) }, (given) => g(given.x)),
    [x],
  );
  const apart = pulledBack(g, x, pulledBack(f, between, u) ?? []);
  near(
    pulledBack((v) => f(g(v)), x, u),
    apart,
    1e-14,
  );
});

test("P12: broadcasting is an explicit expansion, its gradient a sum over what was repeated", () => {
  const a = [1.5, -0.5];
  const given = { a: f64([2, 1]), b: f64([4]) };
  const implicit = fn(given, (i) => sum(tanh(mul(i.a, i.b))));
  const explicit = fn(given, (i) => sum(tanh(mul(broadcastTo(i.a, [2, 4]), broadcastTo(i.b, [2, 4])))));
  const [one, other] = [implicit, explicit].map((f) => resultsOf(grad(f, ["a", "b"]), [a, x]));
  near(one?.[0], other?.[0], 1e-15);
  near(one?.[1], other?.[1], 1e-15);
  expect(one?.map(({ length }) => length)).toEqual([2, 4]);
  const empty = fn({ a: f64([0, 1]), b: f64([4]) }, (i) => sum(mul(i.a, i.b)));
  expect(resultsOf(grad(empty, ["a", "b"]), [[], x])).toEqual([[], [0, 0, 0, 0]]);
});

describe("P14: what is equal has equal values and gradients", () => {
  const pairs: readonly (readonly [
    string,
    (v: Vector) => Tensor<[4] | [], "f64">,
    (v: Vector) => Tensor<[4] | [], "f64">,
  ])[] = [
    ["exp(log|x|) and |x|", (v) => exp(log(abs(v))), (v) => abs(v)],
    ["logSoftmax and x - logSumExp", (v) => tanh(logSoftmax(v)), (v) => tanh(sub(v, logSumExp(v)))],
    ["tanh x and 2σ(2x) - 1", (v) => tanh(v), (v) => sub(mul(2, sigmoid(mul(2, v))), 1)],
    ["a - b and a + (-b)", (v) => sub(mul(v, v), sin(v)), (v) => add(mul(v, v), neg(sin(v)))],
    [
      "a product of matrices and sums of products",
      (v) => tanh(matmul(v, reshape(v, [4, 1]))) as unknown as Tensor<[4], "f64">,
      (v) => tanh(sum(mul(v, v))),
    ],
  ];
  test.each(pairs)("%s", (_, one, other) => {
    const sumOf = (body: (v: Vector) => Tensor<[4] | [], "f64">) =>
      resultsOf(
        fn({ x: f64([4]) }, (given) => sum(body(given.x))),
        [x],
      )[0];
    near(sumOf(one), sumOf(other));
    near(gradientOf(one), gradientOf(other));
  });
});

test("P15: the order of elements goes through to the gradient, to the bit", () => {
  const order = [2, 0, 3, 1];
  const turn = (values: readonly number[]): readonly number[] => order.map((k) => values[k] ?? 0);
  const f = (v: Vector): Vector => mul(exp(tanh(v)), sin(v));
  expect(pulledBack(f, turn(x), turn(u))).toEqual(turn(pulledBack(f, x, u) ?? []));
  const rows = fn({ x: f64([2, 2]) }, (given) => mul(permute(given.x, [1, 0]), 3));
  expect(resultsOf(vjp(rows), [x, u])[1]).toEqual([0, 2, 1, 3].map((k) => 3 * (u[k] ?? 0)));
});

describe("P16: exactly zero, never NaN", () => {
  test("an input that is not used", () => {
    const f = fn({ x: f64([4]), idle: f64([2, 0, 3]), spare: f64([2]) }, (given) => sum(given.x));
    expect(resultsOf(grad(f, ["idle", "spare"]), [x, [], [7, Number.NaN]])).toEqual([[], [0, 0]]);
  });

  test("a branch that is not taken, whatever its partials are", () => {
    const f = fn({ x: f64([4]) }, (given) => sum(where(greater(given.x, 0), log(given.x), given.x)));
    expect(resultsOf(grad(f), [[2, 0, -1, 4]])[0]).toEqual([0.5, 1, 1, 0.25]);
  });

  test("rows that no index picks", () => {
    const f = fn({ w: f64([3, 2]), i: i32([2]) }, (given) => sum(gather(given.w, given.i)));
    expect(
      resultsOf(grad(f, ["w"]), [
        [1, 2, 3, 4, Number.NaN, 6],
        [1, 1],
      ])[0],
    ).toEqual([0, 0, 2, 2, 0, 0]);
  });
});

describe("P21: at a kink the documented choice, between the derivatives from both sides", () => {
  const kinks: readonly (readonly [string, (v: Vector) => Vector, number, number])[] = [
    ["abs at 0", (v) => abs(v), 0, 0],
    ["relu at 0", (v) => relu(v), 0, 0],
    ["maximum of two equal", (v) => maximum(v, 2), 2, 0.5],
  ];
  test.each(kinks)("%s", (_, body, at, choice) => {
    const derivative = (value: number): number => gradientOf(body, [value, 9, 9, 9])?.[0] ?? Number.NaN;
    const sides = [derivative(at - 1e-9), derivative(at + 1e-9)];
    expect(derivative(at)).toBe(choice);
    expect(choice).toBeGreaterThanOrEqual(Math.min(...sides));
    expect(choice).toBeLessThanOrEqual(Math.max(...sides));
  });
});
