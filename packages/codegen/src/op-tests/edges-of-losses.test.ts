/** Losses where something happens: logits of ±1e4, kinks, probabilities of 0 and 1, vectors of zeros. */
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineSimilarity,
  crossEntropy,
  f64,
  fn,
  hinge,
  huber,
  i32,
  klDivergence,
  l1Loss,
  mean,
  nll,
  sum,
  valueAndGrad,
} from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { checkEdge, type Edge, expectClose } from "./testing/edge.js";
import { resultsOf } from "./testing/programs-of-users.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const none = { reduction: "none" } as const;

const conventions: readonly Edge[] = [
  {
    title: "binary cross entropy of large logits",
    body: (x, t) => binaryCrossEntropyWithLogits(x, t, none),
    x: [1e4, 1e4, -1e4, -1e4, 40],
    y: [1, 0, 1, 0, 1],
    value: [0, 1e4, 1e4, 0, 4.248354255291589e-18],
    dx: [0, 1, -1, 0, -4.248354255291589e-18],
    dy: [-1e4, -1e4, 1e4, 1e4, -40],
  },
  {
    title: "binary cross entropy of certain events",
    body: (p, t) => binaryCrossEntropy(p, t, none),
    x: [0, 1, 0, 1],
    y: [0, 1, 1, 0],
    value: [0, 0, inf, inf],
    dx: [1, -1, -inf, inf],
  },
  {
    title: "huber at delta and far out",
    body: (x, y) => huber(x, y, none),
    x: [1, -1, 0, 1e300],
    y: [0, 0, 0, 0],
    value: [0.5, 0.5, 0, 1e300],
    dx: [1, -1, 0, 1],
    dy: [-1, 1, 0, -1],
  },
  {
    title: "l1Loss at 0",
    body: (x, y) => l1Loss(x, y, none),
    x: [2, 1],
    y: [2, 3],
    value: [0, 2],
    dx: [0, -1],
    dy: [0, 1],
  },
  {
    title: "hinge at its margin",
    body: (x, y) => hinge(x, y, none),
    x: [1, -1, 0.5],
    y: [1, -1, -1],
    value: [0, 0, 1.5],
    dx: [0, 0, 1],
    dy: [0, 0, -0.5],
  },
  {
    title: "klDivergence where p is 0",
    body: (logq, p) => klDivergence(logq, p, none),
    x: [-inf, -1, 1e4],
    y: [0, 0, 1],
    value: [0, 0, -1e4],
    dx: [0, 0, -1],
    dy: [0, 0, 1 - 1e4],
  },
  {
    title: "cosineSimilarity with a vector of zeros",
    body: (x, y) => cosineSimilarity(x, y),
    x: [0, 0],
    y: [1, 2],
    value: 0,
    dx: [0, 0],
    dy: [0, 0],
  },
  {
    title: "cosineSimilarity of small and large vectors",
    body: (x, y) => cosineSimilarity(x, y),
    x: [1e-200, 0],
    y: [1e200, 1e200],
    value: Math.SQRT1_2,
    dy: [Math.SQRT1_2 / 2e200, -Math.SQRT1_2 / 2e200],
  },
];

describe("conventions", () => {
  test.each(conventions)("$title", checkEdge);
});

const table = { x: f64([2, 3]), label: i32([2]) };
const large = [1e4, -1e4, 0, -1e4, 1e4, 0];

describe("losses over classes", () => {
  test("smoothed labels of logits of ±1e4", () => {
    const f = fn(table, ({ x, label }) => sum(crossEntropy(x, label, { labelSmoothing: 0.3 })));
    const [value, gradient] = resultsOf(valueAndGrad(f, "x"), [large, [0, 2]]);
    // 0.1 (0 + 2e4 + 1e4) and 0.7 · 1e4 + 0.1 (2e4 + 0 + 1e4); softmax less the smoothed labels
    expectClose(value, [3e3 + 7e3 + 3e3], "value");
    expectClose(gradient, [0.2, -0.1, -0.1, -0.1, 0.9, -0.8], "gradient");
  });

  test("an ignored example has a gradient of exactly 0, whatever its logits are", () => {
    const f = fn(table, ({ x, label }) => crossEntropy(x, label, { ignoreIndex: 7, reduction: "mean" }));
    const [value, gradient] = resultsOf(valueAndGrad(f, "x"), [
      [0, 0, 0, nan, inf, 0],
      [1, 7],
    ]);
    expectClose(value, [Math.log(3)], "value");
    expectClose(gradient, [1 / 3, -2 / 3, 1 / 3, 0, 0, 0], "gradient");
  });

  test("logits of 1e4 keep all digits of their differences", () => {
    const f = fn(table, ({ x, label }) => sum(crossEntropy(x, label)));
    const [value, gradient] = resultsOf(valueAndGrad(f, "x"), [
      [1e4, 10001, -1e4, -1e4, -10001, -3e4],
      [0, 1],
    ]);
    // ln(1 + e) twice; the softmax of (0, 1) and of (1, 0)
    const want = [
      2 * 1.3132616875182228,
      -0.7310585786300049,
      0.7310585786300049,
      0,
      0.7310585786300049,
      -0.7310585786300049,
      0,
    ];
    [...(value ?? []), ...(gradient ?? [])].forEach((got, k) => {
      expect(Math.abs(got - (want[k] ?? nan))).toBeLessThanOrEqual(4 * Number.EPSILON);
    });
  });

  test("the mean of no example is NaN", () => {
    const f = fn(table, ({ x, label }) => nll(x, label, { ignoreIndex: 0, reduction: "mean" }));
    expect(resultsOf(f, [large, [0, 0]])).toEqual([[nan]]);
  });

  test("with named sizes", () => {
    const f = fn({ x: f64(["n", "c"]), label: i32(["n"]) }, ({ x, label }) =>
      mean(crossEntropy(x, label, { labelSmoothing: 0.5 })),
    );
    expectClose(
      resultsOf(
        f,
        [
          [0, 0, 0, 0],
          [0, 1],
        ],
        { n: 2, c: 2 },
      )[0],
      [Math.LN2],
      "value",
    );
  });
});
