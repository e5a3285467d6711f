/**
 * The checks of derivatives and of batching find wrong rules (property P20): every rule of every op is made wrong in
 * several ways, and for each at least one case must fail.
 */
import { intAttr, intsAttr, type Op, opNamed, type PartialsRule } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { checkBatching } from "./testing/batching.js";
import { casesOf, testedOps } from "./testing/cases.js";
import { checkDuality, checkGradient, checkLinearity, checkTangent } from "./testing/first-order.js";
import { type Mutant, mutantsOf, withOps } from "./testing/mutants.js";
import type { OpCase } from "./testing/op-case.js";
import { isDifferentiable, type Subject, subjectOf } from "./testing/programs.js";
import { checkSecondOrder } from "./testing/second-order.js";

type Check = (opCase: OpCase) => void;

const onSubject =
  (check: (subject: Subject) => void): Check =>
  (opCase) => {
    const subject = subjectOf(opCase);
    if (isDifferentiable(subject)) check(subject);
  };

const gradient = onSubject(checkGradient);
const tangent = onSubject(checkTangent);
const duality = onSubject(checkDuality);
const linearity = onSubject(checkLinearity);
const secondOrder = onSubject(checkSecondOrder);

function fails(check: Check, opCase: OpCase): boolean {
  try {
    check(opCase);
    return false;
  } catch {
    return true;
  }
}

/** Whether some case of the op fails the check while its record is the mutated one. */
const isFound = (op: Op, check: Check): boolean =>
  withOps([op], () => casesOf(op.name).some((opCase) => fails(check, opCase)));

const generic: readonly Mutant[] = testedOps().flatMap(mutantsOf);

describe("every rule made wrong", () => {
  test.each(generic)("$title", ({ op }) => {
    expect(isFound(op, gradient)).toBe(true);
  });
});

const partials = (name: string, rule: PartialsRule["partials"]): Op => ({
  ...opNamed(name),
  derivative: { form: "partials", partials: rule },
});

function withLinear(name: string, linear: Partial<NonNullable<Op["linear"]>>): Op {
  const op = opNamed(name);
  if (op.linear === undefined) throw new Error(`${name} is not linear`);
  return { ...op, linear: { ...op.linear, ...linear } };
}

const x = <T>(operands: readonly T[]): T => operands[0]!; // of arity 1 and more

/** Mistakes that were really made, and the checks that find them. */
const mistakes: readonly {
  readonly title: string;
  readonly op: Op;
  readonly checks: Readonly<Record<string, Check>>;
}[] = [
  {
    title: "cosh' = -sinh",
    op: partials("cosh", (o, operands) => [o.neg(o.sinh(x(operands)))]),
    checks: { gradient, tangent },
  },
  { title: "sinh' = cos", op: partials("sinh", (o, operands) => [o.cos(x(operands))]), checks: { gradient, tangent } },
  {
    title: "(ln x)' = 1/x²",
    op: partials("log", (o, operands) => [o.div(1, o.mul(x(operands), x(operands)))]),
    checks: { gradient },
  },
  {
    title: "(xy)' = y dx",
    op: partials("mul", (_o, operands) => [operands[1] ?? 0, 0]),
    checks: { gradient, tangent },
  },
  {
    title: "the partial is right but is not differentiated",
    op: partials("sin", (o, operands) => [o.stopGradient(o.cos(x(operands)))]),
    checks: { secondOrder },
  },
  {
    title: "permute transposes to itself",
    op: withLinear("permute", { transpose: (o, _k, ct, _operands, { attrs }) => o.permute(ct, attrs) }),
    checks: { gradient, duality },
  },
  {
    title: "contract transposes with its labels as they are",
    op: withLinear("contract", {
      transpose: (o, k, ct, [a, b], { attrs }) => {
        const [left, right, out] = [intsAttr(attrs, "left"), intsAttr(attrs, "right"), intsAttr(attrs, "out")];
        if (k === 0 && b !== undefined) return o.contract(ct, b, { left, right, out });
        return o.contract(a ?? ct, ct, { left, right: out, out: right });
      },
    }),
    checks: { gradient, duality },
  },
  {
    title: "slice pads at the wrong end",
    op: withLinear("slice", {
      transpose: (o, _k, ct, _operands, { attrs, inputs: [input] }) => {
        const start = intsAttr(attrs, "start"); // cases have literal sizes
        const after = start.map((at, axis) => Number(input?.shape[axis]) - at - Number(ct.sizes[axis]));
        return o.pad(ct, { before: after, after: start, value: 0 });
      },
    }),
    checks: { gradient, duality },
  },
  {
    title: "the gradient gets a constant",
    op: withLinear("neg", { transpose: (o, _k, ct) => o.sub(1, ct) }),
    checks: { gradient, linearity },
  },
  {
    title: "sum takes a batch axis without moving its own",
    op: { ...opNamed("sum"), absorb: (attrs) => attrs },
    checks: { batching: checkBatching },
  },
  {
    title: "permute takes a batch axis in the wrong place",
    op: {
      ...opNamed("permute"),
      absorb: (attrs, size) => ({
        perm: [...intsAttr(attrs, "perm"), size === 0 ? 0 : intsAttr(attrs, "perm").length],
      }),
    },
    checks: { batching: checkBatching },
  },
  {
    title: "concat takes a batch axis that not all operands have",
    op: { ...opNamed("concat"), absorb: (attrs) => ({ axis: intAttr(attrs, "axis") + 1 }) },
    checks: { batching: checkBatching },
  },
];

describe("mistakes", () => {
  test.each(mistakes)("$title", ({ op, checks }) => {
    const found = Object.entries(checks).map(([name, check]) => [name, isFound(op, check)]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(Object.keys(checks).map((name) => [name, true])));
  });
});
