/** Who is missing from a row is told once, with the reason; a cell without a figure is a dash. */
import { expect, test } from "vitest";
import { absences, ratiosTable, timesTable } from "./report.js";
import type { Result, WorkloadResult } from "./run.js";

const entrants = ["generated", "naive", "jax"].map((id) => ({ id, label: id, start: () => [] }));

const result = (id: string, median: number, ratio: number, disturbed = false): Result => ({
  id,
  name: id,
  median,
  fast: median,
  quiet: 9,
  samples: 9,
  disturbed,
  difference: 0,
  ratio,
});

const row = (workload: string, why: string): WorkloadResult => ({
  workload,
  about: "a sum",
  results: [result("generated", 0.5, 1), result("naive", 1, 2, true)],
  absent: [{ id: "jax", why }],
});

test("tables", () => {
  expect(
    timesTable([row("W1", "n/a")], entrants)
      .split("\n")
      .at(-1),
  ).toMatch(/^W1 {2}a sum +500 µs +~1.00 ms +–$/);
  expect(
    ratiosTable([row("W1", "n/a")], entrants)
      .split("\n")
      .at(-1),
  ).toMatch(/^W1 {2}a sum +~2.00× +–$/);
});

test("absences", () => {
  expect(absences([row("W1", "n/a")])).toEqual([]);
  expect(absences([row("W1", "npm failed\nlong story"), row("W2", "npm failed")])).toEqual([
    "jax: npm failed (W1, W2)",
  ]);
});
