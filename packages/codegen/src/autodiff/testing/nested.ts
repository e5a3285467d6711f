/**
 * Maps of R² as functions of the language and, beside them, as functions of dual numbers; and each transformation as a
 * step from such a pair to another, so that they can be put into each other in any order.
 */
import {
  add,
  checkpoint,
  concat,
  cond,
  customJvp,
  customVjp,
  exp,
  type Fn,
  f64,
  fn,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  less,
  matmul,
  mul,
  outer,
  reshape,
  scan,
  sin,
  slice,
  sqrt,
  stack,
  stopGradient,
  sum,
  type Tensor,
  tanh,
  valueAndGrad,
  vjp,
  vmap,
} from "@tapeless/types";
import * as n from "./dual-numbers.js";

type Scalar = Tensor<[], "f64">;
type Vector = Tensor<[number], "f64">;
type Plane = Tensor<[2], "f64">;
type Map<O> = Fn<{ x: Plane }, O>;

/** One map, twice. */
export interface Nested {
  readonly f: Map<Vector>;
  /** How many numbers it gives. */
  readonly size: number;
  readonly numbers: n.VectorMap;
}

export const plane = { x: f64([2]) };

/** A map whose result is taken as a vector of unknown length: what the steps below do to it is the same for all. */
const mapOf = (body: (x: Plane) => unknown): Map<Vector> =>
  fn(plane, ({ x }) => body(x) as Vector) as unknown as Map<Vector>; // sizes are numbers at run time

export const bodies: Readonly<Record<string, Nested>> = {
  "sines and sums": {
    f: mapOf((x) => mul(sin(x), sum(mul(x, x)))),
    size: 2,
    numbers: (x) => x.map((each) => n.mul(n.sin(each), n.dot(x, x))),
  },
  "a loop": {
    f: mapOf((x) => {
      const [last] = scan((s) => [sin(mul(s, x)), null] as const, x, null, { length: 2 });
      return mul(last, exp(mul(0.5, x)));
    }),
    size: 2,
    numbers: (x) => x.map((each) => n.mul(n.sin(n.mul(n.sin(n.mul(each, each)), each)), n.exp(n.mul(0.5, each)))),
  },
  "a choice": {
    f: mapOf((x) =>
      cond(
        less(sum(x), 100),
        (y) => mul(mul(sin(y), x), y),
        (y) => sqrt(mul(-1, mul(y, y))), // not a number
        x,
      ),
    ),
    size: 2,
    numbers: (x) => x.map((each) => n.mul(n.mul(n.sin(each), each), each)),
  },
  "products, a part of which is not differentiated": {
    f: mapOf((x) => add(matmul(outer(x, tanh(x)), x), mul(x, stopGradient(mul(x, x))))),
    size: 2,
    numbers: (x) =>
      x.map((each) => n.add(n.mul(each, n.dot(x.map(n.tanh), x)), n.mul(each, n.plain(n.mul(each, each))))),
  },
};

// ---- steps

const weights = (size: number): readonly number[] => Array.from({ length: size }, (_, k) => 1 / (1 + k));

/** Σ wₖ yₖ: what is differentiated where a scalar is asked for. */
function weighted(y: Vector, size: number): Scalar {
  const terms = weights(size).map((w, k) => mul(w, reshape(slice(y as Tensor<[number], "f64">, 0, k, k + 1), [])));
  return terms.reduce((a, b) => add(a, b));
}

/** The map's weighted sum: what transformations of scalars are taken of. */
export const scalarOf = ({ f, size }: Nested): Map<Scalar> =>
  fn(plane, ({ x }) => weighted(f({ x }), size)) as unknown as Map<Scalar>; // as in mapOf
const scalarNumbers =
  ({ numbers, size }: Nested): n.VectorMap =>
  (x) => [n.dot(numbers(x), weights(size))];

const flat = (tensor: unknown, size: number): Vector => reshape(tensor as Vector, [size]) as unknown as Vector; // of `size` elements
const joined = (...tensors: readonly Vector[]): Vector =>
  concat(tensors as readonly [Vector, ...Vector[]], 0) as unknown as Vector; // at least one; their sizes add up at run time

const gradientNumbers =
  (nested: Nested): n.VectorMap =>
  (x) =>
    n.matrix(scalarNumbers(nested), x)[0] ?? [];

type Step = (nested: Nested) => Nested;

