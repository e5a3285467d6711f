/** Conventions of activations at their kinks, far out and at NaN, as their docs state them. */
import {
  clip,
  hardShrink,
  hardSigmoid,
  hardSwish,
  hardTanh,
  leakyRelu,
  prelu,
  relu6,
  round,
  softShrink,
  softsign,
  thresholdedRelu,
} from "@tapeless/types";
import { describe, test } from "vitest";
import { checkEdge, type Edge } from "./testing/edge.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const conventions: readonly Edge[] = [
  {
    title: "clip at its bounds, far out, and of NaN",
    body: (x) => clip(x, -1, 1),
    x: [-1, 1, -1.0000000000000002, 1e308, -inf, nan],
    value: [-1, 1, -1, 1, -1, nan],
    dx: [1, 1, 0, 0, 0, 1],
  },
  {
    title: "clip at a bound that is a tensor: x has the derivative",
    body: (x, y) => clip(x, y, 2),
    x: [0, 1, -1, 3],
    y: [0, 0, 0, 0],
    value: [0, 1, 0, 2],
    dx: [1, 1, 0, 0],
    dy: [0, 0, 1, 0],
  },
  {
    title: "clip where the bounds cross: the upper one wins",
    body: (x, y) => clip(x, 1, y),
    x: [-5, 0, 5],
    y: [-2, -2, -2],
    value: [-2, -2, -2],
    dx: [0, 0, 0],
    dy: [1, 1, 1],
  },
  {
    title: "clip with a bound that is NaN",
    body: (x, y) => clip(x, y, 2),
    x: [0, 5],
    y: [nan, nan],
    value: [nan, nan],
    dx: [0, 0],
    dy: [1, 1],
  },
  { title: "round", body: (x) => round(x), x: [0.5, -inf, nan], value: [0, -inf, nan], dx: [0, 0, 0] },
  {
    title: "leakyRelu",
    body: (x) => leakyRelu(x),
    x: [0, -0, 1, nan],
    value: [0, 0, 1, nan],
    dx: [0.01, 0.01, 1, 0.01],
  },
  {
    title: "prelu",
    body: prelu,
    x: [0, 2, -3],
    y: [0.25, 0.25, 0.25],
    value: [0, 2, -0.75],
    dx: [0.25, 1, 0.25],
    dy: [0, 0, -3],
  },
  { title: "relu6", body: (x) => relu6(x), x: [0, 6, 7, -1, nan], value: [0, 6, 6, 0, nan], dx: [0, 1, 0, 0, 0] },
  { title: "thresholdedRelu", body: (x) => thresholdedRelu(x, 2), x: [2, 3, nan], value: [0, 3, nan], dx: [0, 1, 1] },
  { title: "hardTanh", body: (x) => hardTanh(x, -2, 1), x: [-2, 1, 2, -3], value: [-2, 1, 1, -2], dx: [1, 1, 0, 0] },
  {
    title: "hardSigmoid",
    body: (x) => hardSigmoid(x),
    x: [-3, 3, 0, -4, nan],
    value: [0, 1, 0.5, 0, nan],
    dx: [1 / 6, 1 / 6, 1 / 6, 0, 1 / 6],
  },
  {
    title: "hardSwish",
    body: (x) => hardSwish(x),
    x: [-3, 3, -1.5, -4, 4, 1e308],
    value: [0, 3, -0.375, 0, 4, 1e308],
    dx: [-0.5, 1.5, 0, 0, 1, 1],
  },
  { title: "hardShrink", body: (x) => hardShrink(x), x: [-0.5, 0.5, 1, nan], value: [0, 0, 1, nan], dx: [0, 0, 1, 1] },
  {
    title: "softShrink",
    body: (x) => softShrink(x),
    x: [-0.5, 0.5, 1, -1e308],
    value: [0, 0, 0.5, -1e308],
    dx: [0, 0, 1, 1],
  },
  {
    title: "softsign",
    body: (x) => softsign(x),
    x: [0, 1e308, -1e300, nan],
    value: [0, 1, -1, nan],
    dx: [1, 0, 0, nan],
  },
];

describe("conventions", () => {
  test.each(conventions)("$title", checkEdge);
});
