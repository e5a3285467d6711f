/** The C++ that generated functions are measured against computes the same: value and derivative, at small sizes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { modules } from "../../../../packages/examples/src/gradbench/modules.js";
import { evaluate, type Problem } from "../../../../packages/examples/src/gradbench/problem.js";
import { distanceOf } from "../measure/agreement.js";
import { Partner } from "../measure/partner.js";
import { bytesOf, compiled, compilerOf } from "./gradbench.js";
import { gmm, type Instance, instances, llsq, lse, lstm, multivariateLogGamma, ode } from "./problems.js";

const compiler = compilerOf();
/** What is compared is the same, and the compiler has less to do. */
const quickly = ["-O0", "-std=c++17"];
const folder = mkdtempSync(join(tmpdir(), "tapeless-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flat = (output: unknown): readonly number[] =>
  typeof output === "number" ? [output] : Object.values(output as object).flatMap(flat); // lists and objects alike

async function differencesOf(instance: Instance, problem: Problem): Promise<readonly number[]> {
  const file = join(folder, `${instance.problem}.bin`);
  writeFileSync(file, bytesOf(instance.numbers));
  const program = await Partner.start(compiled(compiler ?? "", instance.problem, folder, quickly), [file]);
  try {
    const found: number[] = [];
    for (const name of [instance.primal, instance.gradient]) {
      const ours = evaluate(problem, name, instance.json);
      const parts = instance.parts?.filter((part) => typeof ours === "object" && part in ours) ?? [];
      const named = ours as unknown as Readonly<Record<string, unknown>>; // where it has parts
      const ordered = parts.length > 0 ? parts.flatMap((part) => flat(named[part])) : flat(ours);
      found.push(distanceOf(ordered, await program.check(name)));
    }
    return found;
  } finally {
    program.stop();
  }
}

const small = [lse(50), llsq(20, 6), ode(5, 4), gmm(3, 4, 20), lstm(2, 5, 4)];

describe.skipIf(compiler === undefined)("generated functions and C++ agree", { timeout: 180_000 }, () => {
  test.each(small.map((instance) => [instance.problem, instance] as const))("%s", async (name, instance) => {
    const load = modules[name];
    if (load === undefined) throw new Error(`packages/examples has no problem ${name}`);
    for (const difference of await differencesOf(instance, await load())) expect(difference).toBeLessThan(1e-11);
  });
});

test("every problem that is measured is among the small ones", () => {
  expect(new Set(instances(false).map(({ problem }) => problem))).toEqual(new Set(small.map(({ problem }) => problem)));
});

test("a program that does not compile is an error with what the compiler said", () => {
  expect(() => compiled(compiler ?? "c++", "no-such-problem", folder)).toThrow(/no-such-problem/);
});

test("there may be no compiler", () => {
  expect(compilerOf(["no-such-compiler"])).toBeUndefined();
});

test.each([
  [1, 1, 0], // ln Γ(1)
  [0.5, 1, Math.log(Math.PI) / 2],
  [5, 1, Math.log(24)],
  [1.5, 2, Math.log(Math.PI) / 2 + Math.log(Math.sqrt(Math.PI) / 2)], // π^½ Γ(3/2) Γ(1)
])("ln Γ of %d in %d dimensions", (a, d, expected) => {
  expect(multivariateLogGamma(a, d)).toBeCloseTo(expected, 11);
});
