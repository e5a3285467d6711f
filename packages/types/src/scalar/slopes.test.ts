/**
 * Derivatives of activations as scalar functions, within the accuracy they state: beside their zeros, where their terms
 * cancel, at the seams of their pieces, and far out.
 *
 * The numbers are the closed forms in 80-digit arithmetic at exactly these doubles.
 */
import { expect, test } from "vitest";
import { builtin } from "./builtins.js";
import { evaluateBuiltin } from "./meaning.js";
import type { BuiltinName } from "./names.js";

type Row = readonly [x: number, y: number];

const references = {
  siluSlope: [
    [-1.2784645427610737, 2.3843834755243115e-17],
    [-1.278464542761073, 1.6893557718904377e-16],
    [-1.2784646, -1.2467307659130907e-8],
    [-1.25, 0.0063191550846875815],
    [-0.1, 0.4500832085017708],
    [0, 0.5],
    [2.5, 1.0994011113415267],
    [-36.7, -4.112072189028166e-15],
    [-700, -6.891913904088079e-302],
  ],
  mishSlope: [
    [-1.1924312145154952, 1.2942924190978498e-17],
    [-1.192431214515495, 7.221726830166862e-17],
    [-1.1924313, -2.281990873305966e-8],
    [-1.25, -0.01469756247301954],
    [-0.5, 0.2895106779135122],
    [0, 0.6],
    [2.5, 1.0411295301313532],
    [-36.7, -4.112072189028166e-15],
    [-700, -6.891913904088079e-302],
  ],
  geluSlope: [
    [-0.7517915246935645, -6.453751729367753e-18],
    [-0.7517915246935644, 4.145170479608077e-17],
    [-0.7517916, -3.249427231906029e-8],
    [-1.2517, -0.12279662484396336],
    [-1.252, -0.12282028909671062],
    [-0.25, 0.30462664511636395],
    [0, 0.5],
    [2.5, 1.037611085908145],
    [-10.1, -2.8171111150013563e-22],
    [-37.3, -1.1416211169449908e-301],
  ],
  geluTanhSlope: [
    [-0.7524614220710163, -1.5647455740893692e-17],
    [-0.7524614220710162, 3.213655334476242e-17],
    [-0.7524615, -3.354063934475326e-8],
    [-1.25, -0.12249263224964864],
    [0, 0.5],
    [2.5, 1.037951576212666],
    [-10.1, -2.7839370827571505e-37],
    [-20.3, -9.031372723956565e-271],
  ],
  normalCdfTanh: [
    [-20.3, 4.956479373230254e-274],
    [-10.1, 1.1812957604415305e-39],
    [-1.3, 0.09697768283283892],
    [0, 0.5],
    [2.5, 0.9939662935640006],
  ],
} as const satisfies Partial<Record<BuiltinName, readonly Row[]>>;

/** The distance of a double from the next one. */
const unitInTheLastPlace = (x: number): number => 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52);

const rows = Object.entries(references).flatMap(([name, table]) =>
  table.map(([x, y]) => ({ name: name as keyof typeof references, x, y })),
);

test.each(rows)("$name($x)", ({ name, x, y }) => {
  const got = evaluateBuiltin(name, "f64", [x]);
  // Half a unit more: the reference is rounded too.
  expect(Math.abs(got - y) / unitInTheLastPlace(y)).toBeLessThanOrEqual(builtin(name).ulps + 0.5);
});
