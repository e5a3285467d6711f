import { describe, expect, test } from "vitest";
import { reservedNames } from "../emit/ts/index.js";
import { Names } from "../emit/ts/names.js";
import { exportProblems } from "./export-names.js";

const problems = (...names: readonly string[]): readonly string[] =>
  exportProblems(
    names.map((name) => ({ name, fn: undefined })),
    "a.model.ts",
  ).map(({ code, message }) => `${code} ${message}`);

describe("a name that the emitter would not give to a function is refused", () => {
  const globals =
    "Math Float32Array Float64Array Int32Array Uint8Array Number Object undefined globalThis isNaN async of";

  test.each([...reservedNames, ...globals.split(" "), ...["F32", "F64", "I32", "Bool"]])("%s", (name) => {
    expect(problems(name)).toEqual([`TL0114 the export name '${name}' is used by the generated module itself`]);
  });

  test.each(["class", "await", "let", "eval", "arguments", "yield", "package", "null"])("%s", (name) => {
    expect(new Names().has(name)).toBe(true);
    expect(problems(name)).toEqual([`TL0113 the export name '${name}' is a reserved word of JavaScript`]);
  });
});

test.each(["loss", "$", "_x1", "größe", "type", "get", "constructor"])("%s is a name", (name) => {
  expect(new Names().has(name)).toBe(false);
  expect(problems(name)).toEqual([]);
});

test.each(["1x", "a-b", "a b", ""])("'%s' is none", (name) => {
  expect(problems(name)).toEqual([`TL0112 the export name "${name}" is no identifier`]);
});

test("functions may not declare each other's names", () => {
  expect(problems("loss", "lossInput")).toEqual([
    "TL0118 the generated module would declare 'lossInput' twice, for 'loss' and for 'lossInput'",
  ]);
  expect(problems("loss", "Loss")).toEqual([
    "TL0118 the generated module would declare 'LossInput' twice, for 'loss' and for 'Loss'",
  ]);
  expect(problems("Loss", "loss2", "Output", "input")).toEqual([]);
});
