import { describe, expect, test } from "vitest";
import * as elementwise from "./elementwise.gen.js";
import * as jacobians from "./jacobians.gen.js";
import * as matrices from "./matrices.gen.js";
import * as networks from "./networks.gen.js";
import * as scalars from "./scalars.gen.js";
import * as sums from "./sums.gen.js";
import {
  asArgument,
  asArguments,
  caseIds,
  deviation,
  type FixtureDerivative,
  type FixtureTensors,
  fixture,
} from "./testing/fixture.js";
import * as vectors from "./vectors.gen.js";

/** A generated function; each takes the inputs of its fixture by their names, which the fixture provides. */
type Rule = (input: never) => unknown;

/** A rule with the fixture that knows its numbers. */
type Row = readonly [id: string, rule: Rule, tolerance?: number];

const usual = 1e-13;
const wrongBy = 1e-4;

const named = (rows: readonly Row[]) => rows.map(([id, rule, tolerance = usual]) => ({ id, rule, tolerance }));

const call = (rule: Rule, input: unknown): unknown => rule(input as never); // see `Rule`

/** Largest deviation from the expected tensors, each found in the result under its name. */
const worst = (got: unknown, expected: FixtureTensors): number =>
  Math.max(...Object.entries(expected).map(([name, want]) => deviation((got as Record<string, unknown>)[name], want)));

const isNear = (error: number, tolerance = usual): void => expect(error).toBeLessThanOrEqual(tolerance);

/** A derivative that is right must match, one that is wrong on purpose must not. */
const judge = (error: number, { mustNotMatch }: FixtureDerivative, tolerance?: number): void =>
  mustNotMatch === true ? expect(error).toBeGreaterThan(wrongBy) : isNear(error, tolerance);

const derivativesOf = (id: string, kind: FixtureDerivative["kind"]): readonly FixtureDerivative[] =>
  fixture(id).derivatives.filter((derivative) => derivative.kind === kind && derivative.intermediate !== true);

// ---- value and gradient of a scalar

const gradients: readonly Row[] = [
  ["000.sqnorm", vectors.squaredNorm],
  ["001.sqnorm", vectors.squaredNorm],
  ["000.l1norm", vectors.absoluteNorm],
  ["000.l1norm", vectors.sumOfAbsolutes],
  ["000.sum", vectors.total],
  ["000.dot", vectors.inner],
  ["002.dot", (input: { a: Float64Array; b: Float64Array }) => renamed(vectors.inner({ x: input.a, y: input.b }))],
  ["000.dot_chain", vectors.innerSquared],
  ["000.quadform_sym", vectors.quadratic],
  ["001.quadform", (input: { x: Float64Array; A: Float64Array }) => generalForm(input)],
  ["000.scale", vectors.scaled],
  ["000.sheet_c_mul_x", vectors.scaled],
  ["000.sheet_c_plus_x", vectors.shifted],
  ["000.sheet_c_div_x", vectors.divided],
  ["000.matvec", matrices.matrixVector],
  ["000.vecmat", matrices.vectorMatrix],
  ["000.matmul", matrices.matrixMatrix],
  ["000.gram", matrices.gram],
  ["002.matvec_sum", matrices.sumOfMatrixVector],
  ["002.matmul_sum", matrices.sumOfMatrixMatrix],
  ["002.matmul_sum_random", matrices.sumOfMatrixMatrix],
  ["001.frobenius", matrices.frobeniusSquared],
  ["001.frobenius_norm_extra", matrices.frobenius],
  ["001.frobenius_norm_extra", matrices.rootOfSquares],
  ["000.sum_axis0", sums.sumAxis0],
  ["000.sum_axis1", sums.sumAxis1],
  ["000.sum_axis2", sums.sumAxis2],
  ["000.sum_axis3", sums.sumAxis3],
  ["003.sum", sums.sumAll],
  ["003.mean", sums.meanAll],
  ["002.square_rowsum", sums.squaredRowSums],
  ["002.rowmax_keepdim", sums.rowMaxima],
  ["002.probs_broadcast", sums.normalisedCounts],
  ["002.exp_sum", sums.sumOfExponentials],
  ["000.unary_cos", elementwise.cosine],
  ["000.binary_pow", elementwise.power],
  ["002.mul_sum", elementwise.sumOfProducts],
  ["002.reciprocal_sum", elementwise.sumOfReciprocals],
  ["004.const_mul", scalars.multiple],
  ["004.power", scalars.cube],
  ["004.quot_recip", scalars.reciprocal],
  ["004.sum_rule", scalars.sumRule],
  ["004.diff_rule", scalars.differenceRule],
  ["004.product_rule", scalars.productRule],
  ["004.cosh_000", scalars.hyperbolicCosine],
  ["004.sinh_000", scalars.hyperbolicSine],
  ["004.sigmoid", scalars.logistic],
  ["004.ln_x2", scalars.logOfSquare],
  ["004.cube_of_quadratic", scalars.cubeOfQuadratic],
  ["004.ln_sin_cube_sq", scalars.chainOfFour],
  ["004.x_exp_x2", scalars.twoWays],
  ["001.chain_multi", scalars.severalWays],
  ["001.partial_limit", scalars.partials],
  ["002.linear_square", networks.linearSquare, 1e-11], // the product is ill conditioned
  ["003.mlp_shapes", networks.mlp],
  ["004.score_net", networks.score],
  ["004.deck_mlp", networks.diagonalMlp],
  ["004.neuron_cost", networks.neuron],
];

interface ValueAndGrad {
  readonly value: number;
  readonly grad: Readonly<Record<string, unknown>>;
}

