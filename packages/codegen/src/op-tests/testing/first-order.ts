/** Checks of first derivatives. Each throws, with the case and the element, where the property does not hold. */
import { type ApproxTensor, evalFunc, opNamed } from "@tapeless/types/compiler";
import {
  differentiated,
  directions,
  forwardOf,
  pullBack,
  pushForward,
  reverseOf,
  type Subject,
  withDifferentiated,
} from "./programs.js";
import { richardson } from "./richardson.js";
import { dot, expectNear, expectSame, like, moved, norm, scaled, summed, type Tensors, zerosLike } from "./tensors.js";

const firstStep = 0.02;

const resultOf = ({ func }: Subject, args: Tensors): Tensors => evalFunc(func, args).slice(-1);

/** P2: each element of the gradient of ⟨u, f⟩ against extrapolated differences. */
export function checkGradient(subject: Subject): void {
  const u = directions(resultOf(subject, subject.args), 11);
  const gradients = pullBack(subject, u);
  const at = differentiated(subject);
  at.forEach((operand, k) => {
    const want = like(operand, (element) => {
      const nudged = (t: number): ApproxTensor =>
        like(operand, (other) => (operand.value[other] ?? 0) + (other === element ? t : 0));
      const f = (t: number) => [dot(u, resultOf(subject, withDifferentiated(subject, at.with(k, nudged(t)))))];
      return richardson(f, firstStep * Math.max(1, Math.abs(operand.value[element] ?? 0)))[0] ?? 0;
    });
    expectSame(gradients.slice(k, k + 1), [want], 1e-10, `${subject.title}: gradient in operand ${k}`);
  });
}

/** P2 in forward mode: each element of J·v against extrapolated differences along v. */
export function checkTangent(subject: Subject): void {
  const at = differentiated(subject);
  const v = directions(at, 12);
  const f = (t: number) => [...(resultOf(subject, withDifferentiated(subject, moved(at, t, v)))[0]?.value ?? [])];
  const want = richardson(f, firstStep);
  const tangents = pushForward(subject, v);
  const wanted = tangents.map((tangent) => like(tangent, (element) => want[element] ?? 0));
  expectSame(tangents, wanted, 1e-10, `${subject.title}: tangent`);
}

/** P5: ⟨u, J v⟩ = ⟨Jᵀ u, v⟩. */
export function checkDuality(subject: Subject): void {
  const v = directions(differentiated(subject), 13);
  const u = directions(resultOf(subject, subject.args), 14);
  const [pushed, pulled] = [pushForward(subject, v), pullBack(subject, u)];
  const scale = norm(u) * norm(pushed) + norm(v) * norm(pulled);
  expectNear(dot(u, pushed), dot(pulled, v), 1e-12 * scale, `${subject.title}: duality`);
}

/** P6: reverse mode is linear in the cotangent, and a cotangent of 0 gives exactly 0. */
export function checkLinearity(subject: Subject): void {
  const result = resultOf(subject, subject.args);
  const [u, w] = [directions(result, 15), directions(result, 16)];
  const program = reverseOf(subject);
  const pull = (cotangents: Tensors): Tensors => pullBack(subject, cotangents, program);
  const parts = summed(scaled(2, pull(u)), scaled(-3, pull(w)));
  expectSame(pull(summed(scaled(2, u), scaled(-3, w))), parts, 1e-13, `${subject.title}: linearity`);
  expectSame(pull(result.map(zerosLike)), differentiated(subject).map(zerosLike), 0, `${subject.title}: of zero`);
}

/** The operands in which an op says that it is linear, in groups that are so together. */
export function linearGroups({ func }: Subject): readonly (readonly number[])[] {
  const [eqn] = func.eqns;
  const op = eqn === undefined ? undefined : opNamed(eqn.op);
  if (op?.linear === undefined || op.derivative.form === "jvp") return [];
  const { operands, mode } = op.linear;
  const isLinear = (k: number): boolean => operands === "all" || operands.includes(k);
  const params = func.params.flatMap((param, k) => (isLinear(eqn?.inputs.indexOf(param) ?? -1) ? [k] : []));
  const together = params.length === eqn?.inputs.filter((_, k) => isLinear(k)).length;
  if (mode === "each") return params.map((k) => [k]);
  return together ? [params] : [];
}

/** P7: where f is linear, f(x) = J x, and ⟨u, f(x)⟩ = ⟨Jᵀ u, x⟩. */
export function checkLinearMap(subject: Subject): void {
  for (const wrt of linearGroups(subject)) {
    const part = { ...subject, wrt };
    const at = differentiated(part);
    const value = resultOf(subject, subject.args);
    const u = directions(value, 17);
    expectSame(pushForward(part, at), value, 1e-13, `${subject.title}: f(x) = J x in ${wrt}`);
    const scale = norm(u) * norm(value) + 1;
    expectNear(dot(u, value), dot(pullBack(part, u), at), 1e-13 * scale, `${subject.title}: transpose in ${wrt}`);
  }
}

/** P13: of f(x, …, x) the gradient is the sum of those in each operand of f(a, b, …) at a = b = x. */
export function checkFanOut(subject: Subject): void {
  const { func, args, title } = subject;
  const [eqn] = func.eqns;
  const [first] = differentiated(subject);
  if (eqn === undefined || first === undefined || subject.wrt.length < 2) return;
  const alike = subject.wrt.every((k) => `${args[k]?.shape}` === `${first.shape}`);
  if (!alike) return;
  const at = { ...subject, args: args.map((x, k) => (subject.wrt.includes(k) ? first : x)) };
  const u = directions(resultOf(at, at.args), 20);
  const slots = pullBack(at, u).map((gradient) => [gradient]);
  const [shared] = subject.wrt;
  const one = func.params[shared ?? 0];
  const inputs = eqn.inputs.map((input) => (at.wrt.some((k) => func.params[k] === input) ? (one ?? input) : input));
  const joined = { ...at, func: { ...func, eqns: [{ ...eqn, inputs }] }, wrt: subject.wrt.slice(0, 1) };
  expectSame(
    pullBack(joined, u),
    slots.reduce<Tensors>((sum, slot) => summed(sum, slot), [zerosLike(first)]),
    1e-14,
    `${title}: used twice`,
  );
  const unused = { ...joined, wrt: subject.wrt.slice(1) };
  expectSame(
    pullBack(unused, u),
    unused.wrt.map(() => zerosLike(first)),
    0,
    `${title}: unused`,
  ); // P16
}

/** Piecewise constant: forward and reverse give exact zeros of the right shapes. */
export function checkZero(subject: Subject): void {
  const v = directions(differentiated(subject), 18);
  const tangents = pushForward(subject, v, forwardOf(subject));
  expectSame(tangents, tangents.map(zerosLike), 0, `${subject.title}: tangent`);
  const u = directions(resultOf(subject, subject.args), 19);
  expectSame(pullBack(subject, u), differentiated(subject).map(zerosLike), 0, `${subject.title}: gradient`);
}
