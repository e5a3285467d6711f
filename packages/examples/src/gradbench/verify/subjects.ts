/**
 * What is verified: for each problem a point with inputs distributed as GradBench's own, deterministic, and what its
 * functions say there in forward and in reverse mode.
 *
 * Invariant: `forward` and `gradient` come from generated code, each by its own mode; `value` is the problem's function.
 */
import { random } from "tapeless/runtime";
import * as detTable from "../det/table.gen.js";
import * as gmm from "../gmm/gmm.gen.js";
import { logMultivariateGamma } from "../gmm/gmm.js";
import * as kmeans from "../kmeans/kmeans.gen.js";
import * as llsq from "../llsq/llsq.gen.js";
import * as lse from "../lse/lse.gen.js";
import * as lstm from "../lstm/lstm.gen.js";
import * as ode from "../ode/ode.gen.js";
import * as directions from "./directions.gen.js";
import { dot, draws, part, type Sizes, type Subject, size } from "./subject.js";
import { baSubject, complicatedHandSubject, simpleHandSubject } from "./vision.js";

function lseSubject(sizes: Sizes): Subject {
  const x = draws().uniform(size(sizes, "n"));
  return {
    point: [x],
    width: 1e-2,
    value: (at) => lse.primal({ x: part(at, 0) }),
    gradient: () => [lse.gradient({ x })],
    forward: (direction) => directions.lse({ input: { x }, tangent: part(direction, 0) }).tangent,
  };
}

function llsqSubject(all: Sizes): Subject {
  const x = draws().uniform(size(all, "m"));
  const sizes = { n: size(all, "n") };
  return {
    point: [x],
    width: 1e-2,
    value: (at) => llsq.primal({ x: part(at, 0), sizes }),
    gradient: () => [llsq.gradient({ x, sizes })],
    forward: (direction) => directions.llsq({ input: { x }, tangent: part(direction, 0), sizes }).tangent,
  };
}

/** Of all elements of y(2) with random weights. */
function odeSubject(all: Sizes): Subject {
  const { uniform, normal } = draws();
  const x = uniform(size(all, "n"));
  const weights = normal(x.length);
  const sizes = { s: size(all, "s") };
  return {
    point: [x],
    width: 1e-3,
    value: (at) => dot(weights, ode.primal({ x: part(at, 0), sizes })),
    gradient: () => [directions.odeBackward({ input: { x }, cotangent: weights, sizes }).grad],
    forward: (direction) =>
      dot(weights, directions.odeForward({ input: { x }, tangent: part(direction, 0), sizes }).tangent),
  };
}

function kmeansInput(all: Sizes) {
  const [n, d, k] = [size(all, "n"), size(all, "d"), size(all, "k")];
  const points = draws().uniform(n * d);
  // GradBench takes the last points for centroids; moved a little, none of them is at a distance of zero.
  const centroids = points.slice((n - k) * d).map((value, i) => value + 1e-3 * Math.sin(i));
  return { points, centroids, sizes: { n, d, k } };
}

function kmeansSubject(all: Sizes): Subject {
  const { points, centroids, sizes } = kmeansInput(all);
  return {
    point: [centroids],
    width: 1e-6,
    value: (at) => kmeans.cost({ points, centroids: part(at, 0), sizes }),
    gradient: () => [directions.kmeansGradient({ points, centroids, sizes })],
    forward: (direction) =>
      directions.kmeansForward({ input: { points, centroids }, tangent: part(direction, 0), sizes }).tangent,
  };
}

/** The gradient times random weights: its derivative along v is wᵀHv, which `dir` stands on; and H is symmetric. */
function kmeansHessianSubject(all: Sizes): Subject {
  const { points, centroids, sizes } = kmeansInput(all);
  const weights = random.normal(random.key(1), [centroids.length], { dtype: "f64" });
  const product = (tangent: Float64Array) => directions.kmeansHessian({ input: { points, centroids }, tangent, sizes });
  return {
    point: [centroids],
    width: 1e-6,
    value: (at) => dot(weights, directions.kmeansGradient({ points, centroids: part(at, 0), sizes })),
    gradient: () => [product(weights)],
    forward: (direction) => dot(weights, product(part(direction, 0))),
  };
}

function gmmSubject(all: Sizes): Subject {
  const { uniform, normal } = draws();
  const [n, d, k] = [size(all, "n"), size(all, "d"), size(all, "k")];
  const x = normal(n * d);
  const point = [normal(k), uniform(k * d), normal(k * d), normal((k * d * (d - 1)) / 2)];
  const prior = { gamma: 1, m: 0, logGamma: logMultivariateGamma(d, d + 1) };
  const tree = (parts: readonly Float64Array[]) => ({
    alpha: part(parts, 0),
    mu: part(parts, 1),
    q: part(parts, 2),
    l: part(parts, 3),
  });
  return {
    point,
    width: 1e-6,
    value: (at) => gmm.objective({ params: tree(at), prior, x }),
    gradient: () => {
      const { alpha, mu, q, l } = gmm.jacobian({ params: tree(point), prior, x });
      return [alpha, mu, q, l];
    },
    forward: (direction) =>
      directions.gmm({ input: { params: tree(point), prior, x }, tangent: tree(direction) }).tangent,
  };
}

