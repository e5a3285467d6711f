import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { classOf, codeRanges, loadError, loadErrors } from "./codes.js";

const packages = fileURLToPath(new URL("../../..", import.meta.url));

interface Use {
  readonly code: string;
  readonly file: string;
  /** In a table of messages. */
  readonly defined: boolean;
}

/** Every code that stands in the sources of the DSL and the compiler. */
const uses: readonly Use[] = ["types/src", "codegen/src"].flatMap((folder) =>
  readdirSync(join(packages, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.test(-d)?\.ts$|\/testing\//.test(file))
    .flatMap((file) =>
      [...readFileSync(join(packages, folder, file), "utf8").matchAll(/(code: )?"(TL\d{4})"/g)].map(
        ([, defined, code = ""]) => ({ code, file: `${folder}/${file}`, defined: defined !== undefined }),
      ),
    ),
);

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

test("a code is defined once", () => {
  const defined = uses.filter((use) => use.defined).map(({ code }) => code);
  expect(defined.filter((code, i) => defined.indexOf(code) !== i)).toEqual([]);
  expect(defined.length).toBeGreaterThan(Object.keys(loadErrors).length);
});

test("a code is used in one file alone", () => {
  const filesOf = (code: string) => distinct(uses.filter((use) => use.code === code).map(({ file }) => file));
  expect(distinct(uses.map(({ code }) => code)).filter((code) => filesOf(code).length > 1)).toEqual([]);
});

test("a code belongs to a range", () => {
  expect(uses.filter(({ code }) => codeRanges[code.slice(0, 4)] === undefined)).toEqual([]);
});

test("the range tells whose turn it is", () => {
  expect(["TL0101", "TL0203", "TL0301", "TL0401", "TL0403", "TL0901", "TL7777"].map(classOf)).toEqual([
    "user",
    "user",
    "user",
    "user",
    "unsupported",
    "bug",
    "bug",
  ]);
});

test("a row gives its blanks their values, and leaves braces of code alone", () => {
  expect(loadError("packageMissing", { specifier: "a/b", package: "a" }, { file: "x.model.ts" })).toEqual({
    code: "TL0106",
    class: "user",
    message: "cannot find the package 'a/b'",
    hint: "install it in the project of the model: npm install a",
    file: "x.model.ts",
  });
  expect(loadError("noFn", {}).hint).toContain("fn({ … }, (input) => …)");
});
