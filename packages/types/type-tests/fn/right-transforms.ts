/** Right uses of the transformations, alone and in each other: no error, and exactly these types. */
import {
  add,
  argmax,
  bool,
  cond,
  crossEntropy,
  dynamicSlice,
  equal,
  f32,
  f64,
  fn,
  fori,
  grad,
  type Is,
  i32,
  is,
  jvp,
  less,
  logicalAnd,
  map,
  matmul,
  mean,
  mul,
  reshape,
  scan,
  slice,
  sum,
  switchCase,
  type Tensor,
  tanh,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
  zeros,
} from "./shim.js";

const params = { w: f32([4, 3]), b: f32([3]) };
type Params = typeof params;

const loss = fn({ params, x: f32(["n", 4]), label: i32(["n"]) }, ({ params: { w, b }, x, label }) =>
  mean(crossEntropy(add(matmul(x, w), b), label)),
);
const withMetrics = fn(loss.input, (input) => {
  const value = loss(input);
  return [value, { correct: equal(argmax(input.x, -1), input.label), value }];
});
const cube = fn({ x: f32([]) }, ({ x }) => mul(x, x, x));
const squares = fn({ x: f64(["n"]) }, ({ x }) => sum(mul(x, x)));

// ---- grad, valueAndGrad

export const one = grad(loss, "params");
is<Is<(typeof one)["output"], Params>>();
is<Is<(typeof one)["input"], (typeof loss)["input"]>>();

export const several = grad(loss, ["params", "x"]);
is<Is<(typeof several)["output"], { params: Params; x: Tensor<["n", 4]> }>>();

export const sole = grad(cube);
is<Is<(typeof sole)["output"], Tensor<[]>>>();

export const both = valueAndGrad(loss, "params");
is<Is<(typeof both)["output"], { value: Tensor<[]>; grad: Params }>>();

export const bothSole = valueAndGrad(squares);
is<Is<(typeof bothSole)["output"], { value: Tensor<[], "f64">; grad: Tensor<["n"], "f64"> }>>();

export const withAux = valueAndGrad(withMetrics, ["params"], { aux: true });
is<
  Is<
    (typeof withAux)["output"],
    { value: Tensor<[]>; aux: { correct: Tensor<["n"], "bool">; value: Tensor<[]> }; grad: { params: Params } }
  >
>();

export const soleAux = valueAndGrad(
  fn({ x: f32([2]) }, ({ x }) => [sum(x), x]),
  undefined,
  { aux: true },
);
is<Is<(typeof soleAux)["output"], { value: Tensor<[]>; aux: Tensor<[2]>; grad: Tensor<[2]> }>>();

export const notAux = valueAndGrad(loss, "x", { aux: false });
is<Is<(typeof notAux)["output"], { value: Tensor<[]>; grad: Tensor<["n", 4]> }>>();

// ---- in each other

export const second = grad(grad(cube));
is<Is<(typeof second)["output"], Tensor<[]>>>();

export const penalty = fn({ params, x: f32(["n", 4]), label: i32(["n"]) }, (input) => {
  const g = grad(loss, "params")(input);
  return add(sum(mul(g.w, g.w)), sum(mul(g.b, g.b)));
});
export const gradOfGrad = grad(penalty, "params");
is<Is<(typeof gradOfGrad)["output"], Params>>();

export const perExample = vmap(grad(loss, "params"), "examples", { params: null });
is<Is<(typeof perExample)["output"], { w: Tensor<["examples", 4, 3]>; b: Tensor<["examples", 3]> }>>();
is<
  Is<
    (typeof perExample)["input"],
    { params: Params; x: Tensor<["examples", "n", 4]>; label: Tensor<["examples", "n"], "i32"> }
  >
>();

export const hessianVector = jvp(grad(squares));
is<Is<(typeof hessianVector)["input"], { input: { x: Tensor<["n"], "f64"> }; tangent: { x: Tensor<["n"], "f64"> } }>>();
is<Is<(typeof hessianVector)["output"], { value: Tensor<["n"], "f64">; tangent: Tensor<["n"], "f64"> }>>();

export const called = fn({ x: f64([5]), v: f64([5]) }, ({ x, v }) =>
  hessianVector({ input: { x }, tangent: { x: v } }),
);
is<Is<(typeof called)["output"], { value: Tensor<[5], "f64">; tangent: Tensor<[5], "f64"> }>>();

