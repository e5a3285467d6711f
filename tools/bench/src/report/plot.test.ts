/** A picture has a dot for every ratio, further to the right where it is larger, and escapes text. */
import { expect, test } from "vitest";
import { plot } from "./plot.js";

const svg = plot([
  {
    label: "W1 <a & b>",
    dots: [
      { label: "naive", ratio: 0.5 },
      { label: "jax", ratio: 400 },
    ],
  },
  { label: "W2", dots: [{ label: "jax", ratio: 1 }] },
]);
const dots = Array.from(
  svg.matchAll(/cx="([\d.]+)" cy="[\d.]+" r="5" fill="(#\w+)" fill-opacity/g),
  ([, cx, fill]) => ({
    x: Number(cx),
    fill,
  }),
);

test("a dot for every ratio, in the colour of its contender", () => {
  expect(dots).toHaveLength(3);
  expect(dots[1]?.fill).toBe(dots[2]?.fill);
  expect(dots[0]?.fill).not.toBe(dots[1]?.fill);
});

test("the axis is logarithmic and has 1 where the line is", () => {
  const [half = 0, fourHundred = 0, one = 0] = dots.map(({ x }) => x);
  expect((fourHundred - one) / (one - half)).toBeCloseTo(Math.log(400) / Math.log(2), 1);
  const line = Number(/x1="([\d.]+)"[^>]*stroke="#000000"/.exec(svg)?.[1]);
  expect(line).toBeCloseTo(one, 0);
});

test("text is escaped, and there is no number that is none", () => {
  expect(svg).toContain("W1 &lt;a &amp; b>");
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(plot([])).toContain("<svg");
});
