/** Every schema from files written by hand out of closed forms: the general reader, and what it does with wrong files. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CaseReport } from "./plan.js";
import { readFixtures } from "./readers/index.js";
import { tableOf } from "./report.js";
import { type Results, runFixtures } from "./run.js";
import { root } from "./sets.js";

const place = join(root, "tools", "conformance", "fixtures");

describe("files of every schema", () => {
  let results: Results = { reports: [], errors: [] };

  beforeAll(async () => {
    results = await runFixtures(readFixtures([place, join(place, "absent.json")]));
  }, 120_000);

  const outcomes = (set: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      results.reports
        .filter((report) => report.set === set)
        .map(({ id, outcome, message }) => [id, message || outcome]),
    );
  const all = (outcome: CaseReport["outcome"], set: string): boolean =>
    results.reports.filter((report) => report.set === set).every((report) => report.outcome === outcome);

  test.each(["rules", "rules in f32", "programs", "programs in f32", "onnx"])("%s pass", (set) => {
    expect(Object.keys(outcomes(set)).length).toBeGreaterThan(0);
    expect(all("passed", set)).toBe(true);
  });

  test("a derivative under another convention is checked against ours", () => {
    expect(outcomes("conventions")).toEqual({
      ties_split: "convention ties-split; checked against ties-first instead",
      ties_first: "passed",
      ties_split_wrongly: "failed",
      ties_of_rows: "convention ties-split; checked against ties-first instead",
      kink: "convention one-at-kink; checked against zero-at-kink instead",
      unknown_choice: "convention half-at-kink is not known here",
      no_such_op: "no op besselJ0",
    });
  });

  test("functions of one operand, of two and of vectors are run at their points", () => {
    const { "amax[3]": split, ...others } = outcomes("points");
    expect(split).toBe("convention ties-split; checked against ties-first instead");
    expect(new Set(Object.values(others))).toEqual(new Set(["passed"]));
    expect(Object.keys(others).length).toBe(12);
  });

  test("what cannot be read is said in words", () => {
    const messages = results.errors.map(({ path, message }) => [path.slice(place.length + 1), message]);
    expect(Object.fromEntries(messages)).toEqual({
      "absent.json": expect.stringContaining("no such file"),
      "broken.json": expect.stringContaining("JSON"),
      "malformed.json": "half.graph: an object is expected",
      "unknown.json": "there is no reader for schema what/9",
    });
  });

  test("the table has a row for each set and op", () => {
    const table = tableOf(results.reports.filter(({ set }) => set === "onnx"));
    expect(
      table.split("\n").map((line) =>
        line
          .trim()
          .split(/\s{2,}/)
          .slice(0, 3),
      ),
    ).toEqual([
      ["set", "op", "passed"],
      ["onnx", "all", "2"],
      ...["Clip", "Gradient", "Mul", "Pow", "ReduceSum", "Reshape"].map((op) => [op, "1", expect.anything()]),
    ]);
  });
});
