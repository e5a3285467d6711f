/** Right uses of `fn`, of calls of one `fn` inside another, and of helpers over trees: no error, and exactly these types. */
import {
  add,
  bool,
  type Dim,
  type FloatDType,
  type Fn,
  f32,
  f64,
  fn,
  type Is,
  i32,
  is,
  matmul,
  mean,
  mul,
  relu,
  type Shape,
  sub,
  sum,
  type Tensor,
  type Tree,
  tree,
} from "./shim.js";

const params = { hidden: { w: f32([784, 128]), b: f32([128]) }, out: { w: f32([128, 10]), b: f32([10]) } };

const logits = fn({ params, x: f32(["batch", 784]) }, ({ params: { hidden, out }, x }) => {
  const h = relu(add(matmul(x, hidden.w), hidden.b));
  return add(matmul(h, out.w), out.b);
});

// ---- a call speaks the caller's dimensions

export const renamed = fn({ params, q: f32(["n", 784]), r: f32([32, 784]) }, ({ params, q, r }) => ({
  named: logits({ params, x: q }),
  literal: logits({ params, x: r }),
}));
is<Is<(typeof renamed)["output"], { named: Tensor<["n", 10]>; literal: Tensor<[32, 10]> }>>();

const twoNames = fn({ a: f32(["n", "m"]), b: f32(["m", "k"]) }, ({ a, b }) => ({ product: matmul(a, b), a }));
export const swapped = fn({ a: f32(["m", "n"]), b: f32(["n", 7]) }, (input) => twoNames(input));
is<Is<(typeof swapped)["output"], { product: Tensor<["m", 7]>; a: Tensor<["m", "n"]> }>>();

/** An unknown size agrees with everything and makes the result unknown. */
declare const someSize: number;
export const unknown = fn({ params, x: f32([someSize, 784]) }, (input) => logits(input));
is<Is<(typeof unknown)["output"], Tensor<[number, 10]>>>();

declare const someShape: Dim[];
export const unranked = fn({ params, x: f32(someShape) }, (input) => logits(input));
is<Is<(typeof unranked)["output"], Tensor<[number, 10]>>>();

const paired = fn({ x: f32(["n"]), y: f32(["n"]) }, ({ x, y }) => add(x, y));
export const halfKnown = fn({ x: f32([someSize]), y: f32([8]) }, (input) => paired(input));
is<Is<(typeof halfKnown)["output"], Tensor<[8]>>>();

// ---- more than is asked for

export const superset = fn({ params, x: f32(["batch", 784]), label: i32(["batch"]) }, ({ label, ...rest }) => ({
  whole: logits({ ...rest, label }),
  rest: logits(rest),
}));
is<Is<(typeof superset)["output"], { whole: Tensor<["batch", 10]>; rest: Tensor<["batch", 10]> }>>();

export const spread = fn({ ...logits.input, lr: f32([]) }, ({ lr, ...rest }) => mul(lr, logits(rest)));
is<Is<(typeof spread)["input"]["x"], Tensor<["batch", 784]>>>();
is<Is<(typeof spread)["output"], Tensor<["batch", 10]>>>();

// ---- numbers for scalars

const scaled = fn({ x: f32(["n"]), by: { lr: f32([]), times: i32([]) } }, ({ x, by }) => mul(by.lr, x));
export const literals = fn({ x: f32([5]) }, ({ x }) => scaled({ x, by: { lr: 0.1, times: someSize } }));
is<Is<(typeof literals)["output"], Tensor<[5]>>>();

// ---- tuples and lone tensors

export const layered = fn(
  { layers: [{ w: f32([4, 5]) }, { w: f32([5, 6]) }], x: f32(["n", 4]) },
  ({ layers: [first, second], x }) => [matmul(x, first.w), { deep: [matmul(matmul(x, first.w), second.w)] }],
);
is<Is<(typeof layered)["input"]["layers"], [{ w: Tensor<[4, 5]> }, { w: Tensor<[5, 6]> }]>>();
is<Is<(typeof layered)["output"], [Tensor<["n", 5]>, { deep: [Tensor<["n", 6]>] }]>>();

