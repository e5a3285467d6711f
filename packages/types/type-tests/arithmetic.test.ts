/**
 * Arithmetic of types against BigInt, on edge cases and on random numbers, in one program.
 *
 * Invariant: a type-level result is the exact number, or `never` where there is none.
 */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { program } from "./harness.js";

type Operation = (a: bigint, b: bigint) => bigint | boolean | undefined;

/** What the types should give; `undefined` stands for `never`. */
const operations: Readonly<Record<string, Operation>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => (a < b ? undefined : a - b),
  Mul: (a, b) => a * b,
  Less: (a, b) => a < b,
  FloorDiv: (a, b) => (b === 0n ? undefined : a / b),
  ExactDiv: (a, b) => (b === 0n || a % b !== 0n ? undefined : a / b),
};

type Pair = readonly [number, number];

const edges: readonly Pair[] = [
  [0, 0],
  [0, 7],
  [7, 0],
  [1, 1],
  [5, 995],
  [999999999, 1],
  [1000, 1],
  [100, 99],
  [784, 784],
  [65536, 65536],
  [205, 304],
  [25088, 32],
  [100352, 49],
  [1000, 1000],
  [10, 9],
  [99, 100],
];

/** Numbers of one to eight digits, each length as likely; products stay below 2^53. */
const number = fc.integer({ min: 1, max: 8 }).chain((digits) => fc.nat({ max: 10 ** digits - 1 }));
const multiple = fc.tuple(fc.nat({ max: 99999 }), fc.integer({ min: 1, max: 9999 })).map(([a, b]): Pair => [a * b, b]);
const random = fc.sample(fc.oneof(fc.tuple(number, number), multiple), { numRuns: 150, seed: 2 });

const cases = Object.entries(operations).flatMap(([name, operation]) =>
  [...edges, ...random]
    .filter(([a, b]) => name !== "Mul" || a * b <= Number.MAX_SAFE_INTEGER)
    .map(([a, b]) => ({ type: `${name}<${a}, ${b}>`, expected: `${operation(BigInt(a), BigInt(b)) ?? "never"}` })),
);

const loose = [
  { type: "Add<number, 3>", expected: "number" },
  { type: "Sub<3, number>", expected: "number" },
  { type: "Mul<0, number>", expected: "number" },
  { type: "Less<number, 3>", expected: "boolean" },
  { type: "ExactDiv<12, number>", expected: "number" },
  { type: "Mul<9007199254740991, 9007199254740991>", expected: "number" },
];

function resultsOf(types: readonly string[]): readonly string[] {
  const path = fileURLToPath(new URL("../src/shape/arithmetic.js", import.meta.url));
  const imports = `import type { ${Object.keys(operations).join(", ")} } from "${path}";\n`;
  const { program: checked, file } = program(
    imports + types.map((type, i) => `export type R${i} = ${type};\n`).join(""),
  );
  expect(checked.getSemanticDiagnostics(file)).toEqual([]);
  const checker = checked.getTypeChecker();
  return file.statements.filter(ts.isTypeAliasDeclaration).map((node) => {
    const type = checker.getTypeAtLocation(node.name);
    return checker.typeToString(type, undefined, ts.TypeFormatFlags.InTypeAlias);
  });
}

describe("arithmetic of types", () => {
  const all = [...cases, ...loose];
  const results = resultsOf(all.map(({ type }) => type));
  test(`${all.length} results are exact`, () => {
    const wrong = all.flatMap(({ type, expected }, i) => (results[i] === expected ? [] : [`${type} is ${results[i]}`]));
    expect(wrong).toEqual([]);
  });
});
