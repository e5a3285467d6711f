/** saddle: the published answer, and the descents by hand: the gradients are 2x and -2y. */
import { expect, test } from "vitest";
import { descend, negated } from "../testing/by-hand.js";
import { answerOf, check } from "../testing/check.js";
import { saddle } from "./saddle.js";

type Vector = readonly number[];

const squared = (x: Vector): number => x.reduce((sum, value) => sum + value * value, 0);
const doubled = (x: Vector): Vector => x.map((value) => 2 * value);

/** The y found is the same for every x, so the gradient of the largest value is 2x. */
function byHand(start: Vector): Vector {
  const downhill = negated({ value: (y) => -squared(y), gradient: (y) => doubled(y).map((slope) => -slope) });
  const { x: y } = descend(downhill, start);
  const { x } = descend({ value: (x) => squared(x) - squared(y), gradient: doubled }, start);
  return [...x, ...y];
}

const inEveryMode = (output: Vector) => ({ ff: output, fr: output, rf: output, rr: output });

const starts: readonly Vector[] = [[1, 1], [-2, 0.5], [0.001, 0], [1e-6, -1e-6], [0, 0]]; // biome-ignore format: points

check(saddle, [
  {
    from: "GradBench's own answer for (1, 1)",
    input: { start: [1, 1] },
    outputs: inEveryMode(Array<number>(4).fill(8.246324826140356e-6)),
    within: 1e-15,
  },
  ...starts.map((start) => ({
    from: `the descents by hand from (${start.join(", ")})`,
    input: { start },
    outputs: inEveryMode(byHand(start)),
    within: 1e-15,
  })),
]);

test("the descent takes many steps, so the gradients above are of long loops", () => {
  expect(descend({ value: squared, gradient: doubled }, [1, 1]).tries).toBeGreaterThan(100);
});

test("a start that is no point of the plane is refused", () => {
  expect(() => answerOf(saddle, "ff", { start: [1] })).toThrow(/start: the number of coordinates is 1/);
});
