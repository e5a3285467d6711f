import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readFolder } from "./readers/index.js";
import { failuresOf, skippedOf, tableOf } from "./report.js";
import { runSet } from "./run.js";

const seeds = fileURLToPath(new URL("../../packages/examples/fixtures/seeds", import.meta.url));

// `TAPELESS_FIXTURES=folder` runs another folder of fixtures, and asserts nothing of it but that it can be read.
const folder = process.env["TAPELESS_FIXTURES"];

describe("fixtures", () => {
  test("every case is run and matches, or is skipped for a reason", { timeout: 300_000 }, async () => {
    const reports = [];
    for (const set of readFolder(folder ?? seeds)) reports.push(...(await runSet(set)));
    const skipped = skippedOf(reports);
    console.log([tableOf(reports), ...skipped.map((line) => `skipped  ${line}`)].join("\n"));
    expect(failuresOf(reports)).toEqual([]);
  });
});
