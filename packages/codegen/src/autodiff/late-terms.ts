/**
 * What a step of a loop adds to a sum, read as sums of products of the step's values, and the same summed over all steps:
 *
 *     Σₜ L(Σₖ aₜₖ bₜₖ) = L(Σₜ Σₖ aₜₖ bₜₖ)  for a linear L.
 */
import { type Atom, type Attrs, type Eqn, intsAttr, opNamed, type Trace, type Var } from "@tapeless/types/compiler";
import type { StepValues } from "./step-values.js";

/** A term: an equation of the step, and the terms that it is linear in, if it is neither a product nor a sum of values. */
export type LateTerm =
  | { readonly form: "product" | "sum"; readonly eqn: Eqn; readonly values: readonly Var[] }
  | { readonly form: "linear"; readonly eqn: Eqn; readonly terms: readonly LateTerm[] };

/** Linear in its operands together, with zeros where it pads: its results add up to the result of sums. */
function isLinear({ op, inputs, outs, attrs }: Eqn): boolean {
  const { linear } = opNamed(op);
  if (linear?.mode !== "jointly") return false;
  const { operands } = linear;
  const isSameType = inputs.every(({ dtype }) => dtype === outs[0]?.dtype);
  return inputs.every((_, k) => operands === "all" || operands.includes(k)) && isSameType && (attrs.value ?? 0) === 0;
}

/** The value as a term, if nothing else uses it and it is made of values of the step alone. */
export function lateTerm(step: StepValues, atom: Atom): LateTerm | undefined {
  const eqn = step.maker(atom);
  if (eqn === undefined || eqn.batch.length > 0 || step.usersOf(atom).length > 1) return undefined;
  const values = eqn.inputs.filter((input) => step.isOfStep(input));
  if (values.length < eqn.inputs.length) return undefined;
  if (eqn.op === "contract") return { form: "product", eqn, values };
  const terms = isLinear(eqn) ? values.flatMap((value) => lateTerm(step, value) ?? []) : [];
  if (terms.length > 0 && terms.length === values.length) return { form: "linear", eqn, terms };
  return eqn.op === "sum" ? { form: "sum", eqn, values } : undefined;
}

/** The values that terms of some form are made of. */
export const valuesOf = (term: LateTerm, form: "product" | "sum"): readonly Var[] =>
  term.form === "linear" ? term.terms.flatMap((each) => valuesOf(each, form)) : term.form === form ? term.values : [];

/** The labels of a product, summed over one more axis in front of both operands. */
function overSteps(attrs: Attrs): Attrs {
  const [left, right] = [intsAttr(attrs, "left"), intsAttr(attrs, "right")];
  const step = Math.max(-1, ...left, ...right) + 1;
  return { left: [step, ...left], right: [step, ...right], out: intsAttr(attrs, "out") };
}

const summed = (attrs: Attrs): Attrs => ({ axes: [0, ...intsAttr(attrs, "axes").map((axis) => axis + 1)] });

/** The term of all steps together; `all` gives all steps of a value, in the trace around the loop. */
export function totalOf(trace: Trace, term: LateTerm, all: (value: Var) => Atom): Atom {
  const { op, attrs, spans } = term.eqn;
  const parts =
    term.form === "linear"
      ? { inputs: term.terms.map((each) => totalOf(trace, each, all)), attrs }
      : { inputs: term.values.map(all), attrs: term.form === "product" ? overSteps(attrs) : summed(attrs) };
  const [out] = trace.emit({ op, ...parts, spans });
  if (out === undefined) throw new Error(`bug: '${op}' gives nothing`);
  return out;
}
