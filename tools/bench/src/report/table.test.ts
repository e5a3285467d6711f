/** Numbers and tables as one reads them. */
import { expect, test } from "vitest";
import { showRatio, showTime, table } from "./table.js";

test.each([
  [0.0000091234, "9.12 ns"],
  [0.00145, "1.45 µs"],
  [0.6543, "654 µs"],
  [93.04, "93.0 ms"],
  [2345, "2.35 s"],
  [undefined, "–"],
  [Number.NaN, "–"],
])("%d ms is %s", (ms, text) => {
  expect(showTime(ms)).toBe(text);
});

test("ratios have three digits", () => {
  expect([0.0451, 1, 512.4, undefined].map(showRatio)).toEqual(["0.0451×", "1.00×", "512×", "–"]);
});

test("a table has its first column to the left", () => {
  const text = table(
    ["name", "time"],
    [
      ["a", "1 ms"],
      ["longer", "10 ms"],
    ],
  );
  expect(text.split("\n")).toEqual(["name     time", "------  -----", "a        1 ms", "longer  10 ms"]);
});
