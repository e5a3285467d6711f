/**
 * What only a named axis makes interesting: tensors made to the size of an input, reshapes of products of names, parts
 * whose bounds depend on a name, transformations along named axes, loops whose length is a name.
 *
 * Invariant: a body takes sizes from the shapes of its inputs, so that it is one model for names and for literals.
 */
import {
  add,
  arange,
  broadcastTo,
  concat,
  type Dim,
  dropout,
  expand,
  eye,
  f64,
  flatten,
  fn,
  full,
  hessian,
  jacobian,
  linspace,
  matmul,
  mul,
  ones,
  pad,
  randomBernoulli,
  randomNormal,
  randomUniform,
  reshape,
  scan,
  sin,
  slice,
  sliceBox,
  softmax,
  stack,
  sum,
  type Tensor,
  tanh,
  transpose,
  vmap,
} from "@tapeless/types";
import { type Composition, composition } from "../compositions/composition.js";

const row = { x: { shape: [3] } } as const;
const matrix = { x: { shape: [2, 3] } } as const;
const key = { key: { shape: [2], dtype: "i32", below: 1000 } } as const;

/** A matrix whose sizes are dims of some kind: the bodies below are written for names and for numbers. */
type Matrix = Tensor<[Dim, Dim], "f64">;
type Row = Tensor<[Dim], "f64">;

/** A function of a tree, its types set aside: sizes are names in one model and numbers in another. */
type AnyCall = (input: unknown) => Matrix;

type AnyScan = (step: unknown, start: unknown, xs: unknown) => readonly [Row, Matrix];

const dims = (x: { readonly shape: readonly Dim[] }): readonly Dim[] => x.shape;
const at = (x: { readonly shape: readonly Dim[] }, axis: number): Dim => dims(x)[axis] ?? 1;

const made: readonly Composition[] = [
  composition({
    name: "ones and full of a named size",
    inputs: row,
    body: ({ x }) => add(mul(x as Row, full([at(x, 0)], 2.5, "f64") as Row), ones([at(x, 0)], "f64") as Row),
    samples: [],
  }),
  composition({
    name: "eye of a named size",
    inputs: matrix,
    body: ({ x }) => matmul(x as Matrix, eye(at(x, 1), "f64") as Matrix),
    samples: [],
  }),
  composition({
    name: "arange and linspace of a named size",
    inputs: row,
    body: ({ x }) =>
      add(mul(x as Row, arange(at(x, 0), undefined, 1, "f64") as Row), linspace(-1, 1, at(x, 0), "f64") as Row),
    samples: [],
  }),
  composition({
    name: "broadcastTo and expand to a named size",
    inputs: { x: { shape: [3] }, y: { shape: [2] } },
    body: ({ x, y }) => [
      broadcastTo(x, [at(y, 0), at(x, 0)] as never),
      expand(reshape(x, [-1, 1]), [at(x, 0), at(y, 0)] as never),
    ],
    samples: [],
  }),
];

const drawn: readonly Composition[] = [
  composition({
    name: "random numbers of named shapes",
    inputs: { ...key, ...matrix },
    body: ({ key, x }) => {
      const shape = dims(x) as [Dim, Dim];
      const uniform = randomUniform(key, shape, { min: -1, max: 2, dtype: "f64" }) as Matrix;
      const normal = randomNormal(key, shape, { mean: x as never, dtype: "f64" }) as unknown as Matrix;
      return add(mul(x as Matrix, uniform), normal);
    },
    samples: [],
  }),
  composition({
    name: "dropout and Bernoulli draws of named shapes",
    inputs: { ...key, ...matrix },
    body: ({ key, x }) => [dropout(x, key, 0.4), randomBernoulli(key, 0.3, dims(x) as [Dim, Dim])],
    samples: [],
  }),
];

const moved: readonly Composition[] = [
  composition({
    name: "products of names and back",
    inputs: matrix,
    body: ({ x }) => {
      const flat = reshape(transpose(sin(x)), [-1]);
      return mul(reshape(flat as Row, [at(x, 1), at(x, 0)] as never) as Matrix, 3) as Matrix;
    },
    samples: [],
  }),
  composition({
    name: "flatten of three names",
    inputs: { x: { shape: [2, 3, 2] } },
    body: ({ x }) => flatten(tanh(x), 1),
    samples: [],
  }),
  composition({
    name: "parts whose ends depend on a name",
    inputs: { x: { shape: [5, 4] } },
    body: ({ x }) => [slice(x, 0, 1, -1), slice(x, 1, -2), sliceBox(x, [0, -1], [-1, undefined])],
    samples: [],
  }),
  composition({
    name: "padding of names",
    inputs: matrix,
    body: ({ x }) => pad(x, [[1, 2], 1], { value: 2 }),
    samples: [],
  }),
  composition({
    name: "one behind the other, of different sizes",
    inputs: { a: { shape: [2, 3] }, b: { shape: [1, 3] }, c: { shape: [2, 3] } },
    body: ({ a, b, c }) => [concat([a, b, a]), stack([a, c], 1)],
    samples: [],
  }),
];

const transformed: readonly Composition[] = [
  composition({
    name: "vmap along a named axis, of a function with a named size of its own",
    inputs: { x: { shape: [2, 3] }, y: { shape: [3] } },
    body: ({ x, y }) => {
      const f = fn({ r: f64(["len"]), s: f64(["len"]) }, ({ r, s }) => mul(softmax(r), sum(mul(s, r))));
      return (vmap(f, "rows", { s: null } as never) as AnyCall)({ r: x, s: y });
    },
    samples: [],
  }),
  composition({
    name: "jacobian in a named axis",
    inputs: row,
    body: ({ x }) => {
      const f = fn({ r: f64(["len"]) }, ({ r }) => mul(r, sum(sin(r))));
      return (jacobian(f as never, "r" as never) as unknown as AnyCall)({ r: x });
    },
    samples: [],
  }),
  composition({
    name: "hessian in a named axis",
    inputs: row,
    body: ({ x }) => {
      const f = fn({ r: f64(["len"]) }, ({ r }) => sum(mul(r, sum(sin(r)))));
      return (hessian(f as never, "r" as never) as unknown as AnyCall)({ r: x });
    },
    samples: [],
  }),
  composition({
    name: "a loop with a named trip count",
    inputs: { xs: { shape: [4, 3] }, start: { shape: [3] } },
    body: ({ xs, start }) => {
      const step = (carry: Row, x: Row) => {
        const next = tanh(add(mul(carry, 0.5), x) as Row) as Row;
        return [next, mul(next, carry) as Row];
      };
      const [end, all] = (scan as unknown as AnyScan)(step, start, xs);
      return [end, all];
    },
    samples: [],
  }),
];

/** Compositions that are made for named axes. They have no samples: the literal model of each size is the oracle. */
export const namedCompositions: readonly Composition[] = [...made, ...drawn, ...moved, ...transformed];