export const callsLayered = fn({ a: f32([4, 5]), b: f32([5, 6]), x: f32([3, 4]) }, ({ a, b, x }) =>
  layered({ layers: [{ w: a }, { w: b }], x }),
);
is<Is<(typeof callsLayered)["output"], [Tensor<[3, 5]>, { deep: [Tensor<[3, 6]>] }]>>();

// ---- tensors captured from outside keep their own names

export const capturing = fn({ w: f32(["n", 4]) }, ({ w }) => {
  const inner = fn({ x: f32(["n"]) }, ({ x }) => ({ x, w }));
  return inner({ x: f32([3]) }).x;
});
is<Is<(typeof capturing)["output"], Tensor<[3]>>>();

// ---- all dtypes

export const mixed = fn({ a: f64(["n"]), b: i32([2]), c: bool([]) }, (input) => input);
is<Is<(typeof mixed)["output"], { a: Tensor<["n"], "f64">; b: Tensor<[2], "i32">; c: Tensor<[], "bool"> }>>();

// ---- options

export const optioned = fn({ x: f32([3]), y: f32([3]) }, ({ x, y }) => add(x, y), { donate: ["x"], name: "sumUp" });
is<Is<(typeof optioned)["output"], Tensor<[3]>>>();

// ---- generic layers

function dense<N extends Dim, I extends Dim, O extends Dim, D extends FloatDType>(
  x: Tensor<[N, I], D>,
  p: { w: Tensor<[I, O], D>; b: Tensor<[O], D> },
) {
  return relu(add(mul(matmul(x, p.w), 2), p.b));
}
export const stacked = fn({ params, x: f32(["batch", 784]) }, ({ params, x }) =>
  dense(dense(x, params.hidden), params.out),
);
is<Is<(typeof stacked)["output"], Tensor<["batch", 10]>>>();
export const double = fn({ p: { w: f64([3, 4]), b: f64([4]) }, x: f64(["batch", 3]) }, ({ p, x }) => dense(x, p));
is<Is<(typeof double)["output"], Tensor<["batch", 4], "f64">>>();

/** A layer that declares its own `fn`, and one that calls a given one: shapes come through both. */
function denseFn<I extends Dim, O extends Dim>(inputs: I, outputs: O) {
  return fn({ x: f32(["batch", inputs]), p: { w: f32([inputs, outputs]), b: f32([outputs]) } }, ({ x, p }) =>
    dense(x, p),
  );
}
const layer = denseFn(784, 10);
is<Is<(typeof layer)["output"], Tensor<["batch", 10]>>>();
export const callsLayer = fn({ x: f32([32, 784]), p: { w: f32([784, 10]), b: f32([10]) } }, (input) => layer(input));
is<Is<(typeof callsLayer)["output"], Tensor<[32, 10]>>>();

export function score<N extends Dim>(at: typeof params, x: Tensor<[N, 784]>): Tensor<[N, 10]> {
  return logits({ params: at, x });
}

// ---- helpers over trees

function sgd<P extends Tree<"f32">>(at: P, grads: P, lr: Tensor<[]>): P {
  return tree.map((p, g) => sub(p, mul(lr, g)), at, grads);
}
export const descended = fn({ params, grads: params, lr: f32([]) }, ({ params, grads, lr }) => sgd(params, grads, lr));
is<Is<(typeof descended)["output"], typeof params>>();

export const mapped = fn({ t: { a: f64([3]), b: [f64(["n", 4])] } }, ({ t }) => ({
  kept: tree.map((leaf) => mul(0.5, leaf), t),
  summed: tree.map((leaf) => sum(leaf), t),
  largest: mean(tree.leaves(t)[0] ?? t.a),
}));
is<
  Is<
    (typeof mapped)["output"],
    {
      kept: { a: Tensor<[3], "f64">; b: [Tensor<["n", 4], "f64">] };
      summed: { a: Tensor<[], "f64">; b: [Tensor<[], "f64">] };
      largest: Tensor<[], "f64">;
    }
  >
>();

const pairs = tree.zip(params, params);
is<Is<typeof pairs, [Tensor<Shape>, Tensor<Shape>][]>>();

// ---- functions as values

export function twice<S extends Shape>(f: Fn<{ x: Tensor<S> }, Tensor<S>>) {
  return f;
}
is<Is<ReturnType<typeof twice<[3]>>, Fn<{ x: Tensor<[3]> }, Tensor<[3]>>>>();
