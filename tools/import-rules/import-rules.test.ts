import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { checkImports } from "./check-imports.mjs";
import { rules } from "./rules.mjs";

type Files = Readonly<Record<string, string>>;

let folder: string | undefined;

afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

/** The names of the rules that a small workspace with these files breaks. */
async function broken(files: Files): Promise<readonly string[]> {
  folder = mkdtempSync(join(tmpdir(), "tapeless-imports-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { violations, modules } = await checkImports(folder);
  expect(modules).toBeGreaterThan(0);
  return [...new Set(violations.map(({ rule }) => rule))].sort();
}

const value = "export const x = 1;\n";
const uses = (specifier: string): string => `import { x } from "${specifier}";\nexport const y = x;\n`;
const usesType = (specifier: string): string => `import type { X } from "${specifier}";\nexport type Y = X;\n`;

const types = "packages/types/src";
const codegen = "packages/codegen/src";
const npmPackage = (name: string): Files => ({
  "packages/codegen/package.json": JSON.stringify({ name: "@tapeless/codegen", dependencies: { [name]: "1.0.0" } }),
  [`packages/codegen/node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
  [`packages/codegen/node_modules/${name}/index.js`]: "exports.x = 1;\n",
});

/** For each rule, the smallest workspace that breaks it; a rule without a row here fails the test below. */
const violations: Readonly<Record<string, Files>> = {
  "no-cycle": { [`${types}/graph/a.ts`]: uses("./b.js"), [`${types}/graph/b.ts`]: uses("./a.js") },
  "no-reach-into-package": {
    [`${codegen}/cli/a.ts`]: uses("../../../types/src/graph/b.js"),
    [`${types}/graph/b.ts`]: value,
  },
  "package-types": { [`${types}/graph/a.ts`]: uses("@tapeless/codegen") },
  "package-runtime": { "packages/runtime/src/a.ts": uses("@tapeless/types") },
  "package-codegen": { [`${codegen}/cli/a.ts`]: uses("@tapeless/runtime") },
  "package-tapeless": { "packages/tapeless/src/a.ts": uses("@tapeless/examples") },
  "package-examples": { "packages/examples/src/a.ts": usesType("@tapeless/types") },
  "types-shape": { [`${types}/shape/a.ts`]: usesType("../graph/b.js"), [`${types}/graph/b.ts`]: value },
  "types-node": { [`${types}/node/a.ts`]: uses("../graph/b.js"), [`${types}/graph/b.ts`]: value },
  "types-scalar": { [`${types}/scalar/a.ts`]: uses("../ops/b.js"), [`${types}/ops/b.ts`]: value },
  "types-graph": { [`${types}/graph/a.ts`]: uses("../ops/b.js"), [`${types}/ops/b.ts`]: value },
  "types-ops": { [`${types}/ops/a.ts`]: uses("../composite/b.js"), [`${types}/composite/b.ts`]: value },
  "types-composite": { [`${types}/composite/a.ts`]: uses("../transform/b.js"), [`${types}/transform/b.ts`]: value },
  "types-transform": { [`${types}/transform/a.ts`]: uses("../index.js"), [`${types}/index.ts`]: value },
  "types-optim": { [`${types}/optim/a.ts`]: uses("../index.js"), [`${types}/index.ts`]: value },
  "model-imports-dsl": {
    "packages/runtime/src/a.model.ts": uses("./c.part.js"),
    "packages/runtime/src/c.part.ts": uses("../../codegen/src/b.js"),
    [`${codegen}/b.ts`]: value,
  },
  "op-imports-op": {
    [`${types}/ops/math/sin.op.ts`]: uses("../math/cos.op.js"),
    [`${types}/ops/math/cos.op.ts`]: value,
  },
  "codegen-util": { [`${codegen}/util/a.ts`]: uses("../ir/b.js"), [`${codegen}/ir/b.ts`]: value },
  "codegen-diagnostics": { [`${codegen}/diagnostics/a.ts`]: uses("../ir/b.js"), [`${codegen}/ir/b.ts`]: value },
  "codegen-ir": { [`${codegen}/ir/a.ts`]: uses("../passes/b.js"), [`${codegen}/passes/b.ts`]: value },
  "codegen-load": { [`${codegen}/load/a.ts`]: uses("../emit/b.js"), [`${codegen}/emit/b.ts`]: value },
  "codegen-autodiff": { [`${codegen}/autodiff/a.ts`]: uses("../passes/b.js"), [`${codegen}/passes/b.ts`]: value },
  "codegen-passes": { [`${codegen}/passes/a.ts`]: uses("../pipeline/b.js"), [`${codegen}/pipeline/b.ts`]: value },
  "codegen-emit": { [`${codegen}/emit/a.ts`]: usesType("../ir/kernel/b.js"), [`${codegen}/ir/kernel/b.ts`]: value },
  "codegen-pipeline": { [`${codegen}/pipeline/a.ts`]: uses("../index.js"), [`${codegen}/index.ts`]: value },
  "nobody-imports-cli": { [`${codegen}/index.ts`]: uses("./cli/b.js"), [`${codegen}/cli/b.ts`]: value },
  "only-ts-morph": { [`${codegen}/passes/a.ts`]: uses("ts-morph"), ...npmPackage("ts-morph") },
  "only-esbuild": { [`${codegen}/cli/a.ts`]: uses("esbuild"), ...npmPackage("esbuild") },
  "only-commander": { [`${codegen}/passes/a.ts`]: uses("commander"), ...npmPackage("commander") },
  "no-dependencies": { [`${types}/graph/a.ts`]: uses("node:fs") },
  "undeclared-dependency": {
    ...npmPackage("other"),
    [`${codegen}/passes/a.ts`]: uses("other"),
    "packages/codegen/package.json": JSON.stringify({ name: "@tapeless/codegen" }),
  },
  unresolved: { [`${types}/graph/a.ts`]: uses("./nowhere.js") },
  "test-code": { [`${types}/graph/a.ts`]: uses("./testing/b.js"), [`${types}/graph/testing/b.ts`]: value },
};

/** What looks like a violation and is none. */
const allowed: Readonly<Record<string, Files>> = {
  "a layer imports the layers below": {
    [`${types}/transform/a.ts`]: uses("../ops/b.js"),
    [`${types}/ops/b.ts`]: uses("../shape/c.js"),
    [`${types}/shape/c.ts`]: value,
  },
  "a test imports what it tests": {
    [`${types}/shape/a.test.ts`]: uses("../transform/b.js"),
    [`${types}/transform/b.ts`]: value,
  },
  "emit reads LoopIR": { [`${codegen}/emit/ts/a.ts`]: uses("../../ir/loop/b.js"), [`${codegen}/ir/loop/b.ts`]: value },
  "a model imports a part that it shares with others": {
    "packages/examples/src/a.model.ts": uses("./b.part.js"),
    "packages/examples/src/b.part.ts": uses("./c.model.js"),
    "packages/examples/src/c.model.ts": value,
  },
  "ts-morph in its two places": {
    [`${codegen}/load/a.ts`]: uses("ts-morph"),
    [`${codegen}/emit/ts/module-shell.ts`]: uses("ts-morph"),
    ...npmPackage("ts-morph"),
  },
};

test("every rule has a workspace that breaks it", () => {
  expect(Object.keys(violations).sort()).toEqual(rules.map(({ name }) => name).sort());
});

test.each(Object.keys(violations))("%s is reported", async (name) => {
  expect(await broken(violations[name] ?? {})).toContain(name);
});

test.each(Object.keys(allowed))("%s", async (name) => {
  expect(await broken(allowed[name] ?? {})).toEqual([]);
});
