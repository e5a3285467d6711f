/**
 * Every op of the table with its axes named, at several sizes of one compiled function, against the literal model.
 *
 * Invariant: of each op the case with the most axes is taken; an op whose attributes are sizes has its names in the
 * compositions of `named-axes.test.ts`.
 */
import { emit, opNamed } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { casesOf, testedOps } from "./testing/cases.js";
import type { Composition, InputSpec } from "./testing/compositions/composition.js";
import { onDiagonal } from "./testing/families.js";
import { checkNamedOp } from "./testing/naming/check.js";
import type { OpCase } from "./testing/op-case.js";

/** Ops whose attributes say sizes, so that they keep the literals of the case. */
const withSizes = new Set(["reshape", "broadcastTo", "slice", "permute"]);

/** Ops whose public functions judge their shapes (a matrix is square, windows fit): named there, in `named-axes.test.ts`. */
const judgedByFunctions = new Set([
  ...["cholesky", "cofactor", "det", "detSign", "logAbsDet", "solve", "triangularSolve"],
  ...["overlapAdd", "windows"],
]);

const rankOf = ({ operands }: OpCase): number => operands.reduce((sum, { shape }) => sum + shape.length, 0);

/** The case with the most axes, none of them empty, and no number in the place of an operand. */
function richest(name: string): OpCase | undefined {
  const full = casesOf(name).filter(({ operands }) =>
    operands.every(({ shape, literal }) => literal === undefined && !shape.includes(0)),
  );
  return [...full].sort((a, b) => rankOf(b) - rankOf(a))[0];
}

/** The equation as a model. */
function compositionOf({ op, operands, attrs }: OpCase): Composition {
  const { domain, edges } = opNamed(op);
  const inputs = operands.map(({ shape, dtype, below = 3 }, k): readonly [string, InputSpec] => [
    `x${k}`,
    { shape, dtype, domain, below, onDiagonal: onDiagonal[op]?.[k] ?? 0 },
  ]);
  const body = (tensors: Readonly<Record<string, never>>) => emit(op, Object.values(tensors), attrs) as never; // tensors
  return { name: op, inputs: Object.fromEntries(inputs), body, samples: [], kinks: edges };
}

const names = testedOps().filter((name) => !judgedByFunctions.has(name));

const rows = names.flatMap((name) => {
  const opCase = richest(name);
  return opCase === undefined ? [] : [{ name, given: compositionOf(opCase) }];
});

describe("named axes", () => {
  test.each(rows)("$name", async ({ name, given }) => {
    const { named, wrong } = await checkNamedOp(given);
    if (!withSizes.has(name)) expect(named).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

test("every op is here", () => {
  expect(names.filter((name) => !rows.some((row) => row.name === name))).toEqual([]);
});
