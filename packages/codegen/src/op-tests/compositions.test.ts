/**
 * Every public function that is made of ops: its samples through `eval` and through the generated code, its first and
 * second derivatives by properties, and `vmap` against a loop of calls.
 */
import { readFileSync } from "node:fs";
import { evalFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "../pipeline/compile-module.js";
import { checkMappedSubject } from "./testing/batching.js";
import { flatten } from "./testing/cases.js";
import {
  type Composition,
  drawInputs,
  functionOf,
  hasFloatResult,
  sampleArgs,
  subjectOf,
  titleOf,
} from "./testing/compositions/composition.js";
import { compositions } from "./testing/compositions/index.js";
import { checkDuality, checkGradient, checkLinearity, checkTangent } from "./testing/first-order.js";
import { programOf } from "./testing/programs-of-users.js";
import { checkSecondOrder } from "./testing/second-order.js";

const rows = compositions.map((given) => ({ title: titleOf(given), given }));

const index = readFileSync(new URL("../../../types/src/functions.gen.ts", import.meta.url), "utf8");
const publicNames = [...index.matchAll(/export \{ ([^}]+) \} from "\.\/composite\//g)].flatMap(([, names = ""]) =>
  names.split(", "),
);

test("every public composition is here", () => {
  const named = new Set(compositions.map(({ name }) => name));
  expect(publicNames.filter((name) => !named.has(name))).toEqual([]);
});

function expectValues(got: readonly number[], want: readonly number[], tolerance: number, what: string): void {
  expect(got.length, what).toBe(want.length);
  got.forEach((value, at) => {
    const wanted = want[at] ?? Number.NaN;
    if (Object.is(value, wanted) || value === wanted) return;
    expect(Math.abs(value - wanted) / Math.max(1, Math.abs(wanted)), `${what}[${at}] = ${value}`).toBeLessThanOrEqual(
      tolerance,
    );
  });
}

describe("samples", () => {
  test.each(rows)("$title", ({ given }) => {
    const func = programOf(functionOf(given));
    given.samples.forEach((sample, k) => {
      const got = evalFunc(func, sampleArgs(given, sample)).flatMap(({ value }) => [...value]);
      expectValues(got, flatten(sample.out), sample.tolerance ?? 1e-14, `sample ${k}`);
    });
  });
});

/** The numbers of a result of generated code, in order. */
function numbersIn(result: unknown): readonly number[] {
  if (typeof result === "number") return [result];
  if (typeof result === "boolean") return [result ? 1 : 0];
  if (ArrayBuffer.isView(result)) return [...(result as Float64Array)]; // a typed array of some kind
  return Object.values(result as Readonly<Record<string, unknown>>).flatMap(numbersIn); // a tree of results
}

const argument = ({ inputs }: Composition, args: ReturnType<typeof sampleArgs>): unknown =>
  Object.fromEntries(
    Object.keys(inputs).map((name, k) => {
      const { shape = [], dtype = "f64", value = [] } = args[k] ?? {};
      if (shape.length === 0) return [name, dtype === "bool" ? value[0] === 1 : value[0]];
      return [name, { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array }[dtype].from(value)];
    }),
  );

describe("generated code gives the samples", () => {
  test.each(rows)("$title", async ({ given }) => {
    const exports = [{ name: "f", fn: functionOf(given) }];
    const { f } = await importText(compileModule({ file: "t.model.ts", exports, localNames: [] }).text);
    given.samples.forEach((sample, k) => {
      const got = numbersIn(f?.(argument(given, sampleArgs(given, sample))));
      expectValues(got, flatten(sample.out), sample.tolerance ?? 1e-14, `sample ${k}`);
    });
  });
});

const smooth = rows.filter(({ given }) => hasFloatResult(given)).filter(({ given }) => subjectOf(given).wrt.length > 0);

describe("derivatives", () => {
  test.each(smooth)("$title", ({ given }) => {
    const subject = subjectOf(given);
    for (const check of [checkGradient, checkTangent, checkDuality, checkLinearity]) check(subject);
    checkSecondOrder(subject);
  });
});

describe("vmap", () => {
  test.each(smooth)("$title", ({ given }) => {
    checkMappedSubject(subjectOf(given), (seed) => drawInputs(given, seed));
  });
});
