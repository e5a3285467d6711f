/**
 * Polynomials of types against `Size`, on edge cases and on random ones, in one program.
 *
 * Invariant: a type is the text that `showSize` gives, a number where no name is left, and `never` where a division is not
 * exact.
 */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import ts from "typescript";
import { expect, test } from "vitest";
import {
  addSize,
  divideSize,
  equalSize,
  mulSize,
  namedSize,
  namesOf,
  type Size,
  showSize,
  subSize,
} from "../src/shape/size.js";
import { program } from "./harness.js";

const term = fc
  .tuple(
    fc.integer({ min: -12, max: 12 }),
    fc.array(fc.constantFrom("n", "m", "n2", "n12", "B", "a_b"), { maxLength: 2 }),
  )
  .map(([coefficient, names]): Size => names.map(namedSize).reduce(mulSize, coefficient));
const size = fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.reduce(addSize));
const factor = term.filter((one) => one !== 0);
const samples = fc.sample(fc.tuple(size, size, factor), { numRuns: 60, seed: 3 });

const asType = (value: Size): string => (typeof value === "number" ? `${value}` : JSON.stringify(showSize(value)));

const cases = samples.flatMap(([a, b, divisor]) => {
  const [x, y, d] = [a, b, divisor].map(asType);
  const quotient = divideSize(a, divisor);
  return [
    { type: `AddNames<${x}, ${y}>`, expected: asType(addSize(a, b)) },
    { type: `SubNames<${x}, ${y}>`, expected: asType(subSize(a, b)) },
    { type: `MulNames<${x}, ${y}>`, expected: asType(mulSize(a, b)) },
    { type: `DivNames<${asType(mulSize(a, divisor))}, ${d}>`, expected: asType(a) },
    { type: `DivNames<${x}, ${d}>`, expected: quotient === undefined ? "never" : asType(quotient) },
    {
      type: `NamesOfDim<${x}>`,
      expected:
        namesOf(a)
          .map((name) => JSON.stringify(name))
          .join(" | ") || "never",
    },
  ];
});

const known = [
  { type: 'Canonical<"n+n">', expected: '"2*n"' },
  { type: 'Canonical<"1+m*2*n-n*m">', expected: '"m*n+1"' },
  { type: 'Canonical<"batch">', expected: '"batch"' },
  { type: 'AddNames<"n", number>', expected: "number" },
  { type: 'MulNames<string, "n">', expected: "number" },
];

test("types are what sizes are", () => {
  const all = [...cases, ...known];
  const names = "AddNames, Canonical, DivNames, MulNames, NamesOfDim, SubNames";
  const from = fileURLToPath(new URL("../src/shape/polynomial.js", import.meta.url));
  const lines = all.map(({ type, expected }, k) => `export const t${k}: Same<${type}, ${expected}> = true;`);
  const same =
    "type Same<A, B> = (<T>() => T extends [A] ? 1 : 2) extends (<T>() => T extends [B] ? 1 : 2) ? true : false;";
  const text = [`import type { ${names} } from ${JSON.stringify(from)};`, same, ...lines].join("\n");
  const { program: checked, file } = program(text);
  const wrong = checked.getSemanticDiagnostics(file).map(({ start = 0, messageText }) => {
    const { type, expected } = all[file.getLineAndCharacterOfPosition(start).line - 2] ?? {};
    return `${type} is not ${expected}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  expect(wrong).toEqual([]);
});

test("a quotient of sizes times the divisor is the size", () => {
  fc.assert(fc.property(size, factor, (a, b) => equalSize(divideSize(mulSize(a, b), b) ?? 0, a)));
});
