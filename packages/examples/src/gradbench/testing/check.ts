/** The one check of GradBench problems: an input in JSON gives the expected output, in JSON. */
import { expect, test } from "vitest";
import { jsonText } from "../output.js";
import { evaluate, type Problem } from "../problem.js";
import { deviation } from "./deviation.js";

/** What a problem's functions give for an input; `from` says where the numbers are from. */
export interface Case {
  readonly from: string;
  readonly input: unknown;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The largest deviation; 1e-9 where none is given. */
  readonly within?: number;
}

/** A function's answer, as who reads it over the protocol has it. */
export const answerOf = (problem: Problem, name: string, input: unknown): unknown =>
  JSON.parse(jsonText(evaluate(problem, name, JSON.parse(JSON.stringify(input)))));

/** A test for every function of every case. */
export function check(problem: Problem, cases: readonly Case[]): void {
  for (const { from, input, outputs, within = 1e-9 } of cases) {
    test.each(Object.entries(outputs))(`${problem.name} %s: ${from}`, (name, output) => {
      const actual = answerOf(problem, name, input);
      if (deviation(actual, output) > within) expect(actual).toEqual(output); // says where they differ
      expect(deviation(actual, output)).toBeLessThanOrEqual(within);
    });
  }
}
