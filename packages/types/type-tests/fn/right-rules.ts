/** Right uses of Jacobians, checkpoints, rules of one's own and axes of vmap: no error, and exactly these types. */
import {
  add,
  checkpoint,
  customJvp,
  customVjp,
  exp,
  f32,
  f64,
  fn,
  gather,
  grad,
  hessian,
  hvp,
  type Is,
  i32,
  is,
  jacobian,
  jvp,
  log,
  matmul,
  mul,
  sin,
  sum,
  type Tensor,
  vmap,
} from "./shim.js";

const params = { w: f32([4, 3]), b: f32([3]) };
const layer = fn({ params, x: f32(["n", 4]) }, ({ params: { w, b }, x }) => add(matmul(x, w), b));
const scalar = fn({ params, x: f32(["n", 4]) }, (input) => sum(layer(input)));
const vector = fn({ x: f64(["n"]) }, ({ x }) => sin(x));

// ---- jacobian, hessian, hvp

export const rows = jacobian(vector);
is<Is<(typeof rows)["output"], Tensor<["n", "n"], "f64">>>();

export const ofParams = jacobian(layer, "params", { mode: "reverse" });
is<Is<(typeof ofParams)["output"], { w: Tensor<["n", 3, 4, 3]>; b: Tensor<["n", 3, 3]> }>>();

export const ofSeveral = jacobian(
  fn(layer.input, (input) => ({ y: layer(input), total: [scalar(input)] as const })),
  ["x", "params"],
);
is<
  Is<
    (typeof ofSeveral)["output"],
    {
      y: { x: Tensor<["n", 3, "n", 4]>; params: { w: Tensor<["n", 3, 4, 3]>; b: Tensor<["n", 3, 3]> } };
      total: [{ x: Tensor<["n", 4]>; params: { w: Tensor<[4, 3]>; b: Tensor<[3]> } }];
    }
  >
>();

export const curvature = hessian(scalar, "params");
is<
  Is<
    (typeof curvature)["output"],
    { w: { w: Tensor<[4, 3, 4, 3]>; b: Tensor<[4, 3, 3]> }; b: { w: Tensor<[3, 4, 3]>; b: Tensor<[3, 3]> } }
  >
>();

export const product = hvp(scalar, ["params"]);
is<Is<(typeof product)["input"], { input: (typeof scalar)["input"]; tangent: { params: typeof params } }>>();
is<Is<(typeof product)["output"], { params: typeof params }>>();

export const called = fn({ x: f64([5]) }, ({ x }) => jacobian(vector)({ x }));
is<Is<(typeof called)["output"], Tensor<[5, 5], "f64">>>();

export const third = jacobian(hessian(fn({ x: f32([2]) }, ({ x }) => sum(mul(x, x, x)))));
is<Is<(typeof third)["output"], Tensor<[2, 2, 2]>>>();

// ---- checkpoint

export const again = checkpoint(layer);
is<Is<typeof again, typeof layer>>();
export const slope = grad(
  fn(layer.input, (input) => sum(again(input))),
  "params",
);
is<Is<(typeof slope)["output"], typeof params>>();

// ---- rules of one's own

export const softplus = customJvp(
  fn({ x: f32(["n"]) }, ({ x }) => log(add(1, exp(x)))),
  ({ x }, tangent, value) => {
    is<Is<typeof tangent, { x: Tensor<["n"]> }>>();
    is<Is<typeof value, Tensor<["n"]>>>();
    return mul(tangent.x, exp(add(x, mul(-1, value))));
  },
);
is<Is<(typeof softplus)["output"], Tensor<["n"]>>>();

export const picked = customVjp(
  fn({ table: f32([10, 3]), at: i32(["n"]) }, ({ table, at }) => ({ rows: gather(table, at), at })),
  {
    forward: ({ table, at }) => [{ rows: gather(table, at), at }, [table, { at }]],
    backward: ([table, { at }], cotangent) => {
      is<Is<typeof table, Tensor<[10, 3]>>>();
      is<Is<typeof at, Tensor<["n"], "i32">>>();
      is<Is<typeof cotangent, { rows: Tensor<["n", 3]> }>>();
      return { table: mul(sum(cotangent.rows), table) };
    },
  },
);
is<Is<(typeof picked)["output"], { rows: Tensor<["n", 3]>; at: Tensor<["n"], "i32"> }>>();

export const without = customVjp(
  fn({ x: f32([]) }, ({ x }) => mul(x, x)),
  { forward: ({ x }) => [mul(x, x), null], backward: (_none: null, ct) => ({ x: ct }) },
);
export const nested = vmap(jvp(without), 3);
is<Is<(typeof nested)["output"], { value: Tensor<[3]>; tangent: Tensor<[3]> }>>();

// ---- vmap: trees of axes, and axes of results

export const treeAxes = vmap(layer, "models", { params: { w: -1, b: 0 }, x: null });
is<
  Is<
    (typeof treeAxes)["input"],
    { params: { w: Tensor<[4, 3, "models"]>; b: Tensor<["models", 3]> }; x: Tensor<["n", 4]> }
  >
>();
is<Is<(typeof treeAxes)["output"], Tensor<["models", "n", 3]>>>();

export const partAxes = vmap(layer, 2, { params: { b: null }, x: 2 }, -1);
is<Is<(typeof partAxes)["input"], { params: { w: Tensor<[2, 4, 3]>; b: Tensor<[3]> }; x: Tensor<["n", 4, 2]> }>>();
is<Is<(typeof partAxes)["output"], Tensor<["n", 3, 2]>>>();

const pair = fn({ list: [f32([3]), f32([4])] }, ({ list: [one, other] }) => ({ one, rest: [other] as const }));
export const lists = vmap(pair, 5, { list: [1, null] }, { one: 1, rest: [0] });
is<Is<(typeof lists)["input"], { list: [Tensor<[3, 5]>, Tensor<[4]>] }>>();
is<Is<(typeof lists)["output"], { one: Tensor<[3, 5]>; rest: [Tensor<[5, 4]>] }>>();