// ---- vjp, jvp: integer leaves are left out

const mixed = fn({ t: { w: f32([3]), k: i32([3]), pair: [i32([]), f32([2])] }, label: i32([]) }, ({ t }) => ({
  score: mul(2, t.w),
  k: t.k,
}));
type MixedInput = (typeof mixed)["input"];
type MixedOutput = (typeof mixed)["output"];
type MixedTangent = { w: Tensor<[3]>; pair: [null, Tensor<[2]>] };

export const pulled = vjp(mixed, "t");
is<Is<(typeof pulled)["input"], { input: MixedInput; cotangent: { score: Tensor<[3]> } }>>();
is<Is<(typeof pulled)["output"], { value: MixedOutput; grad: MixedTangent }>>();

export const pulledAll = vjp(mixed);
is<Is<(typeof pulledAll)["output"], { value: MixedOutput; grad: { t: MixedTangent } }>>();

export const pushed = jvp(mixed, ["t"]);
is<Is<(typeof pushed)["input"], { input: MixedInput; tangent: { t: MixedTangent } }>>();
is<Is<(typeof pushed)["output"], { value: MixedOutput; tangent: { score: Tensor<[3]> } }>>();

export const pulledCall = fn({ ...mixed.input, ct: f32([3]) }, ({ ct, ...input }) =>
  pulled({ input, cotangent: { score: ct } }),
);
is<Is<(typeof pulledCall)["output"]["grad"], MixedTangent>>();
export const pushedCall = fn({ ...mixed.input, dw: f32([3]), d: f32([2]) }, ({ dw, d, ...input }) =>
  pushed({ input, tangent: { t: { w: dw, pair: [null, d] } } }),
);
is<Is<(typeof pushedCall)["output"]["tangent"], { score: Tensor<[3]> }>>();

// ---- vmap

export const mappedAll = vmap(cube, 32);
is<Is<(typeof mappedAll)["input"], { x: Tensor<[32]> }>>();
is<Is<(typeof mappedAll)["output"], Tensor<[32]>>>();

export const mappedAxes = vmap(twoInputs(), "m", { a: 1, b: -1 });
is<Is<(typeof mappedAxes)["input"], { a: { deep: Tensor<[3, "m", "n"]> }; b: Tensor<[5, "m"]>; c: Tensor<["m"]> }>>();
is<Is<(typeof mappedAxes)["output"], Tensor<["m", 3, "n"]>>>();
function twoInputs() {
  return fn({ a: { deep: f32([3, "n"]) }, b: f32([5]), c: f32([]) }, ({ a, c }) => mul(c, a.deep));
}

export const mappedTwice = vmap(vmap(cube, "columns"), "rows", { x: 0 });
is<Is<(typeof mappedTwice)["output"], Tensor<["rows", "columns"]>>>();

// ---- cond and switchCase: trees, operands, captured tensors, one in the other

export const chosen = fn(
  { p: bool([]), k: i32([]), a: f32([3, "n"]), b: { h: f32([3]), i: i32([]) } },
  ({ p, k, a, b }) => ({
    lone: cond(
      p,
      () => a,
      () => mul(a, a),
    ),
    tree: cond(
      p,
      (x, y) => ({ y: [sum(x), y.i], none: null }),
      (x, y) => ({ y: [sum(mul(x, x)), y.i], none: null }),
      a,
      b,
    ),
    nested: switchCase(
      k,
      [
        (x) => x,
        (x) =>
          cond(
            p,
            () => mul(x, 2),
            () => x,
          ),
        () => zeros([3]),
      ],
      b.h,
    ),
  }),
);
is<
  Is<
    (typeof chosen)["output"],
    { lone: Tensor<[3, "n"]>; tree: { y: [Tensor<[]>, Tensor<[], "i32">]; none: null }; nested: Tensor<[3]> }
  >
>();

// ---- scan: a recurrent net whose body uses weights from outside

export const rnn = fn({ w: f32([16, 16]), u: f32([4, 16]), xs: f32(["time", 8, 4]) }, ({ w, u, xs }) => {
  const [last, all] = scan(
    (h, x) => {
      const next = tanh(add(matmul(h, w), matmul(x, u)));
      return [next, next];
    },
    zeros([8, 16]),
    xs,
  );
  return { last, all };
});
is<Is<(typeof rnn)["output"], { last: Tensor<[8, 16]>; all: Tensor<["time", 8, 16]> }>>();

