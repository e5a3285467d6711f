/**
 * What happens where something happens: kinks, ties, overflow, NaN, branches not taken. The table of conventions in the
 * product's design, row by row, and every op's own edges.
 */
import {
  abs,
  add,
  argmax,
  argmin,
  crossEntropy,
  div,
  exp,
  f64,
  fn,
  greater,
  i32,
  l1Norm,
  l2Norm,
  log,
  logSoftmax,
  logSumExp,
  max,
  maximum,
  mean,
  min,
  minimum,
  mul,
  pow,
  relu,
  sigmoid,
  sign,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  valueAndGrad,
  where,
} from "@tapeless/types";
import { evalFunc, exactTensor, opNamed } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { casesOf, testedOps } from "./testing/cases.js";
import { checkEdge, checkSecondOrder, type Edge, expectClose, type SecondOrder } from "./testing/edge.js";
import { forwardOf, isDifferentiable, reverseOf, type Subject, subjectOf } from "./testing/programs.js";
import { resultsOf } from "./testing/programs-of-users.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const conventions: readonly Edge[] = [
  { title: "relu", body: relu, x: [-1, 0, -0, 2, nan], value: [0, 0, 0, 2, nan], dx: [0, 0, 0, 1, 0] },
  { title: "abs", body: abs, x: [-2, 0, 3, -inf], value: [2, 0, 3, inf], dx: [-1, 0, 1, -1] },
  { title: "sign", body: sign, x: [-2, 0, 3, nan], value: [-1, 0, 1, nan], dx: [0, 0, 0, 0] },
  {
    title: "maximum shares ties and keeps NaN",
    body: maximum,
    x: [1, 5, 2, nan, 1],
    y: [3, -1, 2, 1, nan],
    value: [3, 5, 2, nan, nan],
    dx: [0, 1, 0.5, 0, 0],
    dy: [1, 0, 0.5, 0, 0],
  },
  {
    title: "minimum shares ties and keeps NaN",
    body: minimum,
    x: [1, 5, 2, nan, 1],
    y: [3, -1, 2, 1, nan],
    value: [1, -1, 2, nan, nan],
    dx: [1, 0, 0.5, 0, 0],
    dy: [0, 1, 0.5, 0, 0],
  },
  { title: "maximum with a number", body: (x) => maximum(x, 0), x: [-1, 0, 1], value: [0, 0, 1], dx: [0, 0.5, 1] },
  { title: "max goes to the first", body: (x) => max(x), x: [1, 7, 7, 2], value: 7, dx: [0, 1, 0, 0] },
  { title: "min goes to the first", body: (x) => min(x), x: [4, 1, 1, 2], value: 1, dx: [0, 1, 0, 0] },
  { title: "max keeps NaN", body: (x) => max(x), x: [1, nan, nan], value: nan, dx: [0, 1, 0] },
  { title: "max of -Infinity", body: (x) => max(x), x: [-inf, -inf], value: -inf, dx: [1, 0] },
  { title: "pow with exponent 0", body: (x) => pow(x, 0), x: [0, 2, nan, -1], value: [1, 1, 1, 1], dx: [0, 0, 0, 0] },
  {
    title: "pow with an exponent that is 0",
    body: pow,
    x: [0, 2, nan],
    y: [0, 0, 0],
    value: [1, 1, 1],
    dx: [0, 0, 0],
  },
  {
    title: "pow at base 0",
    body: pow,
    x: [0, 0, 0],
    y: [1, 2, 0.5],
    value: [0, 0, 0],
    dx: [1, 0, inf],
    dy: [0, 0, 0],
  },
  { title: "pow of a literal 0", body: (_, y) => pow(0, y), x: [0], y: [2, 1], value: [0, 0], dy: [0, 0] },
  { title: "pow keeps NaN", body: pow, x: [nan, 2], y: [2, nan], value: [nan, nan] },
  { title: "pow of a negative base", body: (x) => pow(x, 3), x: [-2], value: [-8], dx: [12] },
  { title: "square at 0", body: (x) => pow(x, 2), x: [0], value: [0], dx: [0] },
  { title: "sqrt at 0", body: sqrt, x: [0], value: [0], dx: [inf] },
  { title: "logSumExp of large logits", body: (x) => logSumExp(x), x: [1e4, 0, -1e4], value: 1e4, dx: [1, 0, 0] },
  {
    title: "logSumExp of very negative ones",
    body: (x) => logSumExp(x),
    x: [-1e4, -1e4],
    value: -1e4 + Math.LN2,
    dx: [0.5, 0.5],
  },
  { title: "logSumExp of nothing but -Infinity", body: (x) => logSumExp(x), x: [-inf, -inf], value: -inf, dx: [0, 0] },
  { title: "logSumExp with one -Infinity", body: (x) => logSumExp(x), x: [-inf, 3], value: 3, dx: [0, 1] },
  { title: "logSumExp with Infinity", body: (x) => logSumExp(x), x: [inf, 3], value: inf },
  { title: "logSumExp of nothing", body: (x) => logSumExp(x), x: [], value: -inf, dx: [] },
  { title: "sum of nothing", body: (x) => sum(x), x: [], value: 0, dx: [] },
  { title: "logSumExp keeps NaN", body: (x) => logSumExp(x), x: [nan, 3], value: nan },
  {
    title: "softmax of large logits",
    body: (x) => mul(softmax(x), x),
    x: [1e4, 0, -1e4],
    value: [1e4, 0, 0],
    dx: [1, 0, 0],
  },
  { title: "softmax of equal large logits", body: (x) => softmax(x), x: [1e4, 1e4], value: [0.5, 0.5], dx: [0, 0] },
  { title: "logSoftmax of large logits", body: (x) => logSoftmax(x), x: [1e4, -1e4], value: [0, -2e4], dx: [-1, 1] },
  { title: "sigmoid far out", body: sigmoid, x: [-1e4, 1e4, nan], value: [0, 1, nan], dx: [0, 0, nan] },
  { title: "tanh far out", body: tanh, x: [-1e4, 1e4], value: [-1, 1], dx: [0, 0] },
  { title: "l1Norm at 0", body: (x) => l1Norm(x), x: [0, -2], value: 2, dx: [0, -1] },
  { title: "l2Norm at 0", body: (x) => l2Norm(x), x: [0, 0], value: 0, dx: [0, 0] },
  { title: "l2Norm", body: (x) => l2Norm(x), x: [3, 4], value: 5, dx: [0.6, 0.8] },
  { title: "l2Norm keeps NaN", body: (x) => l2Norm(x), x: [nan, 0], value: nan },
  {
    title: "where's branch not taken, with an infinite partial",
    body: (x) => where(greater(x, 0), sqrt(x), 0),
    x: [0, 4],
    value: [0, 2],
    dx: [0, 0.25],
  },
  {
    title: "where's branch not taken, with a NaN value and partial",
    body: (x) => where(greater(x, 0), log(x), mul(x, 2)),
    x: [-1, 0, 1],
    value: [-2, 0, 0],
    dx: [2, 2, 1],
  },
  {
    title: "where around a chain",
    body: (x) => where(greater(x, 0), mul(sqrt(x), log(x)), 0),
    x: [0, 1],
    value: [0, 0],
    dx: [0, 1],
  },
  {
    title: "where around a quotient",
    body: (x) => where(greater(x, 0), div(1, x), 0),
    x: [0, 2],
    value: [0, 0.5],
    dx: [0, -0.25],
  },
  {
    title: "where around overflow",
    body: (x) => where(greater(x, 1000), 0, exp(mul(x, x))),
    x: [2000, 0],
    value: [0, 1],
    dx: [0, 0],
  },
  {
    title: "an unused input has a gradient of exactly 0",
    body: (x) => add(x, 1),
    x: [inf],
    y: [nan, inf],
    dx: [1],
    dy: [0, 0],
  },
  { title: "an input times 0", body: (x, y) => add(x, mul(0, y)), x: [1], y: [2], dx: [1], dy: [0] },
];

