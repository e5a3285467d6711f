/**
 * The wrong rules of the notes (docs/errata.md), put into the compiler one by one: the checks of the seeds must fail, on
 * the numbers of the case that is about the rule (property P20).
 */
import {
  type DerivativeRule,
  installOps,
  intsAttr,
  type Op,
  opNamed,
  opNames,
  type PartialsRule,
  type Value,
} from "@tapeless/types/compiler";
import { beforeAll, describe, expect, test } from "vitest";
import type { Case } from "./case.js";
import { planOfCase } from "./graph-plan.js";
import { type CheckReport, runPlans } from "./plan.js";
import { readFixtures, setOf } from "./readers/index.js";
import { placeOf } from "./sets.js";

/** Runs with other records in the op table, and puts it back. */
async function withOps<T>(changed: readonly Op[], body: () => Promise<T>): Promise<T> {
  const table = Object.fromEntries(opNames().map((name) => [name, opNamed(name)]));
  installOps({ ...table, ...Object.fromEntries(changed.map((op) => [op.name, op])) });
  try {
    return await body();
  } finally {
    installOps(table);
  }
}

const withPartials = (name: string, partials: PartialsRule["partials"]): Op => ({
  ...opNamed(name),
  derivative: { form: "partials", partials },
});

type Transpose = NonNullable<Op["linear"]>["transpose"];

function withTranspose(name: string, change: (right: Transpose) => Transpose): Op {
  const op = opNamed(name);
  if (op.linear === undefined) throw new Error(`${name} is not linear`);
  return { ...op, linear: { ...op.linear, transpose: change(op.linear.transpose) } };
}

function withJvp(name: string, change: (right: Extract<DerivativeRule, { form: "jvp" }>) => DerivativeRule): Op {
  const op = opNamed(name);
  if (op.derivative.form !== "jvp") throw new Error(`${name} has another form of rule now`);
  return { ...op, derivative: change(op.derivative) };
}

function operand(operands: readonly (Value | undefined)[], k: number): Value {
  const value = operands[k];
  if (value === undefined) throw new Error(`there is no operand ${k}`);
  return value;
}

/** A contraction whose cotangents of matrices lie across, as yᵀ dz would. */
const acrossInstead =
  (right: Transpose): Transpose =>
  (o, k, ct, operands, context) => {
    const upright = right(o, k, ct, operands, context);
    if (upright.sizes.length !== 2) return upright;
    return o.reshape(o.permute(upright, { perm: [1, 0] }), { shape: upright.sizes });
  };

/** Row sums of the other factor, whatever comes in. */
const sumsInstead: Transpose = (o, k, ct, operands, { attrs }) => {
  const ones = o.broadcastTo(1, { shape: ct.sizes, axes: [], dtype: ct.dtype });
  const [left, right, out] = [intsAttr(attrs, "left"), intsAttr(attrs, "right"), intsAttr(attrs, "out")];
  return k === 0
    ? o.contract(ones, operand(operands, 1), { left: out, right, out: left })
    : o.contract(operand(operands, 0), ct, { left, right: out, out: right });
};

interface WrongRule {
  /** In seed_inventory.md. */
  readonly id: string;
  readonly says: string;
  readonly wrong: () => Op;
  /** The cases that are about it. */
  readonly cases: readonly string[];
}

const wrongRules: readonly WrongRule[] = [
  {
    id: "S09",
    says: "(cosh x)' = -sinh x",
    wrong: () => withPartials("cosh", (o, operands) => [o.neg(o.sinh(operand(operands, 0)))]),
    cases: ["004.cosh_000"],
  },
  {
    id: "S10",
    says: "(sinh x)' = cos x",
    wrong: () => withPartials("sinh", (o, operands) => [o.cos(operand(operands, 0))]),
    cases: ["004.sinh_000"],
  },
  {
    id: "N09",
    says: "z = yᵀX: dX = yᵀ dz",
    wrong: () => withTranspose("contract", acrossInstead),
    cases: ["000.vecmat"],
  },
  {
    id: "D04",
    says: "(ln x²)' = 1/x: of x·x only one factor is differentiated",
    wrong: () => withPartials("mul", (_o, operands) => [operand(operands, 1), 0]),
    cases: ["004.ln_x2"],
  },
  {
    id: "D03",
    says: "(f·g)' = f' + g': each factor for itself",
    wrong: () => withPartials("mul", () => [1, 1]),
    cases: ["004.product_rule"],
  },
  {
    id: "D18",
    says: "dCost/dw₁ without diag(w₂): a product hands on what comes in",
    wrong: () => withPartials("mul", (_o, operands) => [1, operand(operands, 0)]),
    cases: ["004.deck_mlp"],
  },
  {
    id: "T07x",
    says: "dinv = Σ counts + Σ dprobs: a sum in the place of the product",
    wrong: () => withTranspose("mulZero", () => (o, k, ct, operands) => o.add(ct, operand(operands, 1 - k))),
    cases: ["002.probs_broadcast"],
  },
  {
    id: "T12x",
    says: "the maximum of a row gets the gradient 4",
    wrong: () =>
      withJvp("max", ({ jvp }) => ({
        form: "jvp",
        jvp: (o, operands, tangents, out, context) => o.mul(4, jvp(o, operands, tangents, out, context)),
      })),
    cases: ["002.rowmax_keepdim"],
  },
  {
    id: "T13x",
    says: "dh is put together from row sums of W",
    wrong: () => withTranspose("contract", () => sumsInstead),
    cases: ["002.linear_square"],
  },
];

describe("a wrong rule of the notes", () => {
  let cases: readonly Case[] = [];

  beforeAll(() => {
    const { files, tolerances } = readFixtures([placeOf("seeds")]);
    cases = files.flatMap((file) => setOf(file, tolerances).cases);
  });

  const checksOf = async (ids: readonly string[]): Promise<readonly CheckReport[]> => {
    const own = cases.filter(({ id }) => ids.includes(id));
    expect(own.map(({ id }) => id)).toEqual(ids);
    return (await runPlans(own.map((given) => planOfCase("seeds", given)))).flatMap(({ checks }) => checks);
  };
  const failedOf = (checks: readonly CheckReport[]) => checks.filter(({ outcome }) => outcome === "failed");

  test.each(wrongRules)("$id, $says, is found", { timeout: 60_000 }, async ({ wrong, cases: ids }) => {
    expect(failedOf(await checksOf(ids))).toEqual([]);
    const failed = failedOf(await withOps([wrong()], () => checksOf(ids)));
    expect(failed.length).toBeGreaterThan(0);
    // Not because it could not be compiled, but by its numbers.
    for (const { message } of failed) expect(message).toMatch(/^off by|^matches a wrong formula/);
  });
});
