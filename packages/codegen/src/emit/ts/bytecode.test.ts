/** What short functions cost to inline: as V8 counts it, for the loops that are copied as far as their calls fit. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exp, expm1, f32, f64, fn, gelu, log1p, tanh } from "@tapeless/types";
import { bytecodeOf, isBuiltin, isFn } from "@tapeless/types/compiler";
import { afterAll, expect, test } from "vitest";
import { compileModule } from "../../pipeline/compile-module.js";
import { asJavaScript } from "./testing/build-module.js";

const folder = mkdtempSync(join(tmpdir(), "tapeless-bytecode-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes of bytecode of a function of a generated module. */
function bytesOf(name: string, text: string): number {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, `${asJavaScript(text)}\n${name}(0.5);`);
  const { stdout } = spawnSync(process.execPath, ["--print-bytecode", `--print-bytecode-filter=${name}`, path], {
    encoding: "utf8",
  });
  return Number(/Bytecode length: (\d+)/.exec(stdout)?.[1]);
}

const float = { x: f32(["n"]) };
const double = { x: f64(["n"]) };

test.each([
  ["expf", fn(float, ({ x }) => exp(x))],
  ["expfInside", fn(float, ({ x }) => exp(x))],
  ["expm1fInside", fn(float, ({ x }) => expm1(x))],
  ["tanhfInside", fn(float, ({ x }) => tanh(x))],
  ["expm1f", fn(float, ({ x }) => expm1(x))],
  ["log1pf", fn(float, ({ x }) => log1p(x))],
  ["tanhf", fn(float, ({ x }) => tanh(x))],
  ["millsRatio", fn(float, ({ x }) => gelu(x))],
  ["expByTable", fn(double, ({ x }) => exp(x))],
] as const)("%s", (name, f) => {
  if (!isFn(f) || !isBuiltin(name)) throw new Error("a function and a builtin are expected");
  const { text } = compileModule({ file: "f.model.ts", exports: [{ name: "f", fn: f }], localNames: [] });
  // A constant more or less of another version of V8 makes a difference of a few bytes.
  expect(Math.abs(bytesOf(name, text) / bytecodeOf(name) - 1)).toBeLessThan(0.1);
});
