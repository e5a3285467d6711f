/** The derivatives of a program that the checks compare, expanded and verified. */
import { evalFunc, type Func, isFloat, opNamed, verifyFunc } from "@tapeless/types/compiler";
import { jvpFunc } from "../../autodiff/jvp.js";
import { vjpFunc } from "../../autodiff/vjp.js";
import { drawOperands, funcOf, type OpCase, titleOf } from "./op-case.js";
import { drawApart, randomFrom } from "./random.js";
import { like, type Tensors } from "./tensors.js";

/** A program with one float result, and which of its parameters are floats. */
export interface Subject {
  readonly title: string;
  readonly func: Func;
  readonly wrt: readonly number[];
  readonly args: Tensors;
}

export function subjectOf(opCase: OpCase, seed = 1): Subject {
  const func = funcOf(opCase);
  const wrt = func.params.flatMap((param, k) => (isFloat(param) ? [k] : []));
  return { title: titleOf(opCase), func, wrt, args: drawOperands(opCase, seed) };
}

/** Whether there is anything to differentiate: a float in, a float out. */
export const isDifferentiable = ({ func, wrt }: Subject): boolean =>
  wrt.length > 0 && func.outs.every(isFloat) && func.eqns.every(({ op }) => opNamed(op).derivative.form !== "none");

/** Random directions for the given tensors, none of them near 0. */
export const directions = (tensors: Tensors, seed: number): Tensors => {
  const random = randomFrom(seed);
  return tensors.map((x) => {
    const values = drawApart(random, x.value.length, [-1.5, 1.5], [0]);
    return like(x, (at) => values[at] ?? 0);
  });
};

export const differentiated = ({ args, wrt }: Subject): Tensors => wrt.flatMap((k) => args[k] ?? []);

/** The arguments with those that are differentiated replaced. */
export const withDifferentiated = ({ args, wrt }: Subject, others: Tensors): Tensors =>
  args.map((x, k) => (wrt.includes(k) ? (others[wrt.indexOf(k)] ?? x) : x));

/** (parameters, tangents) -> (results, tangents). */
export const forwardOf = ({ func, wrt }: Pick<Subject, "func" | "wrt">): Func => verifyFunc(jvpFunc(func, wrt));

/** (parameters, cotangent of the last result) -> (results, cotangents). */
export const reverseOf = ({ func, wrt }: Pick<Subject, "func" | "wrt">): Func =>
  verifyFunc(vjpFunc(func, wrt, [func.outs.length - 1]));

/** What forward mode gives at the subject's operands. */
export function pushForward(subject: Subject, tangents: Tensors, program = forwardOf(subject)): Tensors {
  return evalFunc(program, [...subject.args, ...tangents]).slice(subject.func.outs.length);
}

/** What reverse mode gives at the subject's operands. */
export function pullBack(subject: Subject, cotangents: Tensors, program = reverseOf(subject)): Tensors {
  return evalFunc(program, [...subject.args, ...cotangents]).slice(subject.func.outs.length);
}
