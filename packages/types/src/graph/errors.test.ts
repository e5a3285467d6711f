/** What functions and transformations say when they are used wrongly: code and words, exactly. */
import { describe, expect, test } from "vitest";
import {
  add,
  argmax,
  bool,
  exp,
  f32,
  f64,
  fn,
  fori,
  gather,
  grad,
  greater,
  i32,
  jvp,
  map,
  matmul,
  max,
  mul,
  reshape,
  scan,
  sum,
  tree,
  valueAndGrad,
  vjp,
  vmap,
  where,
  whileLoop,
} from "../index.js";
import { type FnValue, traceFn } from "./fn.js";

/** A function without its types: what is wrong is told by the compiler too, but not to those who write JavaScript. */
const loose = (f: unknown) => f as (...args: readonly unknown[]) => unknown; // that is the point of these tests

const scalar = fn({ x: f64([2]), n: i32([2]) }, ({ x }) => sum(x));
const vector = fn({ x: f64([2]) }, ({ x }) => mul(x, 2));
const pair = fn({ x: f64([2]) }, ({ x }) => [sum(x), x] as const);

/** Runs `body` inside of a function of one vector. */
const inside = (body: (x: never) => unknown) => (): unknown =>
  loose(fn)({ x: f64([2]) }, ({ x }: { x: never }) => body(x));

/** A tensor of a function that is over. */
function leaked(): unknown {
  let kept: unknown;
  fn({ x: f64([2]) }, ({ x }) => {
    kept = exp(x);
    return x;
  });
  return kept;
}

interface Failure {
  readonly run: () => unknown;
  readonly code: string;
  readonly words: string;
}

const notANumber =
  "a tensor (f64[2]) has no value while the model is built, so JavaScript cannot compare it, add to it or print it; use " +
  "functions of tensors, such as greater, where and add";

