/**
 * Functions, trees and transformations as types: right uses have exactly the types they claim under TypeScript 6 and 7,
 * wrong ones say what is wrong on the argument that is wrong, and the model of product.md stays cheap.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { GraphError, graphMessageText } from "../../src/graph/messages.js";
import { listTexts, sortTexts } from "../../src/graph/text-order.js";
import type { Finding, Subject } from "../harness.js";
import { checkWith6, checkWith7, program, runnable } from "../harness.js";
import * as fixtures from "./fixtures.js";
import { wrongLoops } from "./wrong-loops.js";
import { wrongRules } from "./wrong-rules.js";
import { names, wrongUses as wrongCalls } from "./wrong-uses.js";

const wrongUses = [...wrongCalls, ...wrongLoops, ...wrongRules];

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const subject: Subject = {
  path: pathOf("./fixtures.js"),
  values: Object.fromEntries(names.map((name) => [name, Reflect.get(fixtures, name)])),
  shapeOf: () => "",
};

// ---- wrong uses

const with6 = checkWith6(wrongUses, subject).findings;
const [with7 = []] = checkWith7([wrongUses], subject);

const told = (findings: readonly Finding[], error: string): readonly boolean[] =>
  findings.map(({ message }) => message.includes(`"${error}"`));

const runs = runnable(wrongUses, subject);

/** The words of the `GraphError` that a snippet throws; anything else it throws is a failure of the test. */
function thrownBy(snippet: (() => unknown) | undefined): string | undefined {
  try {
    snippet?.();
  } catch (error) {
    if (error instanceof GraphError) return error.message;
    throw error;
  }
  return undefined;
}

describe("wrong uses", () => {
  test.each(wrongUses.map((use, index) => ({ ...use, index })))("$error", ({ error, at, index, run }) => {
    const [findings6, findings7] = [with6[index] ?? [], with7[index] ?? []];
    expect({ findings: findings6, told: told(findings6, error) }).toMatchObject({ told: [true] });
    expect({ findings: findings7, told: told(findings7, error) }).toMatchObject({ told: [true] });
    expect(findings6[0]?.source).toBe(at);
    expect(findings7[0]?.source.slice(0, at.length)).toBe(at);
    if (run !== false) expect(thrownBy(runs[index])).toBe(error);
  });
});

// ---- the run-time twins of what messages are made of

test("texts are sorted and listed as in the types", () => {
  expect(sortTexts(["n", 32, 16, "batch", 8, "n"])).toEqual([16, 32, 8, "batch", "n"]);
  const lists = [["x"], ["x", "params"], ["x", "params", "label"]].map((list) => listTexts(sortTexts(list), "or"));
  expect(lists).toEqual(["'x'", "'params' or 'x'", "'label', 'params' or 'x'"]);
});

test("braces that are no blank stay", () => {
  const text = graphMessageText("resultNotPair", { call: "valueAndGrad" });
  expect(text).toBe("valueAndGrad: with { aux: true } the result must be a pair [scalar, aux]");
});

// ---- right uses: whole files, which assert their types themselves

const rightFiles = ["digits.ts", "fixtures.ts", "right-calls.ts", "right-rules.ts", "right-transforms.ts"];

const diagnosticsOf = (file: string): readonly string[] => {
  const checked = program(readFileSync(pathOf(file), "utf8"), `fn/${file}`);
  return checked.program.getSemanticDiagnostics(checked.file).map(({ start = 0, messageText }) => {
    const { line } = checked.file.getLineAndCharacterOfPosition(start);
    return `${file}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
};

test.each(rightFiles)("right uses under TypeScript 6: %s", (file) => {
  expect(diagnosticsOf(file)).toEqual([]);
});

test("right uses under TypeScript 7", () => {
  const compiler = pathOf("../../../../node_modules/@typescript/native/bin/tsc");
  const flags =
    "--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck";
  const settings = "--target es2022 --lib es2023 --module nodenext --pretty false";
  const args = [compiler, ...flags.split(" "), ...settings.split(" "), ...rightFiles.map((file) => pathOf(file))];
  expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toBe("");
});

// ---- what it costs

/** 15% above the 11,847 that were measured when this was written, more than half of them in the ops. */
const digitsBudget = 13_600;

test(`the digits model costs no more than ${digitsBudget} instantiations`, () => {
  const [model = ""] = readFileSync(pathOf("./digits.ts"), "utf8").split("type Params ="); // the rest are assertions
  const imports = model.slice(model.indexOf("import {"), model.indexOf('"./shim.js";') + '"./shim.js";'.length);
  const count = (text: string): number => {
    const checked = program(text, "fn/digits-budget.ts");
    checked.program.getSemanticDiagnostics(checked.file);
    return checked.program.getInstantiationCount();
  };
  expect(count(model) - count(`${imports}\nexport {};`)).toBeLessThan(digitsBudget);
});
