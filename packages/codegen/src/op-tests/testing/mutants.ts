/** Ops with a mistake in them. Invariant: the op table is what it was before when a mutated run is over. */
import {
  type DerivativeRule,
  installOps,
  type LinearRule,
  type Op,
  opNamed,
  opNames,
  type RuleOperand,
  type Value,
  type Vocabulary,
} from "@tapeless/types/compiler";

/** Runs `body` with other records in the op table. */
export function withOps<T>(changed: readonly Op[], body: () => T): T {
  const table = Object.fromEntries(opNames().map((name) => [name, opNamed(name)]));
  installOps({ ...table, ...Object.fromEntries(changed.map((op) => [op.name, op])) });
  try {
    return body();
  } finally {
    installOps(table);
  }
}

export interface Mutant {
  readonly title: string;
  readonly op: Op;
}

const isZero = (operand: RuleOperand | undefined): boolean =>
  operand === undefined || operand === 0 || (typeof operand === "object" && operand.literal === 0);

/** One partial changed by `change`. */
function withPartial(
  rule: Extract<DerivativeRule, { form: "partials" }>,
  at: number,
  change: (o: Vocabulary, partial: RuleOperand) => RuleOperand,
): DerivativeRule {
  return {
    form: "partials",
    partials: (o, operands, out, context) =>
      rule
        .partials(o, operands, out, context)
        .map((partial, k) => (k === at && !isZero(partial) ? change(o, partial) : partial)),
  };
}

function withTranspose(
  op: Op,
  rule: LinearRule,
  change: (o: Vocabulary, ct: Value) => Value,
  at: number,
): Pick<Op, "linear"> {
  return {
    linear: {
      ...rule,
      transpose: (o, k, ct, operands, context) => {
        const right = rule.transpose(o, k, ct, operands, context);
        return k === at || op.arity === "variadic" ? change(o, right) : right;
      },
    },
  };
}

const arityOf = ({ arity }: Op): number => (typeof arity === "number" ? arity : 1);

/** Each derivative rule of an op with a wrong sign and with a dropped term, operand by operand. */
export function mutantsOf(name: string): readonly Mutant[] {
  const op = opNamed(name);
  const places = Array.from({ length: arityOf(op) }, (_, k) => k);
  const { derivative, linear } = op;
  if (derivative.form === "partials") {
    return places.flatMap((at) => [
      {
        title: `${name}: minus in operand ${at}`,
        op: { ...op, derivative: withPartial(derivative, at, (o, partial) => o.neg(partial)) },
      },
      { title: `${name}: no term for operand ${at}`, op: { ...op, derivative: withPartial(derivative, at, () => 0) } },
    ]);
  }
  if (derivative.form === "jvp") {
    const jvp: typeof derivative.jvp = (o, ...rest) => o.neg(derivative.jvp(o, ...rest));
    return [{ title: `${name}: minus`, op: { ...op, derivative: { form: "jvp", jvp } } }];
  }
  if (linear === undefined || derivative.form !== "linear") return [];
  const operands = linear.operands === "all" ? [0] : linear.operands;
  return operands.flatMap((at) => [
    {
      title: `${name}: minus in transpose ${at}`,
      op: { ...op, ...withTranspose(op, linear, (o, ct) => o.neg(ct), at) },
    },
    {
      title: `${name}: transpose ${at} gives nothing`,
      op: { ...op, ...withTranspose(op, linear, (o, ct) => o.mul(ct, 0), at) },
    },
  ]);
}
