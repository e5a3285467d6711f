/**
 * Wrong uses of functions, trees and transformations, and what both compilers say about them.
 *
 * Invariant: each row holds exactly one error, on the source text `at`, and when it runs it throws the same words.
 */
import type { WrongUse } from "../harness.js";

/** What the rows may use of `fixtures.ts`, which also has all of `shim.ts`. */
export const names = (
  "add argmax bool cond customJvp customVjp f32 f64 fn fori grad greater hessian hvp i32 jacobian jvp map matmul mul scan sum " +
  "switchCase valueAndGrad vjp vmap whileLoop zeros " +
  "params hidden scored paired layered flagged cube matrix"
).split(" ");

const noGradient = "which have no gradient; leave it out, or make them an input of their own";
const notScalar = (call: string, actual: string): string =>
  `${call}: the result must be a scalar of f32 or f64, but it is ${actual}; reduce it with sum or mean, or use vjp`;
const notTensor = (call: string): string =>
  `${call}: the result must be a scalar of f32 or f64, but it is a tree; return the scalar alone, use valueAndGrad with { aux: true }, or vjp`;

const callOf = (callee: string, input: string, argument = "input"): string =>
  `fn(${input}, (input) => ${callee}(${argument}))`;

export const wrongUses: readonly WrongUse[] = [
  // ---- calls
  // a name that meets two sizes
  {
    code: callOf("paired", "{ x: f32([32, 4]), label: i32([16]) }"),
    at: "input",
    error: "dimension 'batch' is both 16 and 32",
  },
  // a name that meets two names
  {
    code: callOf("paired", '{ x: f32(["n", 4]), label: i32(["m"]) }'),
    at: "input",
    error: "dimension 'batch' is both m and n",
  },
  // a name that meets a name and a size
  {
    code: callOf("paired", '{ x: f32(["n", 4]), label: i32([16]) }'),
    at: "input",
    error: "dimension 'batch' is both 16 and n",
  },
  // a missing input
  {
    code: callOf("hidden", "{ params }"),
    at: "input",
    error: "input 'x' is missing",
  },
  // a missing branch
  {
    code: callOf("hidden", "{ params: { hidden: { w: f32([784, 128]) } }, x: f32([2, 784]) }"),
    at: "input",
    error: "input 'params.hidden.b' is missing",
  },
  // a wrong literal size
  {
    code: callOf("hidden", "{ params: { hidden: { w: f32([783, 128]), b: f32([128]) } }, x: f32([2, 784]) }"),
    at: "input",
    error: "params.hidden.w: size 784 expected, got 783",
  },
  // a name where a size is asked for
  {
    code: callOf("hidden", '{ params, x: f32([2, "n"]) }', "{ params: input.params, x: input.x }"),
    at: "{ params: input.params, x: input.x }",
    error: "x: size 784 expected, got n",
  },
  // a wrong rank
  {
    code: callOf("hidden", "{ params, x: f32([784]) }"),
    at: "input",
    error: "x: rank 2 expected, got 1",
  },
  // a wrong dtype
  {
    code: callOf("hidden", "{ params, x: f64([2, 784]) }"),
    at: "input",
    error: "x: f32 expected, got f64",
  },
  // an object where a tensor is asked for
  {
    code: callOf("hidden", "{ params, x: { deep: f32([2, 784]) } }"),
    at: "input",
    error: "x: a tensor is expected",
  },
  // a number where no scalar is asked for
  {
    code: callOf("hidden", "{ params }", "{ ...input, x: 1 }"),
    at: "{ ...input, x: 1 }",
    error: "x: a tensor is expected",
  },
  // two things wrong at once: both are told, in no fixed order, `input 'x' is missing` beside this one
  {
    code: callOf("hidden", "{ params: { hidden: { w: f32([784, 127]), b: f32([128]) } } }"),
    at: "input",
    error: "params.hidden.w: size 128 expected, got 127",
  },
  // too many elements
  {
    code: callOf("layered", "{ l: f32([4, 5]), m: f32([5, 6]) }", "{ layers: [input.l, input.m, input.m] }"),
    at: "{ layers: [input.l, input.m, input.m] }",
    error: "layers: 2 elements expected, got 3",
  },
  // a wrong element
  {
    code: callOf("layered", "{ l: f32([4, 5]), m: f32([4, 6]) }", "{ layers: [input.l, input.m] }"),
    at: "{ layers: [input.l, input.m] }",
    error: "layers.1: size 5 expected, got 4",
  },
  // an object where a tuple is asked for
  {
    code: callOf("layered", "{ l: f32([4, 5]) }", "{ layers: input }"),
    at: "{ layers: input }",
    error: "layers: a tuple is expected",
  },

  // ---- grad and valueAndGrad
  // grad of a matrix
  {
    code: 'grad(hidden, "params")',
    at: "hidden",
    error: notScalar("grad", "f32[batch, 128]"),
  },
  // valueAndGrad of a matrix
  {
    code: 'valueAndGrad(hidden, "params")',
    at: "hidden",
    error: notScalar("valueAndGrad", "f32[batch, 128]"),
  },
  // grad of an integer
  {
    setup: "const f = fn({ x: f32([3]) }, ({ x }) => argmax(x));",
    code: "grad(f)",
    at: "f",
    error: notScalar("grad", "i32[]"),
  },
  // grad of a tree
  {
    setup: "const f = fn({ x: f32([3]) }, ({ x }) => ({ loss: sum(x) }));",
    code: "grad(f)",
    at: "f",
    error: notTensor("grad"),
  },
  // aux without a pair
  {
    code: 'valueAndGrad(scored, "x", { aux: true })',
    at: "scored",
    error: "valueAndGrad: with { aux: true } the result must be a pair [scalar, aux]",
  },
  // aux with a matrix before it
  {
    setup: "const f = fn({ x: f32([3]) }, ({ x }) => [x, sum(x)]);",
    code: "valueAndGrad(f, undefined, { aux: true })",
    at: "f",
    error: notScalar("valueAndGrad", "f32[3]"),
  },
  // no wrt where there are two inputs
  {
    code: "grad(scored)",
    at: "scored",
    error: "grad: say with respect to which input: 'params' or 'x'",
  },
  // no wrt where there are two inputs, of valueAndGrad
  {
    code: "valueAndGrad(scored)",
    at: "scored",
    error: "valueAndGrad: say with respect to which input: 'params' or 'x'",
  },
  // an unknown input
  {
    code: 'grad(scored, "parms")',
    at: '"parms"',
    error: "grad: there is no input 'parms'; there is 'params' and 'x'",
  },
  // an unknown input in a list
  {
    code: 'valueAndGrad(paired, ["x", "y"])',
    at: '["x", "y"]',
    error: "valueAndGrad: there is no input 'y'; there is 'label' and 'x'",
  },
  // an integer input
  {
    code: 'grad(paired, "label")',
    at: '"label"',
    error: `grad: 'label' holds integer tensors, ${noGradient}`,
  },
  // a bool input in a list
  {
    code: 'valueAndGrad(flagged, ["x", "mask"])',
    at: '["x", "mask"]',
    error: `valueAndGrad: 'mask' holds bool tensors, ${noGradient}`,
  },
  // vjp with respect to nothing but integers
  {
    code: 'vjp(paired, "label")',
    at: '"label"',
    error: `vjp: 'label' holds integer tensors, ${noGradient}`,
  },
  // jvp with respect to an unknown input
  {
    code: 'jvp(paired, ["y"])',
    at: '["y"]',
    error: "jvp: there is no input 'y'; there is 'label' and 'x'",
  },
  // a tangent of another shape
  {
    setup: "const pushed = jvp(cube);",
    code: "fn({ x: f32([]), t: f32([2]) }, ({ x, t }) => pushed({ input: { x }, tangent: { x: t } }))",
    at: "{ input: { x }, tangent: { x: t } }",
    error: "tangent.x: rank 0 expected, got 1",
  },

  // ---- vmap
  // a name that is taken
  {
    code: 'vmap(matrix, "n")',
    at: '"n"',
    error: "vmap: dimension 'n' is already used by the function; choose another name",
  },
  // an axis out of range
  {
    code: 'vmap(matrix, "m", { a: 3 })',
    at: "{ a: 3 }",
    error: "vmap: axis 3 is out of range for a.deep of shape [3, n]",
  },
  // a negative axis out of range
  {
    code: 'vmap(matrix, "m", { b: -3 })',
    at: "{ b: -3 }",
    error: "vmap: axis -3 is out of range for b of shape [5]",
  },
  // an axis for an unknown input
  {
    code: 'vmap(matrix, "m", { c: 0 })',
    at: "{ c: 0 }",
    error: "vmap: there is no input 'c'; there is 'a' and 'b'",
  },
  // nothing mapped
  {
    code: 'vmap(matrix, "m", { a: null, b: null })',
    at: "{ a: null, b: null }",
    error: "vmap: inAxes maps no input",
  },

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
    error: "fori: to must be a whole number or the name of a dimension, not 2.5",
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
