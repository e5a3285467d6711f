/**
 * Wrong uses of Jacobians, rules of one's own and axes of vmap. As in wrong-uses.ts: each row holds exactly one error, on
 * the source text `at`, and when it runs it throws the same words.
 */
import type { WrongUse } from "../harness.js";

const line = "const line = fn({ x: f32([3]) }, ({ x }) => mul(x, x));";

export const wrongRules: readonly WrongUse[] = [
  // ---- jacobian, hessian, hvp
  // integers in the result
  {
    code: "jacobian(fn({ x: f32([3]) }, ({ x }) => ({ x, at: argmax(x) })))",
    at: "fn({ x: f32([3]) }, ({ x }) => ({ x, at: argmax(x) }))",
    error: "jacobian: the result holds integer tensors, which have no derivative; leave them out of the result",
  },
  // no wrt where there are two inputs
  {
    code: "jacobian(hidden)",
    at: "hidden",
    error: "jacobian: say with respect to which input: 'params' or 'x'",
  },
  // integers in the input
  {
    code: 'jacobian(paired, "label")',
    at: '"label"',
    error:
      "jacobian: 'label' holds integer tensors, which have no gradient; leave it out, or make them an input of their own",
  },
  // an unknown input
  {
    code: 'jacobian(hidden, ["x", "y"])',
    at: '["x", "y"]',
    error: "jacobian: there is no input 'y'; there is 'params' and 'x'",
  },
  // a Hessian of a matrix
  {
    code: 'hessian(hidden, "x")',
    at: "hidden",
    error:
      "hessian: the result must be a scalar of f32 or f64, but it is f32[batch, 128]; reduce it with sum or mean, or use vjp",
  },
  // a product with the Hessian of a tree
  {
    code: "hvp(fn({ x: f32([3]) }, ({ x }) => [sum(x)]))",
    at: "fn({ x: f32([3]) }, ({ x }) => [sum(x)])",
    error:
      "hvp: the result must be a scalar of f32 or f64, but it is a tree; return the scalar alone, use valueAndGrad with { aux: true }, or vjp",
  },
  // a tangent of another shape
  {
    setup: "const product = hvp(cube);",
    code: "fn({ x: f32([]), t: f32([2]) }, ({ x, t }) => product({ input: { x }, tangent: t }))",
    at: "{ input: { x }, tangent: t }",
    error: "tangent: rank 0 expected, got 1",
  },

  // ---- customVjp
  // another result
  {
    setup: line,
    code: "customVjp(line, { forward: ({ x }) => [sum(x), x], backward: (x, ct) => ({ x: mul(ct, x) }) })",
    at: "sum(x)",
    error: "customVjp: result must be f32[3], got f32[]",
  },
  // a tree in the result's place
  {
    setup: line,
    code: "customVjp(line, { forward: ({ x }) => [{ y: x }, x], backward: (x, ct) => ({ x: mul(ct, x) }) })",
    at: "{ y: x }",
    error: "customVjp: result is missing; it must be f32[3]",
  },
  // a cotangent of another shape
  {
    setup: line,
    code: "customVjp(line, { forward: ({ x }) => [mul(x, x), x], backward: (x, ct) => ({ x: sum(mul(ct, x)) }) })",
    at: "({ x: sum(mul(ct, x)) })",
    error: "customVjp: cotangent.x must be f32[3], got f32[]",
  },
  // a cotangent that is missing
  {
    setup: line,
    code: "customVjp(line, { forward: ({ x }) => [mul(x, x), x], backward: (x, ct) => ({ y: mul(ct, x) }) })",
    at: "({ y: mul(ct, x) })",
    error: "customVjp: cotangent.x is missing; it must be f32[3]",
  },

  // ---- customJvp
  // a tangent of another shape
  {
    setup: line,
    code: "customJvp(line, ({ x }, t) => sum(mul(t.x, x)))",
    at: "sum(mul(t.x, x))",
    error: "customJvp: tangent must be f32[3], got f32[]",
  },
  // a branch of the tangent that is missing
  {
    setup: "const both = fn({ x: f32([3]) }, ({ x }) => ({ a: x, b: sum(x) }));",
    code: "customJvp(both, (_, t) => ({ a: t.x }))",
    at: "({ a: t.x })",
    error: "customJvp: tangent.b is missing; it must be f32[]",
  },

  // ---- vmap: trees of axes
  // an axis out of range in a tree
  {
    code: 'vmap(matrix, "m", { a: { deep: 3 } })',
    at: "{ a: { deep: 3 } }",
    error: "vmap: axis 3 is out of range for a.deep of shape [3, n]",
  },
  // an axis for a branch that is not there
  {
    code: 'vmap(matrix, "m", { a: { wide: 0 } })',
    at: "{ a: { wide: 0 } }",
    error: "vmap: an axis is given for a.wide, which is not there",
  },
  // a tree of axes for a tensor
  {
    code: 'vmap(matrix, "m", { b: { deep: 0 } })',
    at: "{ b: { deep: 0 } }",
    error: "vmap: b is a tensor, so its axis is a number or null",
  },
  // nothing mapped, in a tree
  {
    code: 'vmap(matrix, "m", { a: { deep: null }, b: null })',
    at: "{ a: { deep: null }, b: null }",
    error: "vmap: inAxes maps no input",
  },
  // a result's axis out of range
  {
    code: 'vmap(matrix, "m", {}, 3)',
    at: "3",
    error: "vmap: axis 3 is out of range for result of shape [3, n]",
  },
];
