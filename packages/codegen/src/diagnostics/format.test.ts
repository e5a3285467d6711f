import { expect, test } from "vitest";
import type { Diagnostic } from "./diagnostic.js";
import { type Colors, formatDiagnostics } from "./format.js";

const same = (text: string): string => text;
const plain: Colors = { bold: same, dim: same, red: same, cyan: same };

const source = "one\n\treturn concat([a, b], 1);\r\nthree";

const shown = (...diagnostics: readonly Diagnostic[]): string =>
  formatDiagnostics(diagnostics, { colors: plain, readSource: (file) => (file === "a.model.ts" ? source : undefined) });

const base: Diagnostic = { code: "TL0203", class: "user", message: "concat: sizes 4 and 5 differ outside axis 1" };

test("place, code, message; the line with a caret; what to do", () => {
  const span = { file: "a.model.ts", line: 2, column: 9 };
  expect(shown({ ...base, span, hint: "make them equal" })).toBe(
    [
      "a.model.ts:2:9  TL0203  concat: sizes 4 and 5 differ outside axis 1",
      "",
      "  2 | \treturn concat([a, b], 1);",
      "    | \t       ^",
      "",
      "  make them equal",
      "",
    ].join("\n"),
  );
});

test.each<[string, Partial<Diagnostic>, string]>([
  ["a file that cannot be read", { span: { file: "b.ts", line: 2, column: 9 } }, "b.ts:2:9  TL0203  concat"],
  ["a line that is not there", { span: { file: "a.model.ts", line: 9, column: 9 } }, "a.model.ts:9:9  TL0203  concat"],
  ["a file without a place", { file: "a.gen.ts" }, "a.gen.ts  TL0203  concat"],
  ["no file", {}, "TL0203  concat"],
])("%s: one line", (_, place, expected) => {
  expect(shown({ ...base, ...place, message: "concat" })).toBe(`${expected}\n`);
});

test("several: one after the other, the same advice once", () => {
  const one = { ...base, message: "is stale", file: "a", hint: "build" };
  expect(shown(one, { ...one, file: "b" }, { ...base, message: "other", file: "c" })).toBe(
    "a  TL0203  is stale\nb  TL0203  is stale\n\n  build\n\nc  TL0203  other\n",
  );
});

test("a bug shows where it is in the compiler", () => {
  expect(shown({ ...base, class: "bug", stack: "    at fuse (fuse.ts:1:1)", hint: "report it" })).toBe(
    `TL0203  ${base.message}\n\n    at fuse (fuse.ts:1:1)\n\n  report it\n`,
  );
});
