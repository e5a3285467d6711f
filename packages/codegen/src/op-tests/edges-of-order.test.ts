/**
 * Running reductions, order and indices where something happens: zeros in products, ties, NaN, overwritten places. All
 * expected values are closed forms.
 */
import {
  addAlongAxis,
  argsort,
  cast,
  cummax,
  cummin,
  cumprod,
  cumsum,
  median,
  mul,
  putAlongAxis,
  sort,
  sum,
  takeAlongAxis,
  topK,
} from "@tapeless/types";
import { describe, test } from "vitest";
import { checkEdge, checkSecondOrder, type Edge, type SecondOrder } from "./testing/edge.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const edges: readonly Edge[] = [
  { title: "cumsum", body: (x) => cumsum(x), x: [1, 2, 3], value: [1, 3, 6], dx: [3, 2, 1] },
  {
    title: "cumsum from the other end",
    body: (x) => cumsum(x, 0, { reverse: true }),
    x: [1, 2, 3],
    value: [6, 5, 3],
    dx: [1, 2, 3],
  },
  { title: "cumsum of nothing", body: (x) => cumsum(x), x: [], value: [], dx: [] },
  // y = (x₀, x₀x₁, x₀x₁x₂, x₀x₁x₂x₃): the sum's partial in x₁ is x₀ + x₀x₂ + x₀x₂x₃.
  { title: "cumprod with a zero", body: (x) => cumprod(x), x: [2, 0, 3, 4], value: [2, 0, 0, 0], dx: [1, 32, 0, 0] },
  { title: "cumprod with two zeros", body: (x) => cumprod(x), x: [2, 0, 0, 4], value: [2, 0, 0, 0], dx: [1, 2, 0, 0] },
  { title: "cummax with ties", body: (x) => cummax(x), x: [1, 3, 3, 2], value: [1, 3, 3, 3], dx: [1, 3, 0, 0] },
  { title: "cummax of NaN", body: (x) => cummax(x), x: [1, nan, 3], value: [1, nan, nan] },
  {
    title: "cummin from the other end",
    body: (x) => cummin(x, 0, { reverse: true }),
    x: [4, 2, 2, 5],
    value: [2, 2, 2, 5],
    dx: [0, 0, 3, 1],
  },
  {
    title: "sort, with equal ones and NaN",
    body: (x, y) => mul(sort(x), y),
    x: [3, nan, 1, 3],
    y: [1, 10, 100, 0],
    dx: [10, 0, 1, 100],
  },
  {
    title: "sort descending",
    body: (x, y) => mul(sort(x, 0, { descending: true }), y),
    x: [3, -inf, 1, 3, inf],
    y: [1, 10, 100, 1000, 1],
    value: [inf, 30, 300, 1000, -inf],
    dx: [10, 1, 1000, 100, 1],
  },
  { title: "topK of ties", body: (x) => topK(x, 2).values, x: [1, 5, 5, 5], value: [5, 5], dx: [0, 1, 1, 0] },
  { title: "topK of all", body: (x) => topK(x, 2, 0, { largest: false }).values, x: [2, 1], value: [1, 2], dx: [1, 1] },
  { title: "median of an even count", body: (x) => median(x), x: [4, 1, 3, 9], value: 3.5, dx: [0.5, 0, 0.5, 0] },
  { title: "median of NaN", body: (x) => median(x), x: [4, nan, 3], value: nan },
  {
    title: "an order is a constant",
    body: (x) => mul(x, cast(argsort(x), "f64")),
    x: [5, 3, 4],
    value: [5, 6, 0],
    dx: [1, 2, 0],
  },
  {
    title: "takeAlongAxis of a computed index out of range",
    body: (x, y) => takeAlongAxis(x, cast(y, "i32")),
    x: [5, 6],
    y: [1, -1, 2, 1],
    value: [6, 0, 0, 6],
    dx: [0, 2],
  },
  {
    title: "putAlongAxis: what is overwritten has derivative 0",
    body: (x, y) => putAlongAxis(x, cast(mul(0, y), "i32"), y),
    x: [nan, 6],
    y: [7],
    value: [7, 6],
    dx: [0, 1],
    dy: [1],
  },
  {
    title: "addAlongAxis: an index given twice gets both, one out of range is dropped",
    body: (x, y) => addAlongAxis(x, cast(y, "i32"), mul(y, y)),
    x: [10, 20, 30],
    y: [2, 2, 5],
    value: [10, 20, 38],
    dx: [1, 1, 1],
    dy: [4, 4, 0],
  },
];

describe("edges of order", () => {
  test.each(edges)("$title", checkEdge);
});

const seconds: readonly SecondOrder[] = [
  // Σy = x₀ + x₀x₁ + x₀x₁x₂: the Hessian's rows are (0, 1 + x₂, x₁), (1 + x₂, 0, x₀), (x₁, x₀, 0).
  { title: "cumprod with zeros", body: (x) => cumprod(x), x: [0, 0, 3], second: [4, 4, 0] },
  { title: "cumsum of squares", body: (x) => cumsum(mul(x, x)), x: [1, 2], second: [4, 2] },
  { title: "sort of squares", body: (x) => mul(sort(mul(x, x)), 3), x: [2, -1], second: [6, 6] },
  { title: "median of cubes", body: (x) => median(mul(x, mul(x, x))), x: [3, 1, 2], second: [0, 0, 12] },
  { title: "cummax of squares", body: (x) => sum(cummax(mul(x, x))), x: [1, 3, 2], second: [2, 4, 0] },
];

describe("second derivatives of order", () => {
  test.each(seconds)("$title", checkSecondOrder);
});
