/**
 * Loops with a test, of every kind that differentiation has to tell apart. Each is smooth around small arguments: what is
 * tested does not change within the steps of differences, or the loop converges.
 */
import {
  abs,
  add,
  arange,
  cast,
  checkpoint,
  cond,
  cos,
  exp,
  f64,
  fn,
  fori,
  grad,
  greater,
  i32,
  less,
  matmul,
  mul,
  scan,
  sin,
  sub,
  sum,
  type Tensor,
  tanh,
  vmap,
  whileLoop,
  zeros,
} from "@tapeless/types";

type Scalar = Tensor<[], "f64">;
type Vector = Tensor<[2], "f64">;

/** `whileLoop` of a carry whose type is a parameter. */
type AnyLoop = <C>(test: (carry: C) => Tensor<[], "bool">, body: (carry: C) => C, init: C) => C;
const anyLoop = whileLoop as AnyLoop; // its own type is that of the carry, so it resolves where that is known

/** `step` so many times. */
const times = <C extends object>(count: number, step: (carry: C) => C, init: C): C =>
  anyLoop(
    ({ k }) => less(k, count),
    ({ k, carry }) => ({ k: add(k, 1), carry: step(carry) }),
    { k: zeros([], "i32"), carry: init },
  ).carry;

/** Halves until below 1.5 what begins at about 10: four steps for all small x. */
const halved = (x: Scalar): Scalar =>
  whileLoop(
    (y) => greater(y, 1.5),
    (y) => mul(0.5, add(y, mul(0.1, sin(y)))),
    add(x, 10),
  );