const failures: Readonly<Record<string, Failure>> = {
  "a tensor of a finished function": {
    run: inside(() => loose(add)(leaked(), 1)),
    code: "TL0381",
    words:
      "a tensor of a finished or unrelated function is used in 'fn'; pass it in as an input, or make it inside the body",
  },
  "an input of a finished function": {
    run: () => {
      let kept: unknown;
      fn({ weights: f64([2]) }, ({ weights }) => {
        kept = weights;
        return weights;
      });
      inside(() => loose(exp)(kept))();
    },
    code: "TL0381",
    words:
      "a tensor ('weights') of a finished or unrelated function is used in 'fn'; pass it in as an input, or make it inside the body",
  },
  "a tensor of a loop's body, after the loop": {
    run: inside((x) => {
      let kept: unknown;
      scan(
        (state) => {
          kept = exp(state);
          return [state, null] as const;
        },
        x as ReturnType<typeof f64<[2]>>, // what it is
        null,
        { length: 2 },
      );
      return loose(add)(kept, x);
    }),
    code: "TL0381",
    words:
      "a tensor of a finished or unrelated function is used in 'fn'; pass it in as an input, or make it inside the body",
  },
  "an operand that is no tensor": {
    run: inside((x) => loose(add)(x, "1")),
    code: "TL0382",
    words: "add: an operand must be a tensor or a number, got a string",
  },
  "an operand that is an array": {
    run: inside((x) => loose(add)(x, [1, 2])),
    code: "TL0382",
    words: "add: an operand must be a tensor or a number, got an array",
  },
  "a tensor compared by JavaScript": {
    run: inside((x) => (x as unknown as number) > 0),
    code: "TL0398",
    words: notANumber,
  },
  "a tensor added to by JavaScript": {
    run: inside((x) => (x as unknown as number) + 1),
    code: "TL0398",
    words: notANumber,
  },
  "a tensor in a text": {
    run: inside((x) => `${x}`),
    code: "TL0398",
    words: notANumber,
  },
  "a tensor handed to Math": {
    run: inside((x) => Math.sqrt(x)),
    code: "TL0398",
    words: notANumber,
  },
  "a declaration used as a value": {
    run: inside((x) => loose(add)(x, f64([2]))),
    code: "TL0383",
    words: "add: f64[2] is a declaration, not a value; use what the body is given",
  },
  "an op outside of every body": {
    run: () => loose(exp)(leaked()),
    code: "TL0384",
    words: "exp: called outside of a function body; wrap it in fn({ … }, (input) => …)",
  },
  "a result that is no tensor": {
    run: inside((x) => ({ y: x, z: "text" })),
    code: "TL0385",
    words: "result.z: a tensor is expected, got a string",
  },
  "a transformation of what is no function": {
    run: () => loose(grad)(() => 1),
    code: "TL0386",
    words: "grad: a function made by fn or by a transformation is expected, got function",
  },
  "an input that is not declared": {
    run: () => loose(fn)({ x: { w: 3 } }, () => null),
    code: "TL0387",
    words: "fn: input 'x.w' must be declared as a tensor, such as f32([3]), got a number",
  },
  "donating what is not there": {
    run: () => loose(fn)({ x: f64([2]) }, ({ x }: { x: unknown }) => x, { donate: ["y"] }),
    code: "TL0388",
    words: "fn: donate names 'y', but there is no such input; there is x",
  },
  "a size that is none": {
    run: () => loose(f32)([2, -1]),
    code: "TL0390",
    words:
      "f32: size -1 at axis 1 is no dimension; a dimension is a whole number, 0 or more, or a name of letters, digits and _",
  },
  "trees of two sizes": {
    run: inside((x) => loose(tree.map)((a: unknown) => a, [x, x], [x])),
    code: "TL0391",
    words: "tree.map: trees of 2 and 1 tensors do not go together",
  },

  "grad of a vector": {
    run: () => loose(grad)(vector),
    code: "TL0330",
    words: "grad: the result must be a scalar of f32 or f64, but it is f64[2]; reduce it with sum or mean, or use vjp",
  },
  "grad of an integer": {
    run: () => loose(grad)(fn({ x: f64([2]) }, ({ x }) => argmax(x))),
    code: "TL0330",
    words: "grad: the result must be a scalar of f32 or f64, but it is i32[]; reduce it with sum or mean, or use vjp",
  },
  "grad of a tree": {
    run: () => loose(grad)(pair),
    code: "TL0331",
    words:
      "grad: the result must be a scalar of f32 or f64, but it is a tree; return the scalar alone, use valueAndGrad with { aux: true }, or vjp",
  },
  "aux of what is no pair": {
    run: () => loose(valueAndGrad)(vector, "x", { aux: true }),
    code: "TL0332",
    words: "valueAndGrad: with { aux: true } the result must be a pair [scalar, aux]",
  },
  "grad of several inputs": {
    run: () => loose(grad)(scalar),
    code: "TL0333",
    words: "grad: say with respect to which input: 'n' or 'x'",
  },
  "grad of an input that is not there": {
    run: () => loose(grad)(scalar, "y"),
    code: "TL0334",
    words: "grad: there is no input 'y'; there is 'n' and 'x'",
  },
  "grad of integers": {
    run: () => loose(grad)(scalar, ["x", "n"]),
    code: "TL0335",
    words: "grad: 'n' holds integer tensors, which have no gradient; leave it out, or make them an input of their own",
  },
  "vjp of bools alone": {
    run: () =>
      loose(vjp)(
        fn({ c: bool([2]), x: f64([2]) }, ({ c, x }) => where(c, x, 0)),
        "c",
      ),
    code: "TL0335",
    words: "vjp: 'c' holds bool tensors, which have no gradient; leave it out, or make them an input of their own",
  },
  "jvp of an input that is not there": {
    run: () => loose(jvp)(scalar, "y"),
    code: "TL0334",
    words: "jvp: there is no input 'y'; there is 'n' and 'x'",
  },

  "vmap over a name of the function": {
    run: () =>
      loose(vmap)(
        fn({ x: f64(["n"]) }, ({ x }) => x),
        "n",
      ),
    code: "TL0340",
    words: "vmap: dimension 'n' is already used by the function; choose another name",
  },
  "vmap along an axis that is not there": {
    run: () => loose(vmap)(vector, 3, { x: 2 }),
    code: "TL0341",
    words: "vmap: axis 2 is out of range for x of shape [2]",
  },
  "vmap of nothing": {
    run: () => loose(vmap)(vector, 3, { x: null }),
    code: "TL0342",
    words: "vmap: inAxes maps no input",
  },
  "vmap of an input that is not there": {
    run: () => loose(vmap)(vector, 3, { y: 0 }),
    code: "TL0334",
    words: "vmap: there is no input 'y'; there is 'x'",
  },

  "a carry that changes its shape": {
    run: inside((x) => loose(scan)((state: never) => [sum(state), null], x, null, { length: 2 })),
    code: "TL0350",
    words: "scan: carry has shape [2] going in but [] coming out",
  },
  "a carry that is not given on": {
    run: inside((x) => loose(scan)(() => [{ a: x }, null], { a: x, b: x }, null, { length: 2 })),
    code: "TL0351",
    words: "scan: carry.b goes in but does not come out",
  },
  "a carry of another dtype": {
    run: inside((x) =>
      loose(whileLoop)(
        () => loose(greater)(sum(x), 1),
        () => ({ h: loose(argmax)(x) }),
        { h: sum(x) },
      ),
    ),
    code: "TL0350",
    words: "whileLoop: carry.h has dtype f64 going in but i32 coming out",
  },
  "a carry that comes from nowhere": {
    run: inside((x) =>
      loose(whileLoop)(
        () => loose(greater)(sum(x), 1),
        () => [x, x],
        [x],
      ),
    ),
    code: "TL0363",
    words: "whileLoop: carry.1 comes out but does not go in",
  },
  "a test that is no bool": {
    run: inside((x) => loose(whileLoop)(sum, exp, x)),
    code: "TL0364",
    words: "whileLoop: the test must give a bool scalar, but it gives f64[]",
  },
  "a test of JavaScript": {
    run: inside((x) => loose(whileLoop)(() => true, exp, x)),
    code: "TL0364",
    words: "whileLoop: the test must give a bool scalar, but it gives no tensor",
  },
  "no number of steps at most": {
    run: inside((x) => loose(whileLoop)(() => loose(greater)(sum(x), 1), exp, x, { maxSteps: 0 })),
    code: "TL0365",
    words: "whileLoop: maxSteps must be a whole number, 1 or more, or the name of a dimension, not 0",
  },

  "a checkpoint every 0 steps": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, null, { length: 9, checkpoint: 0 })),
    code: "TL0366",
    words: "scan: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not 0",
  },
  "checkpoints of a word": {
    run: inside((x) => loose(fori)(0, 9, (_i: unknown, c: unknown) => c, x, { checkpoint: "log" })),
    code: "TL0366",
    words: "fori: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not log",
  },

  "arrays of two lengths": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, { a: x, b: loose(reshape)(x, [1, 2]) })),
    code: "TL0352",
    words: "scan: the leading axes of xs have sizes 1 and 2",
  },
  "a scalar to walk along": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, sum(x))),
    code: "TL0353",
    words: "scan: xs is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  "no number of steps": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, null)),
    code: "TL0354",
    words: "scan: without xs, say how many steps, as in { length: 20 }",
  },
  "two numbers of steps": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, x, { length: 3 })),
    code: "TL0355",
    words: "scan: length is 3 but the leading axis of xs has size 2",
  },
  "a carry of fori that gains a branch": {
    run: inside((x) => loose(fori)(0, 3, (_i: unknown, c: { a: unknown }) => ({ a: c.a, b: c.a }), { a: x })),
    code: "TL0363",
    words: "fori: carry.b comes out but does not go in",
  },
  "a bound that is no whole number": {
    run: inside((x) => loose(fori)(0.5, 3, (_i: unknown, c: unknown) => c, x)),
    code: "TL0344",
    words: "fori: from must be a whole number, the name of a dimension or an i32 scalar, not 0.5",
  },
  "a bound that is a name of nothing": {
    run: () =>
      loose(fn)({ x: f64(["m", "n"]) }, ({ x }: { x: unknown }) =>
        loose(fori)(0, "k", (_i: unknown, c: unknown) => c, x),
      ),
    code: "TL0345",
    words: "fori: there is no dimension 'k'; there is 'm' and 'n'",
  },
  "a call that makes a loop end before it begins": {
    run: () => {
      const f = loose(fn)({ a: f64(["m"]), b: f64(["n"]) }, ({ a }: { a: unknown }) =>
        loose(fori)("m", "n", (_i: unknown, c: unknown) => c, a),
      );
      return loose(fn)({ a: f64([5]), b: f64([3]) }, (input: unknown) => loose(f)(input));
    },
    code: "TL0395",
    words: "fn: -m+n is -2 in this call, where m = 5 and n = 3; a size must be 0 or more",
  },
  "map along a scalar": {
    run: inside((x) => loose(map)((row: unknown) => row, sum(x))),
    code: "TL0353",
    words: "map: xs is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  "map of nothing": {
    run: inside((x) => loose(map)(() => x, { a: null })),
    code: "TL0343",
    words: "map: xs holds no tensor to go along",
  },

  "inner sizes": {
    run: inside((x) => loose(matmul)(loose(reshape)(x, [2, 1]), loose(reshape)(x, [2, 1]))),
    code: "TL0202",
    words: "matmul: inner dimensions 1 and 2 differ",
  },
  "max of nothing": {
    run: () => loose(fn)({ x: f64([2, 0]) }, ({ x }: { x: unknown }) => loose(max)(x, 1)),
    code: "TL0234",
    words: "max: [2, 0] has no element to take the max of",
  },
  "argmax of nothing": {
    run: () => loose(fn)({ x: f64([2, 0]) }, ({ x }: { x: unknown }) => loose(argmax)(x, 1)),
    code: "TL0234",
    words: "argmax: [2, 0] has no element to take the argmax of",
  },
  "two dtypes": {
    run: () => loose(fn)({ x: f64([2]), y: f32([2]) }, ({ x, y }: { x: unknown; y: unknown }) => loose(add)(x, y)),
    code: "TL0250",
    words: "add: f64 and f32 differ; cast one of them",
  },
  "indices that are floats": {
    run: inside((x) => loose(gather)(x, x)),
    code: "TL0251",
    words: "gather: the indices must be i32, not f64; cast first",
  },
};

