/** Loops: what they compute, their derivatives in both modes and twice, under vmap, in each other, and what they keep. */
import {
  add,
  cast,
  cond,
  dynamicSlice,
  f64,
  fn,
  fori,
  grad,
  i32,
  jvp,
  less,
  map,
  matmul,
  mul,
  reshape,
  scan,
  sin,
  sub,
  sum,
  type Tensor,
  tanh,
  vmap,
} from "@tapeless/types";
import { type Eqn, evalFunc, type Func, scanAttrs } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { checkMapped, mappings } from "../op-tests/testing/batching.js";
import { checkTangent } from "../op-tests/testing/first-order.js";
import { pullBack } from "../op-tests/testing/programs.js";
import { argsOf, type Data, programOf, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { expectSame } from "../op-tests/testing/tensors.js";
import { checkWhole, drawArgs, wholeSubject } from "../op-tests/testing/whole-programs.js";
import { cse } from "../passes/cse.js";
import { dce } from "../passes/dce.js";
import { simplify } from "../passes/simplify.js";

type Scalar = Tensor<[], "f64">;
type Vector = Tensor<[2], "f64">;

const recurrent = fn({ w: f64([2, 2]), h: f64([2]), xs: f64([3, 2]) }, ({ w, h, xs }) => {
  const [last, states] = scan(
    (state, x) => {
      const next = tanh(add(matmul(state, w), x));
      return [next, mul(next, state)];
    },
    h,
    xs,
  );
  return add(sum(last), sum(mul(states, states)));
});

/** Loops of every kind: each is checked by differences, in both modes, twice differentiated, and under vmap. */
const loops: Readonly<Record<string, unknown>> = {
  "a recurrent network": recurrent,
  "a recurrent network backwards": fn({ w: f64([2, 2]), h: f64([2]), xs: f64([3, 2]) }, ({ w, h, xs }) => {
    const [last, states] = scan((state, x) => [tanh(add(matmul(state, w), x)), sin(mul(state, x))] as const, h, xs, {
      reverse: true,
    });
    return add(sum(mul(last, last)), sum(mul(states, xs)));
  }),
  "no arrays to walk along": fn({ w: f64([2]), h: f64([2]) }, ({ w, h }) => {
    const [last] = scan((state) => [sin(mul(state, w)), null] as const, h, null, { length: 4 });
    return sum(last);
  }),
  "several carries, one of them constant": fn({ a: f64([2]), b: f64([]) }, ({ a, b }) => {
    const [last] = scan(
      ({ p, q, k }: { p: Vector; q: Vector; k: Scalar }) => [{ p: mul(q, k), q: tanh(add(p, q)), k }, null] as const,
      { p: a, q: mul(a, a), k: b },
      null,
      { length: 3 },
    );
    return add(sum(mul(last.p, last.q)), last.k);
  }),
  "a carry that is thrown away in every step": fn({ h: f64([2]), xs: f64([3, 2]) }, ({ h, xs }) => {
    const [last, before] = scan((state, x) => [mul(x, x), mul(state, 2)] as const, h, xs);
    return add(sum(mul(last, last)), sum(mul(before, before)));
  }),
  "a carry that becomes a number": fn({ h: f64([2]), xs: f64([3, 2]) }, ({ h, xs }) => {
    const [last, ys] = scan((state, x) => [mul(0, add(x, 1)), mul(mul(state, state), x)] as const, h, xs);
    return add(sum(last), sum(ys));
  }),
  "carries that change places": fn({ a: f64([]), b: f64([]) }, ({ a, b }) => {
    const [last, ys] = scan(
      ({ p, q }: { p: Scalar; q: Scalar }) => [{ p: q, q: p }, mul(p, mul(q, q))] as const,
      { p: a, q: b },
      null,
      { length: 3 },
    );
    return add(mul(last.p, mul(last.p, last.q)), sum(ys));
  }),
  "results that are what goes in": fn({ h: f64([2]), w: f64([2]), xs: f64([3, 2]) }, ({ h, w, xs }) => {
    const [last, ys] = scan((state, x) => [state, { state, x, w, x2: x }] as const, h, xs);
    return add(sum(mul(ys.state, ys.x)), sum(mul(mul(ys.w, last), ys.x2)));
  }),
  "no step": fn({ h: f64([2]), w: f64([2]) }, ({ h, w }) => {
    const [last] = scan((state) => [mul(state, w), null] as const, h, null, { length: 0 });
    return sum(mul(last, w));
  }),
  "one step": fn({ h: f64([2]), w: f64([2]) }, ({ h, w }) => {
    const [last] = scan((state) => [mul(state, w), null] as const, h, null, { length: 1 });
    return sum(mul(last, w));
  }),
  "a captured tensor that depends on another": fn({ w: f64([2]), h: f64([2]) }, ({ w, h }) => {
    const scale = sin(mul(w, w));
    const [last, ys] = scan((state) => [mul(state, scale), mul(scale, w)] as const, h, null, { length: 2 });
    return add(sum(last), sum(mul(ys, ys)));
  }),
  "a loop in a loop": fn({ w: f64([2, 2]), h: f64([2]), xs: f64([2, 2]) }, ({ w, h, xs }) => {
    const [last, ys] = scan(
      (state, x) => {
        const [inner, each] = scan((s) => [tanh(add(matmul(s, w), x)), mul(s, x)] as const, state, null, { length: 2 });
        return [sub(inner, state), sum(mul(each, each))] as const;
      },
      h,
      xs,
    );
    return add(sum(last), sum(ys));
  }),
  "a loop in a loop that walks along what the outer one makes": fn({ h: f64([2]), xs: f64([2, 3, 2]) }, ({ h, xs }) => {
    const [last] = scan(
      (state, rows) => {
        const squares = mul(rows, rows);
        const [inner, ys] = scan((s, row) => [sin(mul(s, row)), mul(s, row)] as const, state, squares, {
          reverse: true,
        });
        return [add(inner, sum(ys, 0)), null] as const;
      },
      h,
      xs,
    );
    return sum(last);
  }),
  "vmap in a loop": fn({ w: f64([2]), h: f64([3, 2]) }, ({ w, h }) => {
    const each = vmap(
      fn({ s: f64([2]), w: f64([2]) }, ({ s, w: weights }) => mul(sin(s), weights)),
      3,
      { w: null },
    );
    const [last] = scan((state) => [each({ s: state, w }), null] as const, h, null, { length: 2 });
    return sum(mul(last, last));
  }),
  "a loop under vmap": fn({ w: f64([2, 2]), h: f64([3, 2]), xs: f64([2, 2]) }, ({ w, h, xs }) => {
    const each = vmap(
      fn({ w: f64([2, 2]), h: f64([2]), xs: f64([2, 2]) }, (given) => {
        const [last, ys] = scan((s, x) => [tanh(matmul(add(s, x), given.w)), mul(s, x)] as const, given.h, given.xs);
        return add(sum(last), sum(ys));
      }),
      3,
      { w: null, xs: null },
    );
    return sum(mul(each({ w, h, xs }), 2));
  }),
  "whole numbers: a polynomial by Horner's rule": fn({ x: f64([]), c: f64([4]) }, ({ x, c }) =>
    fori(0, 4, (i, sum) => add(mul(sum, x), reshape(dynamicSlice(c, [sub(3, i)], [1]), [])), mul(0, x)),
  ),
  "whole numbers from 2, and two carries": fn({ x: f64([2]) }, ({ x }) => {
    const { a, b } = fori(2, 5, (i, c) => ({ a: mul(c.b, cast(i, "f64")), b: sin(add(c.a, c.b)) }), {
      a: x,
      b: mul(x, 2),
    });
    return sum(mul(a, b));
  }),
  "a loop of whole numbers in another": fn({ x: f64([2]) }, ({ x }) =>
    sum(fori(0, 3, (i, outer) => fori(1, 3, (j, c) => add(sin(c), mul(x, cast(mul(i, j), "f64"))), outer), x)),
  ),
  "a choice by the number of the step": fn({ x: f64([2]) }, ({ x }) =>
    sum(
      fori(
        0,
        4,
        (i, c) =>
          cond(
            less(i, 2),
            () => sin(c),
            () => mul(c, mul(x, cast(i, "f64"))),
          ),
        x,
      ),
    ),
  ),
  "a map of trees": fn({ w: f64([2]), xs: f64([3, 2]), ys: f64([3]) }, ({ w, xs, ys }) => {
    const made = map(({ x, y }) => ({ dot: tanh(sum(mul(x, w))), pair: [mul(y, x), y] as const }), { x: xs, y: ys });
    return add(sum(mul(made.dot, made.pair[1])), sum(sin(made.pair[0])));
  }),
  "a gradient in a loop: descent": fn({ x: f64([2]), target: f64([2]), rate: f64([]) }, ({ x, target, rate }) => {
    const loss = fn({ p: f64([2]) }, ({ p }) => sum(tanh(mul(sub(p, target), sub(p, target)))));
    const slope = grad(loss);
    const [last] = scan((p) => [sub(p, mul(rate, slope({ p }))), null] as const, x, null, { length: 2 });
    return loss({ p: last });
  }),
};

describe("derivatives", () => {
  test.each(Object.entries(loops))("of %s", (title, loop) => {
    checkWhole(loop, title);
  });
});

describe("with respect to one input alone, the same as to all", () => {
  test.each(Object.entries(loops))("%s", (title, loop) => {
    const subject = wholeSubject(loop, title);
    const u = evalFunc(subject.func, subject.args).slice(-1);
    const all = pullBack(subject, u);
    subject.wrt.forEach((k, n) => {
      const only = { ...subject, wrt: [k] };
      expectSame(pullBack(only, u), all.slice(n, n + 1), 1e-13, `${title}: input ${k}`);
      checkTangent(only);
    });
  });
});

describe("vmap", () => {
  test.each(Object.entries(loops))("of %s", (title, loop) => {
    const func = programOf(loop, title);
    const [one, other] = [drawArgs(func, 3), drawArgs(func, 4)];
    for (const mapped of mappings(func.params.length)) {
      const args = one.map((x, k) =>
        mapped[k] ? { ...x, shape: [2, ...x.shape], value: join(x.value, other[k]?.value), bound: join(x.bound) } : x,
      );
      checkMapped(func, args, mapped, title);
    }
  });
});

/** Two positions of a mapped axis behind each other. */
const join = (a: Float64Array, b: Float64Array = a): Float64Array => Float64Array.from([...a, ...b]);

// ---- values

const powers = fn({ x: f64([]), h: f64([]) }, ({ x, h }) =>
  scan((state: Scalar) => [mul(state, x), state] as const, h, null, { length: 4 }),
);
const sums = (reverse: boolean) =>
  fn({ xs: f64([4]) }, ({ xs }) =>
    scan((state: Scalar, x: Scalar) => [add(state, x), add(state, x)] as const, mul(0, sum(xs)), xs, { reverse }),
  );
const counting = fn({ xs: i32([3]), start: i32([]) }, ({ xs, start }) =>
  scan((n: Tensor<[], "i32">, x: Tensor<[], "i32">) => [add(n, x), n] as const, start, xs),
);

const values: readonly (readonly [
  title: string,
  f: unknown,
  inputs: readonly Data[],
  want: readonly (readonly number[])[],
])[] = [
  ["powers", powers, [[3], [1]], [[81], [1, 3, 9, 27]]],
  ["running sums", sums(false), [[1, 2, 3, 4]], [[10], [1, 3, 6, 10]]],
  ["running sums from the end", sums(true), [[1, 2, 3, 4]], [[10], [10, 9, 7, 4]]],
  ["integers", counting, [[5, 6, 7], [1]], [[19], [1, 6, 12]]],
];

test.each(values)("%s", (_title, f, inputs, want) => {
  expect(resultsOf(f, inputs)).toEqual(want);
});

test("the number of steps may be a name", () => {
  const f = fn({ xs: f64(["n"]) }, ({ xs }) => {
    const [total] = scan((state: Scalar, x: Scalar) => [add(mul(state, x), x), null] as const, mul(0, sum(xs)), xs);
    return total;
  });
  const program = programOf(grad(f));
  for (const n of [0, 1, 3]) {
    const xs = Array.from({ length: n }, (_, k) => k + 2);
    const [gradient] = evalFunc(program, argsOf(program, [xs], { n }), { n });
    const want = { 0: [], 1: [1], 3: [12 + 4 + 0 - 0, 0, 0] }[n] ?? [];
    expect(gradient?.value.length).toBe(n);
    if (n === 1) expect([...(gradient?.value ?? [])]).toEqual(want);
  }
});

test("a range of whole numbers: 0 + 1 + … , nothing, from a name to a name", () => {
  const total = (from: number | "m", to: number | "n") =>
    fn({ x: f64(["m"]), y: f64(["n"]) }, ({ x, y }) =>
      fori(from, to, (i, c) => add(c, cast(i, "f64")), mul(0, add(sum(x), sum(y)))),
    );
  const run = (f: unknown): number | undefined => resultsOf(f, [1, 1], { m: 2, n: 5 })[0]?.[0];
  expect(run(total(0, "n"))).toBe(10);
  expect(run(total("m", "n"))).toBe(9);
  expect(run(total(-2, 2))).toBe(-2);
  expect(run(total(3, 3))).toBe(0);
  expect(run(total(4, 1))).toBe(0);
});

test("integers beside floats: the floats are differentiated", () => {
  const f = fn({ x: f64([]), steps: i32([3]) }, ({ x, steps }) => {
    const [last] = scan(
      ({ y, n }: { y: Scalar; n: Tensor<[], "i32"> }, step: Tensor<[], "i32">) =>
        [{ y: mul(y, x), n: add(n, step) }, n] as const,
      { y: x, n: sum(steps) },
      steps,
    );
    return last.y;
  });
  expect(resultsOf(grad(f, "x"), [[2], [1, 2, 3]])).toEqual([[32]]);
  expect(resultsOf(jvp(f, "x"), [[2], [1, 2, 3], [1]])).toEqual([[16], [32]]);
});

// ---- structure

const simplified = (f: unknown): Func => dce(cse(simplify(programOf(f))));

const scansOf = (func: Func): readonly Eqn[] => func.eqns.filter(({ op }) => op === "scan");

const shapesOf = (atoms: Eqn["inputs"] | Eqn["outs"]): readonly string[] => atoms.map(({ shape }) => `[${shape}]`);

describe("structure of the gradient", () => {
  const func = simplified(grad(recurrent, ["w", "h", "xs"]));
  const [known, backward] = scansOf(func) as [Eqn, Eqn]; // counted by the first test

  test("one loop forwards and one backwards", () => {
    expect(scansOf(func).map((eqn) => scanAttrs(eqn.attrs).reverse)).toEqual([false, true]);
  });

  test("the cotangent of the weights is a carry and is not stacked", () => {
    const { consts, carries } = scanAttrs(backward.attrs);
    expect(shapesOf(backward.inputs.slice(0, consts))).toEqual(["[2,2]"]);
    expect(shapesOf(backward.outs.slice(0, carries))).toEqual(["[2]", "[2,2]"]);
    expect(shapesOf(backward.outs.slice(carries))).toEqual(["[3,2]"]);
    expect(func.eqns.flatMap(({ outs }) => shapesOf(outs))).not.toContain("[3,2,2]");
  });

  test("the weights are not stacked either, and only what the backward loop reads is", () => {
    const { carries } = scanAttrs(known.attrs);
    expect(shapesOf(known.outs.slice(carries)).every((shape) => shape === "[3,2]")).toBe(true);
    const read = new Set(func.eqns.flatMap(({ inputs }) => inputs));
    expect(known.outs.slice(carries).every((out) => read.has(out))).toBe(true);
  });

  test("what the loop walks along is not stacked again", () => {
    const f = fn({ h: f64([2]), xs: f64([3, 2]) }, ({ h, xs }) => {
      const [last] = scan((state, x) => [mul(state, x), null] as const, h, xs);
      return sum(last);
    });
    const program = simplified(grad(f, ["h", "xs"]));
    const [forward, back] = scansOf(program) as [Eqn, Eqn]; // one loop each way
    expect(shapesOf(forward.outs)).toEqual(["[2]", "[3,2]"]); // the carry, and the carries before each step
    expect(back.inputs).toContain(program.params[1]);
  });
});

test("simplifying a loop's gradient changes nothing", () => {
  for (const [title, loop] of Object.entries(loops).slice(0, 4)) {
    const gradient = programOf(jvp(loop as typeof recurrent)); // all of them are functions
    const args = drawArgs(gradient, 9);
    expectSame(evalFunc(dce(cse(simplify(gradient))), args), evalFunc(gradient, args), 1e-13, title);
  }
});
