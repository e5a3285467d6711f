/**
 * `npm test [-- stage…]`: sets up and runs every check, or only the stages named, and closes with one plain line
 * `tests: N passed, N failed, N skipped`. A stage that is no test run counts as one check.
 *
 * Invariant: every stage runs, also after one that failed, except that nothing runs where the set-up failed.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { install } from "./install.mjs";
import { run, seconds } from "./workspace.mjs";

const turboFlags = ["--output-logs=errors-only", "--concurrency=2", "--continue=dependencies-successful"];
const turbo = (...tasks) => run("turbo", ["run", ...tasks, ...turboFlags]);
const passOrFail = (code) => (code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 });

const plus = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** Runs vitest and reads what its count reporter wrote; a run that did not get that far is one failure. */
function vitest() {
  const folder = mkdtempSync(join(tmpdir(), "tapeless-count-"));
  const file = join(folder, "counts.json");
  try {
    const code = run("vitest", ["run"], { env: { TAPELESS_TEST_COUNTS: file } });
    const counts = JSON.parse(readFileSync(file, "utf8"));
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } catch (error) {
    console.error(`no counts from vitest: ${error.message}`);
    return passOrFail(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Generated files are looked at before the build: the build would renew a stale one.
const stages = {
  lint: ["lint and format", () => passOrFail(run("biome", ["check", "--error-on-warnings", "."]))],
  imports: ["import rules", () => passOrFail(run("node", ["tools/import-rules/check.mjs"]))],
  generated: [
    "generated files are up to date",
    () =>
      [
        run("node", ["tools/op-index/op-index.mjs", "--check"]),
        run("node", ["tools/scripts/run-typescript.mjs", "tools/conformance/reference/main.ts", "--check"]),
        turbo("codegen:check"),
      ]
        .map(passOrFail)
        .reduce(plus),
  ],
  build: ["build", () => passOrFail(turbo("build"))],
  types: ["types, TypeScript 6", () => passOrFail(turbo("typecheck"))],
  "types-native": ["types, TypeScript 7", () => passOrFail(turbo("typecheck:native"))],
  packages: ["packages (publint, are the types wrong)", () => passOrFail(turbo("package:check"))],
  vitest: ["tests", vitest],
};

function test(names) {
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0) {
    console.error(`test: no stage ${unknown.join(", ")}; there are: ${Object.keys(stages).join(", ")}`);
    return passOrFail(1);
  }
  if (install() !== 0) return passOrFail(1);
  let total = { passed: 0, failed: 0, skipped: 0 };
  const failed = [];
  for (const name of names.length > 0 ? names : Object.keys(stages)) {
    const [title, stage] = stages[name];
    const start = performance.now();
    console.log(`\n== ${title}`);
    const counts = stage();
    total = plus(total, counts);
    if (counts.failed > 0) failed.push(title);
    console.log(`== ${title}: ${counts.failed === 0 ? "ok" : "FAILED"} (${seconds(start)})`);
  }
  if (failed.length > 0) console.log(`\nfailed: ${failed.join("; ")}`);
  return total;
}

const { passed, failed, skipped } = test(process.argv.slice(2));
process.exitCode = failed === 0 ? 0 : 1;
console.log(`\ntests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
