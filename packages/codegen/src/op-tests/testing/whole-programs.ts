/** The checks of ops on whole functions: a loop, a model, a transformation of either. */
import { exactTensor, type Func, isFloat } from "@tapeless/types/compiler";
import { checkDuality, checkGradient, checkLinearity, checkTangent } from "./first-order.js";
import type { Subject } from "./programs.js";
import { programOf } from "./programs-of-users.js";
import { drawApart, drawInteger, randomFrom } from "./random.js";
import { checkSecondOrder } from "./second-order.js";
import { countOf, type Tensors } from "./tensors.js";

/** Random arguments, integers among them being small indices. */
export function drawArgs(func: Func, seed: number, below = 2): Tensors {
  const random = randomFrom(seed);
  return func.params.map(({ shape, dtype }) => {
    const sizes = shape.map(Number);
    const count = countOf(sizes);
    const data = isFloat({ dtype })
      ? drawApart(random, count, [-1, 1], [0])
      : Array.from({ length: count }, () => drawInteger(random, below));
    return exactTensor(sizes, dtype, data);
  });
}

/** A function of one float result as what the checks are run on. */
export function wholeSubject(f: unknown, title: string, seed = 5): Subject {
  const func = programOf(f, title);
  const wrt = func.params.flatMap((param, k) => (isFloat(param) ? [k] : []));
  return { title, func, wrt, args: drawArgs(func, seed) };
}

/** First derivatives by differences, both modes against each other; second ones in all ways of nesting. */
export function checkWhole(f: unknown, title: string, order: 1 | 2 = 2): void {
  const subject = wholeSubject(f, title);
  for (const check of [checkGradient, checkTangent, checkDuality, checkLinearity]) check(subject);
  if (order === 2) checkSecondOrder(subject);
}