/** The error that a run throws. */
function thrown(run: () => unknown): { readonly code?: string; readonly message?: string } {
  try {
    run();
    return {};
  } catch (error) {
    return error as Error & { readonly code?: string }; // all of ours carry a code
  }
}

describe("errors", () => {
  test.each(Object.entries(failures))("%s", (_title, { run, code, words }) => {
    const { code: actual, message } = thrown(run);
    expect({ code: actual, message }).toEqual({ code, message: words });
  });
});

test("a function that captures a tensor of another body cannot stand alone", () => {
  let inner: unknown;
  fn({ x: f64([2]) }, ({ x }) => {
    inner = fn({ y: f64([2]) }, ({ y }) => add(x, y));
    return x;
  });
  const failure = thrown(() => traceFn(inner as FnValue, "inner")); // it is one
  expect(failure.code).toBe("TL0389");
  expect(failure.message).toBe(
    "'inner' uses a tensor of the function around it, so it cannot be exported; pass the tensor in as an input",
  );
});

test("after an error in a body the function around it goes on", () => {
  const f = fn({ x: f64([2]) }, ({ x }) => {
    expect(thrown(inside((y) => loose(add)(y, "1"))).code).toBe("TL0382");
    return exp(x);
  });
  expect(traceFn(f as unknown as FnValue, "f").func.eqns.map(({ op }) => op)).toEqual(["exp"]); // every fn is one
});
