/** GradBench's gradient descent in plain numbers, with gradients that the caller differentiated by hand. */

type Vector = readonly number[];

export interface Goal {
  readonly value: (x: Vector) => number;
  readonly gradient: (x: Vector) => Vector;
}

/** Where the goal is least, from `start` on, and how many steps were taken or tried. */
export function descend(goal: Goal, start: Vector): { readonly x: Vector; readonly tries: number } {
  let [x, value, slope] = [start, goal.value(start), goal.gradient(start)];
  let [rate, good, tries] = [1e-5, 0, 0];
  while (Math.hypot(...slope) > 1e-5) {
    if (good === 10) {
      [rate, good] = [rate * 2, 0];
      continue;
    }
    const next = x.map((at, i) => at - rate * (slope[i] ?? 0));
    if (Math.hypot(...next.map((at, i) => at - (x[i] ?? 0))) <= 1e-5) break;
    tries += 1;
    const nextValue = goal.value(next);
    if (nextValue < value) {
      [x, value, slope, good] = [next, nextValue, goal.gradient(next), good + 1];
    } else {
      [rate, good] = [rate / 2, 0];
    }
  }
  return { x, tries };
}

/** The goal whose least values are the largest of another. */
export const negated = ({ value, gradient }: Goal): Goal => ({
  value: (x) => -value(x),
  gradient: (x) => gradient(x).map((slope) => -slope),
});