describe("conventions", () => {
  test.each(conventions)("$title", checkEdge);
});

const secondOrder: readonly SecondOrder[] = [
  { title: "where, sqrt", body: (x) => where(greater(x, 0), sqrt(x), 0), x: [0, 1], second: [0, -0.25] },
  {
    title: "where, sqrt · log",
    body: (x) => where(greater(x, 0), mul(sqrt(x), log(x)), 0),
    x: [0, 1],
    second: [0, 0],
  },
  { title: "where, log(log)", body: (x) => where(greater(x, 1), log(log(x)), x), x: [0, -1], second: [0, 0] },
  { title: "where, quotient", body: (x) => where(greater(x, 0), div(1, x), 0), x: [0, 2], second: [0, 0.25] },
  { title: "l2Norm at 0", body: (x) => l2Norm(x), x: [0, 0], second: [0, 0] },
  { title: "pow(x, 2) at 0", body: (x) => pow(x, 2), x: [0, 3], second: [2, 2] },
  { title: "pow(x, 1) at 0", body: (x) => pow(x, 1), x: [0], second: [0] },
  { title: "relu at 0", body: (x) => mul(relu(x), x), x: [0, 2, -1], second: [0, 2, 0] },
  { title: "logSumExp of -Infinity", body: (x) => logSumExp(x), x: [-inf, -inf], second: [0, 0] },
  { title: "softmax far out", body: (x) => mul(softmax(x), x), x: [1e4, -1e4], second: [0, 0] },
];