const jacobianStep =
  (mode: "forward" | "reverse"): Step =>
  ({ f, size, numbers }) => ({
    f: mapOf((x) => flat(jacobian(f, "x", { mode })({ x }), 2 * size)),
    size: 2 * size,
    numbers: (x) => n.matrix(numbers, x).flat(),
  });

/** A transformation, and what it does to numbers. */
export const steps: Readonly<Record<string, Step>> = {
  grad: (nested) => ({
    f: mapOf((x) => grad(scalarOf(nested))({ x })),
    size: 2,
    numbers: gradientNumbers(nested),
  }),
  valueAndGrad: (nested) => ({
    f: mapOf((x) => {
      const { value, grad: slope } = valueAndGrad(scalarOf(nested), "x")({ x });
      return joined(flat(value, 1), slope as unknown as Vector); // of the plane's shape
    }),
    size: 3,
    numbers: (x) => [...scalarNumbers(nested)(x), ...gradientNumbers(nested)(x)],
  }),
  vjp: ({ f, size, numbers }) => ({
    f: mapOf((x) => {
      const { value, grad: pulled } = vjp(f)({ input: { x }, cotangent: sin(f({ x })) });
      return joined(value, pulled.x as unknown as Vector); // of the plane's shape
    }),
    size: size + 2,
    numbers: (x) => [...numbers(x), ...n.pull(numbers, x, numbers(x).map(n.sin))],
  }),
  jvp: ({ f, size, numbers }) => ({
    f: mapOf((x) => {
      const { value, tangent } = jvp(f)({ input: { x }, tangent: { x: mul(x, x) } });
      return joined(value, tangent);
    }),
    size: 2 * size,
    numbers: (x) => [
      ...numbers(x),
      ...n.push(
        numbers,
        x,
        x.map((each) => n.mul(each, each)),
      ),
    ],
  }),
  "jacobian forward": jacobianStep("forward"),
  "jacobian reverse": jacobianStep("reverse"),
  hessian: (nested) => ({
    f: mapOf((x) => flat(hessian(scalarOf(nested))({ x }), 4)),
    size: 4,
    numbers: (x) => n.matrix(gradientNumbers(nested), x).flat(),
  }),
  hvp: (nested) => ({
    f: mapOf((x) => hvp(scalarOf(nested))({ input: { x }, tangent: sin(x) })),
    size: 2,
    numbers: (x) => n.push(gradientNumbers(nested), x, x.map(n.sin)),
  }),
  vmap: ({ f, size, numbers }) => ({
    f: mapOf((x) => flat(vmap(f, 2, { x: 1 })({ x: stack([x, sin(x)], 1) }), 2 * size)),
    size: 2 * size,
    numbers: (x) => [...numbers(x), ...numbers(x.map(n.sin))],
  }),
  checkpoint: ({ f, size, numbers }) => ({ f: checkpoint(f), size, numbers }),
  customVjp: ({ f, size, numbers }) => ({
    f: customVjp(f, {
      forward: ({ x }) => [f({ x }), { x }],
      backward: ({ x }, cotangent) => ({ x: vjp(f)({ input: { x }, cotangent }).grad.x }),
    }),
    size,
    numbers,
  }),
  customJvp: ({ f, size, numbers }) => ({
    f: customJvp(f, ({ x }, tangent) => jvp(f)({ input: { x }, tangent }).tangent),
    size,
    numbers,
  }),
  cond: ({ f, size, numbers }) => ({
    f: mapOf((x) =>
      cond(
        less(sum(mul(x, x)), 100),
        (y) => f({ x: y }),
        (y) => mul(0, sqrt(mul(-1, f({ x: y })))), // not a number
        x,
      ),
    ),
    size,
    numbers,
  }),
  scan: ({ f, size, numbers }) => ({
    f: mapOf((x) => {
      const body = (s: Plane) => {
        const y = f({ x: s });
        return [add(mul(0.5, s), mul(0.25, weighted(y, size))), y] as const;
      };
      const [last, all] = scan(body, x, null, { length: 2 });
      return joined(last as unknown as Vector, flat(all, 2 * size)); // the carry has the plane's shape
    }),
    size: 2 + 2 * size,
    numbers: (x) => {
      const next = (s: n.Vector): n.Vector =>
        s.map((each) => n.add(n.mul(0.5, each), n.mul(0.25, n.dot(numbers(s), weights(size)))));
      return [...next(next(x)), ...numbers(x), ...numbers(next(x))];
    },
  }),
};
