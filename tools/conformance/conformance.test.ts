import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Case } from "./case.js";
import { readFolder } from "./readers/index.js";
import { failuresOf, skippedOf, tableOf } from "./report.js";
import { type CaseReport, runSet } from "./run.js";

const seeds = fileURLToPath(new URL("../../packages/examples/fixtures/seeds", import.meta.url));

/** `TAPELESS_FIXTURES=folder npx vitest run --project tools/conformance` runs the fixtures of another folder. */
const folder = process.env.TAPELESS_FIXTURES ?? seeds;
const patience = 300_000;

describe("fixtures", () => {
  const reports: CaseReport[] = [];

  beforeAll(async () => {
    for (const set of readFolder(folder)) reports.push(...(await runSet(set)));
    console.log([tableOf(reports), ...skippedOf(reports).map((line) => `skipped  ${line}`)].join("\n"));
  }, patience);

  test("every case that is run matches", () => {
    expect(failuresOf(reports)).toEqual([]);
  });

  test("every case is passed, or skipped for a reason", () => {
    expect(reports.filter(({ outcome, message }) => outcome !== "passed" && message === "")).toEqual([]);
  });

  test.runIf(folder === seeds)("nothing of the seeds is skipped", () => {
    expect([reports.length, skippedOf(reports)]).toEqual([73, []]);
  });
});

describe("the checker itself", () => {
  const flipped = ({ derivatives, ...rest }: Case): Case => ({
    ...rest,
    derivatives: derivatives.map((derivative) => ({ ...derivative, mustNotMatch: !derivative.mustNotMatch })),
  });

  test("refuses wrong formulas as right ones, and right ones as wrong ones", { timeout: patience }, async () => {
    for (const { name, cases } of readFolder(seeds)) {
      const suspicious = cases.filter(({ derivatives }) => derivatives.some(({ mustNotMatch }) => mustNotMatch));
      const reports = await runSet({ name, cases: suspicious.map(flipped) });
      const derivatives = reports.flatMap(({ checks }) => checks.filter(({ label }) => label.includes(" of ")));
      expect(derivatives.filter(({ outcome }) => outcome !== "failed")).toEqual([]);
    }
  });
});
