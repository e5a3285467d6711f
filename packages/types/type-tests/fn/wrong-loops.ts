/**
 * Wrong loops and choices. As in wrong-uses.ts: each row holds exactly one error, on the source text `at`, and when it runs
 * it throws the same words.
 */
import type { WrongUse } from "../harness.js";

export const wrongLoops: readonly WrongUse[] = [
  // ---- scan
  // a carry that changes its shape
  {
    code: "fn({ w: f32([64, 65]), xs: f32([20, 8]) }, ({ w, xs }) =>\n  scan((carry, x) => [{ h: matmul(carry.h, w) }, x], { h: zeros([8, 64]) }, xs))",
    at: "{ h: matmul(carry.h, w) }",
    error: "scan: carry.h has shape [8, 64] going in but [8, 65] coming out",
  },
  // a lone carry that changes its shape, in a block
  {
    code: "fn({ xs: f32([20, 8]) }, ({ xs }) =>\n  scan((h, x) => {\n    return [sum(add(h, x)), x];\n  }, zeros([8]), xs))",
    at: "(h, x) => {",
    error: "scan: carry has shape [8] going in but [] coming out",
  },
  // a carry that changes its dtype
  {
    code: "fn({ xs: f32([20, 8]), k: i32([]) }, ({ xs, k }) =>\n  scan((h, x) => [argmax(x), h], sum(xs), xs))",
    at: "argmax(x)",
    error: "scan: carry has dtype f32 going in but i32 coming out",
  },
  // a carry that loses a branch
  {
    code: "fn({ xs: f32([20, 8]) }, ({ xs }) =>\n  scan((c, x) => [{ a: add(c.a, x) }, null], { a: zeros([8]), b: zeros([8]) }, xs))",
    at: "{ a: add(c.a, x) }",
    error: "scan: carry.b goes in but does not come out",
  },
  // leading axes that differ
  {
    code: "fn({ a: f32([20, 8]), b: f32([16, 8]) }, ({ a, b }) =>\n  scan((h, x) => [add(h, x.a), x.b], zeros([8]), { a, b }))",
    at: "{ a, b }",
    error: "scan: the leading axes of xs have sizes 16 and 20",
  },
  // a scalar to walk along
  {
    code: "fn({ a: f32([20, 8]), b: f32([]) }, ({ a, b }) =>\n  scan((h, x) => [add(h, x.a), null], zeros([8]), { a, b }))",
    at: "{ a, b }",
    error: "scan: xs.b is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  // no xs and no length
  {
    code: "fn({ a: f32([8]) }, ({ a }) => scan((h) => [h, h], a, null))",
    at: "null",
    error: "scan: without xs, say how many steps, as in { length: 20 }",
  },
  // a length that contradicts xs
  {
    code: "fn({ a: f32([20, 8]) }, ({ a }) => scan((h, x) => [add(h, x), null], zeros([8]), a, { length: 16 }))",
    at: "length",
    error: "scan: length is 16 but the leading axis of xs has size 20",
  },

  // ---- cond, switchCase
  // a predicate that is no bool
  {
    code: "fn({ x: f32([4]), p: f32([]) }, ({ x, p }) =>\n  cond(p, () => x, () => mul(x, x)))",
    at: "p",
    error: "cond: the predicate must be a bool scalar, but it is f32[]",
  },
  // a predicate for each element
  {
    code: "fn({ x: f32([4]), p: bool([4]) }, ({ x, p }) =>\n  cond(p, () => x, () => mul(x, x)))",
    at: "p",
    error: "cond: the predicate must be a bool scalar, but it is bool[4]",
  },
  // branches of different shapes
  {
    code: "fn({ x: f32([4]), p: bool([]) }, ({ x, p }) => cond(p, () => x, () => sum(x)))",
    at: "sum(x)",
    error: "cond: result has shape [4] in onTrue but [] in onFalse",
  },
  // branches of different dtypes, in a tree, with operands
  {
    code: "fn({ x: f32([4]), p: bool([]) }, ({ x, p }) =>\n  cond(p, (y) => ({ a: y, k: argmax(y) }), (y) => ({ a: y, k: sum(y) }), x))",
    at: "({ a: y, k: sum(y) })",
    error: "cond: result.k has dtype i32 in onTrue but f32 in onFalse",
  },
  // a branch with less in it
  {
    code: "fn({ x: f32([4]), p: bool([]) }, ({ x, p }) =>\n  cond(p, () => ({ a: x, b: x }), () => ({ a: x })))",
    at: "({ a: x })",
    error: "cond: result.b is a tensor in onTrue but not in onFalse",
  },
  // a branch with more in it
  {
    code: "fn({ x: f32([4]), p: bool([]) }, ({ x, p }) =>\n  cond(p, () => ({ a: x }), () => ({ a: x, b: x })))",
    at: "({ a: x, b: x })",
    error: "cond: result.b is a tensor in onFalse but not in onTrue",
  },
  // an index that is a float
  {
    code: "fn({ x: f32([4]), k: f32([]) }, ({ x, k }) => switchCase(k, [() => x, () => mul(x, x)]))",
    at: "k",
    error: "switchCase: the index must be an i32 scalar, but it is f32[]",
  },
  // a third branch of another shape
  {
    code: "fn({ x: f32([4]), k: i32([]) }, ({ x, k }) => switchCase(k, [() => x, () => mul(x, x), () => sum(x)]))",
    at: "sum(x)",
    error: "switchCase: result has shape [4] in branch 0 but [] in branch 2",
  },

  // ---- fori
  // a carry that changes its shape
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  fori(0, 4, (i, c) => ({ h: sum(c.h) }), { h: x }))",
    at: "({ h: sum(c.h) })",
    error: "fori: carry.h has shape [3] going in but [] coming out",
  },
  // a carry that changes its dtype
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  fori(0, 4, (i, c) => i, sum(x)))",
    at: "i",
    error: "fori: carry has dtype f32 going in but i32 coming out",
  },
  // a bound between whole numbers
  {
    code: "fn({ x: f32([3]) }, ({ x }) => fori(0, 2.5, (_i, c) => mul(c, 2), x))",
    at: "2.5",
    error: "fori: to must be a whole number, the name of a dimension or an i32 scalar, not 2.5",
  },
  // a bound that is a float
  {
    code: "fn({ x: f32([3]), n: f32([]) }, ({ x, n }) => fori(0, n, (_i, c) => mul(c, 2), x))",
    at: "n",
    error: "fori: to must be a whole number, the name of a dimension or an i32 scalar, not f32[]",
  },
  // a bound for each element
  {
    code: "fn({ x: f32([3]), n: i32([3]) }, ({ x, n }) => fori(n, 5, (_i, c) => mul(c, 2), x))",
    at: "n",
    error: "fori: from must be a whole number, the name of a dimension or an i32 scalar, not i32[3]",
  },
  // a bound of steps where it is known how many there are
  {
    code: "fn({ x: f32([3]) }, ({ x }) => fori(0, 4, (_i, c) => mul(c, 2), x, { maxSteps: 9 }))",
    at: "maxSteps",
    error:
      "fori: maxSteps is for a bound that is a tensor; from numbers and names it is known how many steps there are",
  },

  // a checkpoint where it is not known
  {
    code: "fn({ x: f32([3]), n: i32([]) }, ({ x, n }) => fori(0, n, (_i, c) => mul(c, 2), x, { checkpoint: 2 }))",
    at: "checkpoint",
    error:
      "fori: checkpoint is for bounds that are numbers or names; a loop to a tensor finds its length while it runs",
  },

  // ---- map
  // a scalar has no axis
  {
    code: "fn({ x: f32([]) }, ({ x }) => map((row) => mul(row, 2), x))",
    at: "x",
    error: "map: xs is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  // two lengths
  {
    code: "fn({ a: f32([20]), b: f32([16]) }, ({ a, b }) =>\n  map((x) => add(x.a, x.b), { a, b }))",
    at: "{ a, b }",
    error: "map: the leading axes of xs have sizes 16 and 20",
  },
  // nothing to go along
  { code: "fn({ x: f32([3]) }, ({ x }) => map(() => x, {}))", at: "{}", error: "map: xs holds no tensor to go along" },

  // ---- loops with checkpoints
  // a checkpoint every 0 steps
  {
    code: "fn({ a: f32([20, 8]) }, ({ a }) => scan((h, x) => [add(h, x), null], zeros([8]), a, { checkpoint: 0 }))",
    at: "checkpoint",
    error: "scan: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not 0",
  },
  // a checkpoint every four and a half steps
  {
    code: "fn({ a: f32([20, 8]) }, ({ a }) => scan((h, x) => [add(h, x), null], zeros([8]), a, { checkpoint: 4.5 }))",
    at: "checkpoint",
    error: "scan: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not 4.5",
  },
  // another word
  {
    code: 'fn({ a: f32([8]) }, ({ a }) => fori(0, 9, (_i, c) => mul(2, c), a, { checkpoint: "root" }))',
    at: "checkpoint",
    error: "fori: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not root",
  },

  // ---- whileLoop
  // a test that is no bool
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  whileLoop((c) => sum(c), (c) => mul(c, 0.5), x))",
    at: "sum(c)",
    error: "whileLoop: the test must give a bool scalar, but it gives f32[]",
  },
  // a test of each element
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  whileLoop((c) => greater(c, 1), (c) => mul(c, 0.5), x))",
    at: "greater(c, 1)",
    error: "whileLoop: the test must give a bool scalar, but it gives bool[3]",
  },
  // a carry that changes its shape
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  whileLoop((c) => greater(sum(c.h), 1), (c) => ({ h: sum(c.h) }), { h: x }))",
    at: "({ h: sum(c.h) })",
    error: "whileLoop: carry.h has shape [3] going in but [] coming out",
  },
  // a carry that changes its dtype
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  whileLoop((c) => greater(c, 1), (c) => argmax(add(x, c)), sum(x)))",
    at: "argmax(add(x, c))",
    error: "whileLoop: carry has dtype f32 going in but i32 coming out",
  },
  // a carry that gains a branch
  {
    code: "fn({ x: f32([3]) }, ({ x }) =>\n  whileLoop((c) => greater(sum(c.a), 1), (c) => ({ a: c.a, b: c.a }), { a: x }))",
    at: "({ a: c.a, b: c.a })",
    error: "whileLoop: carry.b comes out but does not go in",
  },
];
