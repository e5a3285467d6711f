import { describe, expect, test } from "vitest";
import { planOfCase } from "./graph-plan.js";
import { runPlans } from "./plan.js";
import { readFixtures, setOf } from "./readers/index.js";
import { failuresOf, skippedOf, tableOf } from "./report.js";
import { type Results, runFixtures } from "./run.js";
import { committed, placeOf } from "./sets.js";

const patience = 300_000;

/** `TAPELESS_FIXTURES=folder npx vitest run --project tools/conformance` runs the fixtures of another place instead. */
const other = process.env.TAPELESS_FIXTURES;
const places = other === undefined ? committed.map(placeOf) : [other];

/** Four units in the last place: no function of the hard points needs the more that its reader accepts. */
const fourUlp = 4 * 2 ** -52;

const show = ({ reports }: Results): void =>
  console.log([tableOf(reports), ...skippedOf(reports).map((line) => `skipped  ${line}`)].join("\n"));

describe.each(places)("%s", (place) => {
  test("matches, or is skipped for a reason", { timeout: patience }, async () => {
    // In f32 they are run by the command; here by the sets of readers.test.ts, to keep the tests short.
    const results = await runFixtures(readFixtures([place]), { narrow: false });
    if (other !== undefined) show(results);
    expect(results.errors).toEqual([]);
    expect(results.reports.length).toBeGreaterThan(0);
    expect(failuresOf(results.reports)).toEqual([]);
    if (place === placeOf("nasty.json"))
      expect(results.reports.filter(({ error }) => !(error <= fourUlp)).map(({ id, error }) => [id, error])).toEqual(
        [],
      );
    if (other === undefined) expect(skippedOf(results.reports)).toEqual([]);
    expect(results.reports.filter(({ outcome, message }) => outcome !== "passed" && message === "")).toEqual([]);
  });
});

describe("the checker itself", () => {
  test("refuses wrong formulas as right ones, and right ones as wrong ones", { timeout: patience }, async () => {
    const { files, tolerances } = readFixtures([placeOf("seeds")]);
    for (const file of files) {
      const { name, cases } = setOf(file, tolerances);
      const suspicious = cases.filter(({ derivatives }) => derivatives.some(({ mustNotMatch }) => mustNotMatch));
      const flipped = suspicious.map(({ derivatives, ...rest }) => ({
        ...rest,
        derivatives: derivatives.map((each) => ({ ...each, mustNotMatch: !each.mustNotMatch })),
      }));
      const reports = await runPlans(flipped.map((given) => planOfCase(name, given)));
      const checks = reports.flatMap((report) => report.checks.filter(({ about }) => about !== "values"));
      expect(checks.filter(({ outcome }) => outcome === "passed")).toEqual([]);
    }
  });
});
