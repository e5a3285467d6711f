/** Loops of every kind that checkpoints have to tell apart, as functions of the option and of the number of steps. */
import {
  abs,
  add,
  cast,
  cond,
  exp,
  f64,
  fn,
  fori,
  greater,
  less,
  matmul,
  mul,
  scan,
  sigmoid,
  sin,
  slice,
  sub,
  sum,
  type Tensor,
  tanh,
  vmap,
  whileLoop,
  zeros,
} from "@tapeless/types";

/** A checkpoint every so many steps, or none. */
export type Every = number | "sqrt" | undefined;

type Scalar = Tensor<[], "f64">;
type Vector = Tensor<[2], "f64">;

/** The option as it is written. */
export const checkpointed = (checkpoint: Every, reverse = false) =>
  ({ reverse, ...(checkpoint === undefined ? {} : { checkpoint }) }) as { reverse: boolean; checkpoint: "sqrt" };

const recurrent = { w: f64([2, 2]), h: f64([2]) };

/** One step of an LSTM of two cells, whose gates are rows of `w`. */
function lstm(w: Tensor<[4, 2, 2], "f64">, { h, c }: { h: Vector; c: Vector }, x: Vector) {
  const gate = (k: number) => sum(mul(slice(w, 0, k, k + 1), add(h, x)), [0, 2]);
  const next = add(mul(sigmoid(gate(0)), c), mul(sigmoid(gate(1)), tanh(gate(2))));
  return { h: mul(sigmoid(gate(3)), tanh(next)), c: next };
}

/** Each gives a number from a few tensors, whatever the option is. */
export const loops: Readonly<Record<string, (n: number, every: Every) => unknown>> = {
  "a recurrent network with its states": (n, every) =>
    fn({ ...recurrent, xs: f64([n, 2]) }, ({ w, h, xs }) => {
      const [last, ys] = scan(
        (state, x) => {
          const next = tanh(add(matmul(state, w), x));
          return [next, mul(next, state)] as const;
        },
        h,
        xs,
        checkpointed(every),
      );
      return add(sum(mul(last, last)), sum(mul(ys, ys)));
    }),
  "from the last step to the first": (n, every) =>
    fn({ ...recurrent, xs: f64([n, 2]) }, ({ w, h, xs }) => {
      const [last, ys] = scan(
        (state, x) => [tanh(add(matmul(state, w), x)), sin(mul(state, x))] as const,
        h,
        xs,
        checkpointed(every, true),
      );
      return add(sum(mul(last, last)), sum(mul(ys, xs)));
    }),
  "an LSTM": (n, every) =>
    fn({ w: f64([4, 2, 2]), h: f64([2]), xs: f64([n, 2]) }, ({ w, h, xs }) => {
      const [last] = scan(
        (state: { h: Vector; c: Vector }, x: Vector) => [lstm(w, state, x), null] as const,
        { h, c: mul(h, h) },
        xs,
        checkpointed(every),
      );
      return add(sum(mul(last.h, last.c)), sum(last.h));
    }),
  "Runge and Kutta": (n, every) =>
    fn({ k: f64([2, 2]), y: f64([2]), dt: f64([]) }, ({ k, y, dt }) => {
      const slope = (at: Vector) => sin(matmul(at, k));
      const [last] = scan(
        (at: Vector) => {
          const a = slope(at);
          const b = slope(add(at, mul(mul(0.5, dt), a)));
          const c = slope(add(at, mul(mul(0.5, dt), b)));
          const d = slope(add(at, mul(dt, c)));
          const sixth = mul(dt, 1 / 6);
          return [add(at, mul(sixth, add(a, mul(2, b), mul(2, c), d))), null] as const;
        },
        y,
        null,
        { length: n, ...checkpointed(every) },
      );
      return sum(mul(last, last));
    }),
  "carries that change places, one of them constant": (n, every) =>
    fn({ a: f64([2]), b: f64([2]), c: f64([]) }, ({ a, b, c }) => {
      const [last, ys] = scan(
        ({ p, q, k }: { p: Vector; q: Vector; k: Scalar }) =>
          [
            { p: q, q: sin(mul(p, k)), k },
            { dot: sum(mul(p, q)), p },
          ] as const,
        { p: a, q: mul(a, b), k: c },
        null,
        { length: n, ...checkpointed(every) },
      );
      return add(sum(mul(last.p, last.q)), last.k, sum(ys.dot), sum(mul(ys.p, ys.p)));
    }),
  "whole numbers": (n, every) =>
    fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
      sum(fori(0, n, (i, c) => sin(add(mul(c, w), mul(x, cast(i, "f64")))), x, checkpointed(every))),
    ),
  "a loop with checkpoints in a loop with checkpoints": (n, every) =>
    fn({ ...recurrent, xs: f64([n, 2]) }, ({ w, h, xs }) => {
      const [last] = scan(
        (state, x) => {
          const [inner, ys] = scan((s) => [tanh(add(matmul(s, w), x)), sum(s)] as const, state, null, {
            length: 3,
            ...checkpointed(every === undefined ? undefined : 2),
          });
          return [sub(inner, state), mul(sum(ys), x)] as const;
        },
        h,
        xs,
        checkpointed(every),
      );
      return sum(mul(last, last));
    }),
  "a choice and a loop with a test in each step": (n, every) =>
    fn({ ...recurrent, xs: f64([n, 2]) }, ({ w, h, xs }) => {
      const [last] = scan(
        (state, x) => {
          const halved = whileLoop(
            (s) => greater(sum(mul(s, s)), 0.05),
            (s) => mul(0.6, sin(s)),
            add(state, x, 1),
          );
          const next = cond(
            less(sum(x), 0),
            () => matmul(halved, w),
            () => exp(mul(halved, x)),
          );
          return [tanh(next), null] as const;
        },
        h,
        xs,
        checkpointed(every),
      );
      return sum(last);
    }),
  "a result that is what goes in, and one that is the same for all": (n, every) =>
    fn({ h: f64([2]), w: f64([2]), xs: f64([n, 2]) }, ({ h, w, xs }) => {
      const [last, ys] = scan((state, x) => [state, { state, x, w }] as const, h, xs, checkpointed(every));
      return add(sum(mul(ys.state, ys.x)), sum(mul(mul(ys.w, last), ys.x)));
    }),
};

/** The same under a map over positions: each has its own state, all share the weights. */
export const mappedLoop = (n: number, every: Every) =>
  fn({ w: f64([2, 2]), h: f64([3, 2]), xs: f64([n, 2]) }, ({ w, h, xs }) => {
    const each = vmap(
      fn({ w: f64([2, 2]), h: f64([2]), xs: f64([n, 2]) }, (given) => {
        const [last, ys] = scan(
          (s, x) => [tanh(matmul(add(s, x), given.w)), abs(add(mul(s, x), 3))] as const,
          given.h,
          given.xs,
          checkpointed(every),
        );
        return add(sum(last), sum(mul(ys, ys)));
      }),
      3,
      { w: null, xs: null },
    );
    return sum(mul(each({ w, h, xs }), add(zeros([3], "f64"), 2)));
  });