export const loops: Readonly<Record<string, unknown>> = {
  "a test of the carry": fn({ x: f64([]) }, ({ x }) => halved(x)),
  "a captured matrix": fn({ w: f64([2, 2]), h: f64([2]), b: f64([2]) }, ({ w, h, b }) =>
    sum(times(3, (h: Vector) => tanh(add(matmul(h, w), b)), h)),
  ),
  "a fixed point": fn({ a: f64([]), b: f64([]) }, ({ a, b }) => {
    const { x } = whileLoop(
      ({ x, old }) => greater(abs(sub(x, old)), 1e-15),
      ({ x }) => ({ x: add(mul(0.3, cos(mul(a, x))), mul(0.1, b)), old: x }),
      { x: zeros([], "f64"), old: add(zeros([], "f64"), 1) },
    );
    return mul(x, x);
  }),
  "several carries, one of them constant, two that change places": fn(
    { a: f64([2]), b: f64([2]), c: f64([]) },
    (given) => {
      const { p, q, k } = times(
        3,
        ({ p, q, k }: { p: Vector; q: Vector; k: Scalar }) => ({ p: q, q: sin(mul(p, k)), k }),
        { p: given.a, q: mul(given.a, given.b), k: given.c },
      );
      return add(sum(mul(p, q)), k);
    },
  ),
  "a linear step, of which nothing is kept": fn({ x: f64([2]) }, ({ x }) =>
    sum(times(3, (h: Vector) => mul(h, 0.5), mul(x, x))),
  ),
  "a captured tensor and a constant, alike in every step": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
    sum(times(3, (h: Vector) => sin(mul(h, add(exp(w), cast(arange(2), "f64")))), x)),
  ),
  "no step": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
    sum(
      mul(
        w,
        times(0, (h: Vector) => mul(h, w), x),
      ),
    ),
  ),
  "a step that throws the carry away": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
    sum(
      mul(
        x,
        times(2, (_h: Vector) => mul(w, w), x),
      ),
    ),
  ),
  "what does not change in the loop": fn({ x: f64([2]), w: f64([2, 2]) }, ({ x, w }) =>
    sum(times(3, (h: Vector) => matmul(sin(h), exp(mul(0.1, matmul(w, w)))), x)),
  ),
  "what does not change, made with constants": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) =>
    sum(times(2, (h: Vector) => mul(h, sin(add(w, exp(mul(zeros([2], "f64"), 2))))) as Vector, x)),
  ),
  "a captured tensor in the test": fn({ x: f64([]), y: f64([]) }, ({ x, y }) => {
    const limit = add(mul(y, y), 5);
    return whileLoop(
      (z) => greater(z, limit),
      (z) => mul(z, add(0.5, mul(0.01, y))),
      add(mul(x, x), 100),
    );
  }),
  "a loop in a loop": fn({ x: f64([]), y: f64([]) }, ({ x, y }) =>
    times(2, (h: Scalar) => mul(halved(add(h, x)), sin(add(h, y))), y),
  ),
  "a loop in a loop, whose result the step goes on with": fn({ x: f64([2]) }, ({ x }) =>
    sum(
      times(
        2,
        (h: Vector) => {
          const inner = times(2, (g: Vector) => sin(mul(g, add(h, x))), h);
          return mul(inner, tanh(inner));
        },
        x,
      ),
    ),
  ),
  "a loop in a scan": fn({ xs: f64([3]), w: f64([]) }, ({ xs, w }) => {
    const [last, ys] = scan(
      (c: Scalar, x: Scalar) => {
        const y = halved(mul(x, w));
        return [add(mul(c, y), w), mul(y, c)] as const;
      },
      w,
      xs,
    );
    return add(last, sum(mul(ys, ys)));
  }),
  "a scan in a loop": fn({ xs: f64([3]), w: f64([]) }, ({ xs, w }) =>
    times(
      2,
      (h: Scalar) => {
        const [last, ys] = scan((c: Scalar, x: Scalar) => [sin(add(mul(c, x), w)), mul(c, h)] as const, h, xs);
        return add(last, mul(0.3, sum(ys)));
      },
      w,
    ),
  ),
  "a loop three deep": fn({ x: f64([]) }, ({ x }) =>
    times(
      2,
      (a: Scalar) => times(2, (b: Scalar) => times(2, (c: Scalar) => sin(add(c, mul(a, x))), b), mul(a, 0.7)),
      x,
    ),
  ),
  "a gradient in a loop: descent": fn({ x: f64([2]), target: f64([2]), rate: f64([]) }, ({ x, target, rate }) => {
    const loss = fn({ p: f64([2]) }, ({ p }) => sum(tanh(mul(sub(p, target), sub(p, target)))));
    const slope = grad(loss);
    return loss({ p: times(2, (p: Vector) => sub(p, mul(rate, slope({ p }))), x) });
  }),
  "the gradient of a loop in a loop": fn({ x: f64([]), w: f64([]) }, ({ x, w }) => {
    const inner = fn({ p: f64([]) }, ({ p }) => mul(halved(mul(p, w)), p));
    const slope = grad(inner);
    return times(2, (p: Scalar) => sin(slope({ p })), x);
  }),
  "a checkpoint around a loop": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const part = checkpoint(
      fn({ x: f64([2]), w: f64([2]) }, (given) => times(3, (h: Vector) => sin(mul(h, given.w)), given.x)),
    );
    return sum(mul(part({ x: sin(x), w }), x));
  }),
  "a checkpoint in a loop": fn({ x: f64([2]), w: f64([2]) }, ({ x, w }) => {
    const part = checkpoint(fn({ h: f64([2]), w: f64([2]) }, (given) => tanh(sin(mul(given.h, given.w)))));
    return sum(times(3, (h: Vector) => part({ h, w }), x));
  }),
  "a checkpoint with a loop in a scan": fn({ xs: f64([2]), w: f64([]) }, ({ xs, w }) => {
    const part = checkpoint(fn({ c: f64([]), w: f64([]) }, (given) => mul(halved(given.w), sin(given.c))));
    const [last] = scan((c: Scalar, x: Scalar) => [add(part({ c, w }), x), null] as const, w, xs);
    return last;
  }),
  "a loop in a branch": fn({ x: f64([]), w: f64([]) }, ({ x, w }) =>
    mul(
      cond(
        greater(add(x, w), -9),
        () => mul(halved(mul(x, w)), w),
        () => sin(x),
      ),
      x,
    ),
  ),
  "a loop in the branch that is not taken": fn({ x: f64([]), w: f64([]) }, ({ x, w }) =>
    mul(
      cond(
        greater(add(x, w), 9),
        () => mul(halved(mul(x, w)), w),
        () => sin(mul(x, w)),
      ),
      x,
    ),
  ),
  "a choice in a loop": fn({ x: f64([2]), w: f64([]) }, ({ x, w }) => {
    const { h } = whileLoop(
      ({ k }) => less(k, 4),
      ({ k, h }) => ({
        k: add(k, 1),
        h: cond(
          greater(k, 1),
          () => sin(mul(h, w)) as Vector,
          () => add(h, mul(h, x)) as Vector,
        ),
      }),
      { k: zeros([], "i32"), h: x },
    );
    return sum(h);
  }),
  "a choice of loops in a scan": fn({ xs: f64([3]), w: f64([]) }, ({ xs, w }) => {
    const [last] = scan(
      (c: Scalar, x: Scalar) => [
        cond(
          greater(x, c),
          () => mul(halved(x), sin(c)),
          () =>
            mul(
              0.1,
              times(2, (h: Scalar) => tanh(mul(h, w)), add(c, x)),
            ),
        ),
        null,
      ],
      w,
      xs,
    );
    return last;
  }),
  "vmap in a loop": fn({ w: f64([2]), h: f64([3, 2]) }, ({ w, h }) => {
    const each = vmap(
      fn({ s: f64([2]), w: f64([2]) }, (given) => mul(sin(given.s), given.w)),
      3,
      { w: null },
    );
    return sum(times(2, (s: Tensor<[3, 2], "f64">) => each({ s, w }), h));
  }),
  "the index of a loop over whole numbers, in test and body": fn({ x: f64([2]), w: f64([]) }, ({ x, w }) =>
    sum(
      fori(
        0,
        3,
        (i, h: Vector) =>
          whileLoop(
            ({ k }) => less(k, add(i, 1)),
            ({ k, y }) => ({ k: add(k, 1), y: mul(sin(mul(y, w)), cast(add(i, k, 1), "f64")) }),
            { k: zeros([], "i32"), y: h },
          ).y,
        x,
      ),
    ),
  ),
  "the index of a scan along whole numbers, in test and body": fn({ x: f64([]), w: f64([2]) }, ({ x, w }) => {
    const [last, ys] = scan(
      (c: Scalar, i: Tensor<[], "i32">) => {
        const { y } = whileLoop(
          ({ k }) => less(k, i),
          ({ k, y }) => ({ k: add(k, 1), y: tanh(add(y, mul(w, cast(i, "f64")))) }),
          { k: zeros([], "i32"), y: mul(c, w) },
        );
        return [sum(sin(y)), y] as const;
      },
      x,
      arange(4),
    );
    return mul(last, sum(ys));
  }),
  "integers beside floats": fn({ x: f64([]), n: i32([]) }, ({ x, n }) => {
    const last = whileLoop(
      ({ k }) => less(k, 4),
      ({ k, y }) => ({ k: add(k, 1), y: mul(y, sin(x)) }),
      { k: n, y: add(x, 1) },
    );
    return last.y;
  }),
};