/** A deck that calls both vectors a and b. */
const renamed = ({ value, grad }: ReturnType<typeof vectors.inner>): ValueAndGrad => ({
  value,
  grad: { a: grad.x, b: grad.y },
});

/** The rule of xᵀMx is no other for a matrix A that is not symmetric. */
function generalForm({ x, A }: { readonly x: Float64Array; readonly A: Float64Array }): ValueAndGrad {
  const { value, grad } = vectors.quadratic({ x, M: A });
  return { value, grad: { x: grad.x, A: grad.M } };
}

describe.each(named(gradients))("value and gradient of $id", ({ id, rule, tolerance }) => {
  const { inputs = {}, outputs = {} } = fixture(id);

  test.each(derivativesOf(id, "grad"))("%#: wrong on purpose: $mustNotMatch", (derivative) => {
    const { value, grad } = call(rule, asArguments({ ...inputs, ...derivative.at })) as ValueAndGrad; // made by valueAndGrad
    judge(worst(grad, derivative.expected), derivative, tolerance);
    const want = (derivative.at === undefined ? outputs : derivative.outputs)?.[derivative.of];
    if (want !== undefined) isNear(deviation(value, want), tolerance);
  });
});

// ---- cotangents pulled back

const pullbacks: readonly Row[] = [
  ["001.Ax", matrices.linearMap],
  ["003.exp", elementwise.exponential],
  ["003.log", elementwise.logarithm],
  ["003.sigmoid", elementwise.logistic],
  ["003.tanh", elementwise.hyperbolicTangent],
  ["003.relu", elementwise.rectifier],
  ["003.add", elementwise.matrixSum],
  ["003.sub", elementwise.matrixDifference],
  ["003.hadamard", elementwise.hadamard],
  ["002.log_mul", elementwise.logOfProduct],
];

describe.each(named(pullbacks))("pullback of $id", ({ id, rule }) => {
  const { inputs = {}, outputs = {} } = fixture(id);

  test.each(derivativesOf(id, "vjp"))("%#: wrong on purpose: $mustNotMatch", (derivative) => {
    const [cotangent] = Object.values(derivative.cotangents ?? {}).map(asArgument);
    const { value, grad } = call(rule, { input: asArguments(inputs), cotangent }) as ValueAndGrad; // made by vjp
    judge(worst(grad, derivative.expected), derivative);
    const want = outputs[derivative.of];
    if (want !== undefined) isNear(deviation(value, want));
  });
});

// ---- Jacobians

/** A rule, and what is differentiated where the fixture has several functions. */
const jacobianRows: readonly (readonly [id: string, of: string, rule: Rule])[] = [
  ["001.Ax", "y", matrices.linearJacobian],
  ["001.xTA", "y", matrices.rowJacobian],
  ["000.softmax_jacobian", "S", jacobians.softmaxJacobian],
  ["004.elementwise_jacobians", "add", jacobians.sumJacobian],
  ["004.elementwise_jacobians", "sub", jacobians.differenceJacobian],
  ["004.elementwise_jacobians", "mul", jacobians.productJacobian],
  ["004.elementwise_jacobians", "identity", jacobians.identityJacobian],
  ["004.jacobian_fg", "F", jacobians.twoFunctions],
  ["004.vector_chain", "y", jacobians.vectorChain],
];

const identityMatrix = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));

describe.each(jacobianRows)("Jacobian of %s, %s", (id, of, rule) => {
  const entries = derivativesOf(id, "jacobian").filter((derivative) => derivative.of === of);

  test.each(entries)("%#: by $wrt", ({ at, expected }) => {
    const point = { ...fixture(id).inputs, ...at };
    const rows = Object.values(expected)[0]?.shape[0] ?? 0;
    const result = call(rule, { input: asArguments(point), cotangent: identityMatrix(rows) }) as ValueAndGrad; // made by vjp
    isNear(worst(result.grad, expected));
  });
});

test("rows of the softmax Jacobian sum to 0", () => {
  const { grad } = jacobians.softmaxJacobian({
    input: { x: Float64Array.of(1, -2, 0.5) },
    cotangent: identityMatrix(3),
  });
  for (const row of [0, 3, 6])
    expect(Math.abs(grad.x.subarray(row, row + 3).reduce((a, b) => a + b))).toBeLessThan(1e-15);
});

// ---- the rest

test.each(derivativesOf("001.quadform", "hvp"))("curvature of a quadratic form, %#", ({ tangents = {}, expected }) => {
  const { x, A } = asArguments(fixture("001.quadform").inputs) as Record<string, Float64Array>;
  const tangent = asArguments(tangents).x;
  const result = call(vectors.quadraticCurvature, { input: { x, M: A }, tangent }) as { tangent: Float64Array }; // made by jvp
  isNear(worst({ x: result.tangent }, expected));
});

test("a new axis is repeated", () => {
  const { inputs = {}, outputs = {} } = fixture("000.expand_dims3");
  isNear(worst({ y: call(sums.expandDims, asArguments(inputs)) }, outputs));
});

test("a step along all elements at once is the sum of the gradient, but for the digits it loses", () => {
  const { inputs = {}, outputs = {} } = fixture("002.dot_fd");
  isNear(worst({ fd: call(vectors.forwardDifference, asArguments(inputs)) }, outputs), 1e-9);
});

test("every case of the fixtures has a rule", () => {
  const used = [...gradients, ...pullbacks, ...jacobianRows].map(([id]) => id);
  const others = ["000.expand_dims3", "002.dot_fd"];
  expect(caseIds.filter((id) => ![...used, ...others].includes(id))).toEqual([]);
});
