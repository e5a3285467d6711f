/** Checks of second derivatives: the four ways of nesting the two modes agree, and the Hessian is symmetric (P10). */
import { evalFunc, type Func } from "@tapeless/types/compiler";
import { jvpFunc } from "../../autodiff/jvp.js";
import { vjpFunc } from "../../autodiff/vjp.js";
import {
  differentiated,
  directions,
  forwardOf,
  pullBack,
  reverseOf,
  type Subject,
  withDifferentiated,
} from "./programs.js";
import { richardson } from "./richardson.js";
import { dot, expectNear, expectSame, like, moved, norm, type Tensors } from "./tensors.js";

/** The Hessian of ⟨u, f⟩ times v. */
type HessianProduct = (u: Tensors, v: Tensors) => Tensors;

/** Three programs for it. */
function productsOf({ args, func, wrt }: Subject): Readonly<Record<string, HessianProduct>> {
  const count = wrt.length;
  const [forward, reverse] = [forwardOf({ func, wrt }), reverseOf({ func, wrt })];
  const gradients = reverse.outs.slice(-count).map((_, k) => reverse.outs.length - count + k);
  const run = (program: Func, given: Tensors): Tensors => evalFunc(program, given).slice(-count);
  const forwardOverReverse = jvpFunc(reverse, wrt);
  const reverseOverForward = vjpFunc(forward, wrt, [forward.outs.length - 1]);
  const reverseOverReverse = vjpFunc(reverse, wrt, gradients);
  return {
    "forward over reverse": (u, v) => run(forwardOverReverse, [...args, ...u, ...v]),
    "reverse over forward": (u, v) => run(reverseOverForward, [...args, ...v, ...u]),
    "reverse over reverse": (u, v) => run(reverseOverReverse, [...args, ...u, ...v]),
  };
}

/** f''(v, v), by forward mode twice. */
function curvature({ args, func, wrt }: Subject, v: Tensors): Tensors {
  return evalFunc(jvpFunc(forwardOf({ func, wrt }), wrt), [...args, ...v, ...v]).slice(-1);
}

/** The change of the gradient along a direction, by differences. */
function differencedGradient(subject: Subject, u: Tensors, v: Tensors): Tensors {
  const program = reverseOf(subject);
  const at = differentiated(subject);
  const gradientAt = (t: number): readonly number[] => {
    const nudged = { ...subject, args: withDifferentiated(subject, moved(at, t, v)) };
    return pullBack(nudged, u, program).flatMap(({ value }) => [...value]);
  };
  const changes = richardson(gradientAt, 0.02);
  let next = 0;
  return at.map((x) => like(x, () => changes[next++] ?? 0));
}

export function checkSecondOrder(subject: Subject): void {
  const at = differentiated(subject);
  const u = directions(evalFunc(subject.func, subject.args).slice(-1), 21);
  const [a, b] = [directions(at, 22), directions(at, 23)];
  const wanted = differencedGradient(subject, u, a);
  for (const [name, product] of Object.entries(productsOf(subject))) {
    const [ha, hb] = [product(u, a), product(u, b)];
    const scale = norm(a) * norm(hb) + norm(b) * norm(ha) + 1;
    expectSame(ha, wanted, 1e-9, `${subject.title}: ${name}`);
    expectNear(dot(b, ha), dot(a, hb), 1e-11 * scale, `${subject.title}: ${name}: symmetry`);
    expectNear(dot(u, curvature(subject, a)), dot(a, ha), 1e-11 * scale, `${subject.title}: ${name}, forward twice`);
  }
}
