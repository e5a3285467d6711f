/** The strictest options of TypeScript 6 and 7 find nothing in generated files, whole ones and those of random graphs. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { asFn } from "./testing/checks/generated.js";
import { everyModel, moduleText } from "./testing/checks/models.js";
import { makeGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  noEmit: true,
  target: "es2022",
  module: "esnext",
  moduleResolution: "bundler",
  lib: ["es2022"],
  types: [],
} as const;

const compiler7 = fileURLToPath(new URL("../../../../node_modules/@typescript/native/bin/tsc", import.meta.url));
const brands = fileURLToPath(new URL("../../../runtime/src/brand.ts", import.meta.url));

/** Every export in one file each, and some random programs: a folder as a user's project has it. */
function writeProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "tapeless-strict-"));
  mkdirSync(join(folder, "node_modules/tapeless"), { recursive: true });
  cpSync(brands, join(folder, "node_modules/tapeless/index.ts"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: strictest, include: ["*.ts"] }));
  const models = everyModel();
  writeFileSync(join(folder, "all.gen.ts"), moduleText(models));
  for (const [name, model] of Object.entries(models))
    writeFileSync(join(folder, `${name}.gen.ts`), moduleText({ [name]: model }));
  fc.sample(recipes(), { numRuns: 12, seed: 5 }).forEach((recipe, k) => {
    writeFileSync(join(folder, `random${k}.gen.ts`), moduleText({ random: asFn(makeGraph(recipe).func) }));
  });
  return folder;
}

const folder = writeProject();

function diagnose6(): readonly string[] {
  const config = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
  return ts
    .getPreEmitDiagnostics(ts.createProgram(fileNames, options))
    .map(({ file, messageText }) => `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

function diagnose7(): string {
  try {
    return execFileSync(process.execPath, [compiler7, "-p", folder], { encoding: "utf8" });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? error); // execFileSync hangs what was printed on its error
  }
}

describe("generated files", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("satisfy TypeScript 6", () => expect(diagnose6()).toEqual([]), 120_000);

  it("satisfy TypeScript 7", () => expect(diagnose7()).toBe(""), 120_000);
});
