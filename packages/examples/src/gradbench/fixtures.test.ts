/**
 * Numbers made elsewhere, where they lie beside the repository: inputs of GradBench's problems with the outputs of its C++
 * references, confirmed with PyTorch.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { modules } from "./modules.js";
import type { Problem } from "./problem.js";
import { answerOf } from "./testing/check.js";
import { deviation } from "./testing/deviation.js";

const folder = fileURLToPath(new URL("../../../../../shared/fixtures/gradbench", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

interface Fixture {
  readonly module: string;
  readonly input: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** What a function gives; hello's fixture is a list of inputs. */
function answers(problem: Problem, name: string, input: unknown): unknown {
  const all = problem.name === "hello" && Array.isArray(input) ? (input as readonly unknown[]) : undefined; // JSON
  return all === undefined ? answerOf(problem, name, input) : all.map((one) => answerOf(problem, name, one));
}

describe.runIf(files.length > 0)("within 1e-9", () => {
  test.each(files)("%s", async (file) => {
    const { module, input, expected } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Fixture; // its schema
    const problem = await modules[module]?.();
    if (problem === undefined) throw new Error(`there is no module ${module}`);
    expect(Object.keys(expected).sort()).toEqual(Object.keys(problem.functions).sort());
    for (const [name, wanted] of Object.entries(expected)) {
      expect(deviation(answers(problem, name, input), wanted), name).toBeLessThanOrEqual(1e-9);
    }
  });
});

test.runIf(files.length === 0)(`no fixtures in ${folder}: only the repository's own cases are checked`, () => {
  expect(files).toEqual([]);
});
