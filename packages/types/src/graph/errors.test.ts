/** What functions and transformations, loops aside, say when they are used wrongly: code and words, exactly. */
import { expect, test } from "vitest";
import {
  add,
  argmax,
  bool,
  exp,
  f32,
  f64,
  fn,
  gather,
  grad,
  i32,
  jvp,
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
} from "../index.js";
import { type FnValue, traceFn } from "./fn.js";
import { checkFailures, type Failure, inside, loose, thrown } from "./testing/failures.js";

const scalar = fn({ x: f64([2]), n: i32([2]) }, ({ x }) => sum(x));
const vector = fn({ x: f64([2]) }, ({ x }) => mul(x, 2));
const pair = fn({ x: f64([2]) }, ({ x }) => [sum(x), x] as const);

/** A tensor of a function that is over. */
function leaked(): unknown {
  let kept: unknown;
  fn({ x: f64([2]) }, ({ x }) => {
    kept = exp(x);
    return x;
  });
  return kept;
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

checkFailures(failures);

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