export const scans = fn({ a: f32([20, 3]), b: i32([20]), c: { h: f32([3]), i: f32([]) } }, ({ a, b, c }) => ({
  tree: scan((carry, x) => [{ h: add(carry.h, x.a), i: carry.i }, { y: [carry.h, x.b] }], c, { a, b }),
  silent: scan((h, x) => [add(h, x), null], c.h, a),
  counted: scan((h, _none: null) => [mul(0.5, h), h], c.h, null, { length: 20 }),
  reversed: scan(([h, n], x) => [[add(h, x), n], h], [c.h, c.i], a, { reverse: true }),
  cut: scan((h, x) => [add(h, x), h], c.h, a, { checkpoint: "sqrt", reverse: true }),
  fifth: scan((h, _none: null) => [mul(0.5, h), null], c.h, null, { length: 20, checkpoint: 5 }),
}));
is<
  Is<
    (typeof scans)["output"],
    {
      tree: [{ h: Tensor<[3]>; i: Tensor<[]> }, { y: [Tensor<[20, 3]>, Tensor<[20], "i32">] }];
      silent: [Tensor<[3]>, null];
      counted: [Tensor<[3]>, Tensor<[20, 3]>];
      reversed: [[Tensor<[3]>, Tensor<[]>], Tensor<[20, 3]>];
      cut: [Tensor<[3]>, Tensor<[20, 3]>];
      fifth: [Tensor<[3]>, null];
    }
  >
>();

// ---- fori, map

export const counts = fn({ x: f32(["n", 3]), h: f32([3]), k: i32([]) }, ({ x, h, k }) => ({
  tree: fori(
    0,
    "n",
    (i, carry) => ({ h: add(carry.h, slice(dynamicSlice(x, [i, 0], [1, 3]), 0, 0, 1)), k: add(carry.k, i) }),
    { h: f32x13(h), k },
  ),
  pair: fori(2, 7, (_i, [a, b]) => [b, a], [h, h]),
  cut: fori(2, "n", (_i, c) => mul(0.5, c), h, { checkpoint: "sqrt" }),
  computed: fori(k, "n", (i, { h, j }) => ({ h, j: add(i, j) }), { h, j: k }),
  bounded: fori(0, add(k, 1), (_i, c) => mul(c, 2), h, { maxSteps: "n" }),
  rows: map((row) => ({ total: sum(row), twice: [mul(2, row)] }), x),
  both: map(({ a, b }) => add(a, b), { a: x, b: x }),
}));
is<
  Is<
    (typeof counts)["output"],
    {
      tree: { h: Tensor<[1, 3]>; k: Tensor<[], "i32"> };
      pair: [Tensor<[3]>, Tensor<[3]>];
      cut: Tensor<[3]>;
      computed: { h: Tensor<[3]>; j: Tensor<[], "i32"> };
      bounded: Tensor<[3]>;
      rows: { total: Tensor<["n"]>; twice: [Tensor<["n", 3]>] };
      both: Tensor<["n", 3]>;
    }
  >
>();
function f32x13(h: Tensor<[3]>): Tensor<[1, 3]> {
  return reshape(h, [1, 3]);
}

// ---- whileLoop

export const whiles = fn({ x: f32([3]), n: i32([]), limit: f32([]) }, ({ x, n, limit }) => ({
  tree: whileLoop(
    ({ h, k }) => logicalAnd(less(k, n), less(sum(h), limit)),
    ({ h, k }) => ({ h: mul(h, limit), k: add(k, 1) }),
    { h: x, k: n },
  ),
  pair: whileLoop(
    ([a]) => less(a, 10),
    ([a, b]) => [b, a],
    [n, n],
  ),
  lone: whileLoop(
    (h) => less(sum(h), limit),
    (h) => add(h, h),
    x,
    { maxSteps: 10 },
  ),
}));
is<
  Is<
    (typeof whiles)["output"],
    {
      tree: { h: Tensor<[3]>; k: Tensor<[], "i32"> };
      pair: [Tensor<[], "i32">, Tensor<[], "i32">];
      lone: Tensor<[3]>;
    }
  >
>();

export const gradOfScan = grad(
  fn(rnn.input, (input) => mean(rnn(input).all)),
  ["w", "u"],
);
is<Is<(typeof gradOfScan)["output"], { w: Tensor<[16, 16]>; u: Tensor<[4, 16]> }>>();