describe("second derivatives at edges", () => {
  test.each(secondOrder)("$title", checkSecondOrder);
});

test("cross entropy of logits of ±1e4, with classes and with probabilities", () => {
  const classes = fn({ x: f64([2, 3]), y: i32([2]) }, ({ x, y }) => sum(crossEntropy(x, y)));
  const logits = [1e4, -1e4, 0, -1e4, 1e4, 0];
  const [value, gradient] = resultsOf(valueAndGrad(classes, "x"), [logits, [0, 0]]);
  expectClose(value, [2e4], "value");
  expectClose(gradient, [0, 0, 0, -1, 1, 0], "gradient");
  const targets = fn({ x: f64([1, 3]), p: f64([1, 3]) }, ({ x, p }) => mean(crossEntropy(x, p)));
  const [loss, dx, dp] = resultsOf(valueAndGrad(targets, ["x", "p"]), [
    [1e4, -1e4, -inf],
    [0.5, 0.5, 0],
  ]);
  expectClose(loss, [1e4], "value");
  expectClose(dx, [0.5, -0.5, 0], "gradient in the logits");
  expectClose(dp, [0, 2e4, inf], "gradient in the target");
});

test("argmax and argmin point at the first NaN, else at the first extreme", () => {
  const f = fn({ x: f64([3, 3]) }, ({ x }) => [argmax(x, 1), argmin(x, 1)]);
  expect(resultsOf(f, [[1, nan, nan, 2, 7, 7, -inf, -inf, inf]])).toEqual([
    [1, 1, 2],
    [1, 0, 0],
  ]);
});

// ---- the edges that ops state themselves

/** An op applied to one element, every operand at each of its edges in turn, the others in the middle of the domain. */
function edgeSubjects(name: string): readonly Subject[] {
  const op = opNamed(name);
  const [opCase] = casesOf(name).filter(({ operands }) => operands.every(({ shape }) => shape.join() === "3"));
  if (opCase === undefined || !op.elementwise) return [];
  const subject = subjectOf(opCase);
  return subject.args.flatMap((arg, at) =>
    op.edges.map((edge) => ({
      ...subject,
      title: `${name} at ${edge} in operand ${at}`,
      args: subject.args.with(at, exactTensor(arg.shape, arg.dtype, [edge, arg.value[1] ?? 0, edge])),
    })),
  );
}

const edges = testedOps()
  .flatMap(edgeSubjects)
  .filter((subject) => isDifferentiable(subject));

const slope = (subject: Subject, operand: number, h: number): number => {
  const moved = subject.args.map((x, k) =>
    k === operand
      ? exactTensor(
          x.shape,
          x.dtype,
          x.value.map((value) => value + h),
        )
      : x,
  );
  const [here, there] = [subject.args, moved].map((args) => evalFunc(subject.func, args)[0]?.value[0] ?? nan);
  return ((there ?? nan) - (here ?? nan)) / h;
};

describe("at the edges of ops", () => {
  test.each(edges)("$title both modes agree", (subject) => {
    subject.wrt.forEach((k) => {
      const only = { ...subject, wrt: [k] };
      const ones = exactTensor([3], "f64", [1, 1, 1]);
      const forward = evalFunc(forwardOf(only), [...subject.args, ones])[1];
      const reverse = evalFunc(reverseOf(only), [...subject.args, ones])[1];
      expect([...(forward?.value ?? [])]).toEqual([...(reverse?.value ?? [])]);
    });
  });

  test.each(edges)("$title the derivative lies between those of the left and of the right (P21)", (subject) => {
    for (const k of subject.wrt) {
      const ones = exactTensor([3], "f64", [1, 1, 1]);
      const derivative = evalFunc(forwardOf({ ...subject, wrt: [k] }), [...subject.args, ones])[1]?.value[0] ?? nan;
      const step = 1e-7 * Math.max(1, Math.abs(subject.args[k]?.value[0] ?? 0));
      const [left, right] = [slope(subject, k, -step), slope(subject, k, step)];
      if (!Number.isFinite(left) || !Number.isFinite(right) || Math.abs(left) > 1e6) continue;
      expect(derivative).toBeGreaterThanOrEqual(Math.min(left, right) - 1e-5);
      expect(derivative).toBeLessThanOrEqual(Math.max(left, right) + 1e-5);
    }
  });
});

test("sub and neg of equal infinities are NaN, as IEEE says", () => {
  expect(
    resultsOf(
      fn({ x: f64([1]) }, ({ x }) => sub(x, x)),
      [[inf]],
    ),
  ).toEqual([[nan]]);
});
