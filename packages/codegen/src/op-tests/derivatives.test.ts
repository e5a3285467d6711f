/** First and second derivatives of every op of the table, in every operand, at every shape and attribute of its cases. */
import { type Func, opNamed } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { decompose } from "../autodiff/decompose.js";
import { allCases, casesOf, testedOps } from "./testing/cases.js";
import {
  checkDuality,
  checkFanOut,
  checkGradient,
  checkLinearity,
  checkLinearMap,
  checkTangent,
  checkZero,
} from "./testing/first-order.js";
import { titleOf } from "./testing/op-case.js";
import { forwardOf, isDifferentiable, subjectOf } from "./testing/programs.js";
import { checkSecondOrder } from "./testing/second-order.js";

const cases = allCases().map((opCase) => ({ title: titleOf(opCase), opCase }));

test.each(testedOps())("%s has cases", (name) => {
  expect(casesOf(name).length).toBeGreaterThan(0);
});

describe("derivatives", () => {
  test.each(cases)("$title", ({ opCase }) => {
    const subject = subjectOf(opCase);
    if (subject.wrt.length === 0 || !subject.func.outs.every(({ dtype }) => dtype === "f64" || dtype === "f32")) return;
    if (!isDifferentiable(subject)) {
      expect(opNamed(opCase.op).derivative).toMatchObject({ form: "none", zero: true });
      checkZero(subject);
      return;
    }
    for (const check of [checkGradient, checkTangent, checkDuality, checkLinearity, checkLinearMap, checkFanOut])
      check(subject);
    checkSecondOrder(subject);
  });
});

const literalsOf = (func: Func): readonly number[] =>
  func.eqns.flatMap(({ inputs }) =>
    inputs.flatMap((input) => (input.kind === "Lit" && input.dtype === "f32" ? [input.value] : [])),
  );

test.each(testedOps())("%s: numbers of f32 programs stay finite when stored", (name) => {
  for (const opCase of casesOf(name, "f32")) {
    const subject = subjectOf(opCase);
    const programs = [subject.func, ...(isDifferentiable(subject) ? [forwardOf(subject)] : [])].map(decompose);
    const literals = programs.flatMap(literalsOf).filter(Number.isFinite);
    expect(literals.map(Math.fround).filter((value) => !Number.isFinite(value))).toEqual([]);
  }
});
