/**
 * The tables of right and wrong uses: under TypeScript 6 and 7, and run.
 *
 * Invariant: a wrong use is one error, on the argument that is wrong, and its words are those of the error thrown.
 */
import { describe, expect, test } from "vitest";
import { ShapeError } from "../src/shape/messages.js";
import { activations } from "./cases/activations.js";
import { contractions } from "./cases/contractions.js";
import { creating } from "./cases/creating.js";
import { elementwise } from "./cases/elementwise.js";
import { joining } from "./cases/joining.js";
import { layers } from "./cases/layers.js";
import { linearSystems } from "./cases/linear-systems.js";
import { losses } from "./cases/losses.js";
import { math } from "./cases/math.js";
import { networks } from "./cases/networks.js";
import { parts } from "./cases/parts.js";
import { products } from "./cases/products.js";
import { reduceIndex } from "./cases/reduce-index.js";
import { reductions } from "./cases/reductions.js";
import { reshaping } from "./cases/reshaping.js";
import { windows } from "./cases/windows.js";
import type { Finding, RightUse, Use, WrongUse } from "./harness.js";
import { checkWith6, checkWith7, runnable } from "./harness.js";
import { realOps, underTrace } from "./real-ops.js";

const tables = {
  activations,
  contractions,
  elementwise,
  linearSystems,
  math,
  networks,
  products,
  reductions,
  reshaping,
  joining,
  layers,
  reduceIndex,
  creating,
  parts,
  losses,
  windows,
};

const subject = realOps;

const isWrong = (use: Use): use is WrongUse => "error" in use;

/** `["batch", 10]` as a type is `[batch, 10]` in words. */
const shapeInWords = ({ shape, run }: RightUse): string => (typeof run === "string" ? run : shape.replaceAll('"', ""));

/** What an editor shows: the plain tensor type. `Shape` is an alias, which editors resolve or not. */
const hoverOf = ({ shape, dtype = "f32" }: RightUse): string =>
  `Tensor<${shape === "Shape" ? "Dim[]" : shape}, "${dtype}">`;

function expectTypes(use: Use, findings: readonly Finding[]): void {
  if (!isWrong(use)) {
    expect(findings).toEqual([]);
    return;
  }
  expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining(`type '"${use.error}"'`)]);
}

function expectRun(use: Use, result: () => unknown): void {
  if (use.run === false) return;
  if (!isWrong(use)) {
    expect(subject.shapeOf(result())).toBe(shapeInWords(use));
    return;
  }
  expect(thrownBy(result)).toBe(use.error);
}

/** The words of the `ShapeError` that a snippet throws; anything else it throws is a failure of the test. */
function thrownBy(snippet: () => unknown): string | undefined {
  try {
    snippet();
  } catch (error) {
    if (error instanceof ShapeError) return error.message;
    throw error;
  }
  return undefined;
}

const with7 = checkWith7(Object.values(tables), subject);

describe.each(Object.entries(tables))("%s", (name, uses) => {
  const with6 = checkWith6(uses, subject);
  const index7 = Object.keys(tables).indexOf(name);
  const runs = runnable(uses, subject);
  test.each(uses.map((use, index) => ({ ...use, index })))("$code", ({ index, ...use }) => {
    const findings6 = with6.findings[index] ?? [];
    const findings7 = with7[index7]?.[index] ?? [];
    expectTypes(use, findings6);
    expectTypes(use, findings7);
    if (isWrong(use)) {
      expect(findings6[0]?.source).toBe(use.at);
      expect(findings7[0]?.source.startsWith(use.at)).toBe(true);
    } else {
      expect(with6.hovers[index]).toBe(hoverOf(use));
    }
    expectRun(use, () => underTrace(runs[index] ?? (() => undefined)));
  });
});
