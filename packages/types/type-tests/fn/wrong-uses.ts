/**
 * Wrong calls of functions, gradients and vmap, and what both compilers say about them.
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
];