const gates = (parts: readonly Float64Array[], from: number) => ({
  forget: part(parts, from),
  input: part(parts, from + 1),
  output: part(parts, from + 2),
  change: part(parts, from + 3),
});

const lstmParams = (parts: readonly Float64Array[]) => ({
  weight: gates(parts, 0),
  bias: gates(parts, 4),
  inWeight: part(parts, 8),
  outWeight: part(parts, 9),
  outBias: part(parts, 10),
});

function lstmSubject(all: Sizes): Subject {
  const { uniform } = draws();
  const [layers, chars, bits] = [size(all, "l"), size(all, "c"), size(all, "b")];
  const sequence = uniform(chars * bits).map((value) => (value < 0.5 ? 0 : 1));
  const state = { hidden: uniform(layers * bits), cell: uniform(layers * bits) };
  const point = [
    ...Array.from({ length: 8 }, () => uniform(layers * bits)),
    uniform(bits),
    uniform(bits),
    uniform(bits),
  ];
  return {
    point,
    width: 3e-3,
    value: (at) => lstm.objective({ params: lstmParams(at), state, sequence }),
    gradient: () => {
      const { weight, bias, inWeight, outWeight, outBias } = lstm.jacobian({
        params: lstmParams(point),
        state,
        sequence,
      });
      const inTurn = (each: typeof weight) => [each.forget, each.input, each.output, each.change];
      return [...inTurn(weight), ...inTurn(bias), inWeight, outWeight, outBias];
    },
    forward: (direction) =>
      directions.lstm({ input: { params: lstmParams(point), state, sequence }, tangent: lstmParams(direction) })
        .tangent,
  };
}

function detSubject(all: Sizes): Subject {
  const l = size(all, "l");
  const a = draws().uniform(l * l);
  const sizes = { sets: 2 ** l };
  return {
    point: [a],
    width: 1e-3,
    value: (at) => detTable.det({ a: part(at, 0), sizes }),
    gradient: () => [detTable.gradient({ a, sizes })],
    forward: (direction) => directions.detForward({ input: { a }, tangent: part(direction, 0), sizes }).tangent,
  };
}

const hands: readonly Sizes[] = [
  { vertices: 544, points: 100 },
  { vertices: 10_000, points: 100 },
  { vertices: 10_000, points: 100_000 },
];

/** The subjects by name, each with sizes of the public suite, the largest last; and with small ones. */
export const subjects: Readonly<
  Record<string, { readonly make: (sizes: Sizes) => Subject; readonly suite: readonly Sizes[]; readonly small: Sizes }>
> = {
  ba: {
    make: baSubject,
    suite: [
      { n: 49, m: 7776, p: 31_843 },
      { n: 93, m: 61_203, p: 287_451 },
      { n: 356, m: 226_730, p: 1_255_268 },
    ],
    small: { n: 3, m: 5, p: 40 },
  },
  "ht, vertices": { make: simpleHandSubject, suite: hands, small: { vertices: 30, points: 20 } },
  "ht, triangles": { make: complicatedHandSubject, suite: hands, small: { vertices: 30, points: 20 } },
  lse: { make: lseSubject, suite: [{ n: 2500 }, { n: 160_000 }, { n: 1_280_000 }], small: { n: 17 } },
  llsq: {
    make: llsqSubject,
    suite: [
      { n: 16, m: 128 },
      { n: 1024, m: 128 },
      { n: 16_392, m: 128 },
    ],
    small: { n: 9, m: 5 },
  },
  det: { make: detSubject, suite: [{ l: 5 }, { l: 8 }, { l: 11 }], small: { l: 4 } },
  kmeans: {
    make: kmeansSubject,
    suite: [
      { k: 10, n: 1000, d: 8 },
      { k: 100, n: 10_000, d: 16 },
      { k: 1000, n: 10_000, d: 16 },
    ],
    small: { k: 3, n: 20, d: 2 },
  },
  "kmeans, Hessian": {
    make: kmeansHessianSubject,
    suite: [
      { k: 10, n: 1000, d: 8 },
      { k: 100, n: 10_000, d: 16 },
      { k: 1000, n: 10_000, d: 16 },
    ],
    small: { k: 3, n: 20, d: 2 },
  },
  ode: {
    make: odeSubject,
    suite: [
      { n: 1000, s: 1 },
      { n: 10_000, s: 10 },
      { n: 100_000, s: 100 },
    ],
    small: { n: 7, s: 3 },
  },
  gmm: {
    make: gmmSubject,
    suite: [
      { d: 2, k: 5, n: 1000 },
      { d: 20, k: 25, n: 1000 },
      { d: 64, k: 100, n: 1000 },
    ],
    small: { d: 3, k: 2, n: 9 },
  },
  lstm: {
    make: lstmSubject,
    suite: [
      { l: 2, c: 1024, b: 14 },
      { l: 4, c: 4096, b: 14 },
      { l: 6, c: 8192, b: 14 },
    ],
    small: { l: 2, c: 6, b: 3 },
  },
};
