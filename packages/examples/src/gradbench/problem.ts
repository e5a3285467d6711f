/**
 * What a GradBench problem is: named functions of JSON input to JSON output, each in three parts, so that computing alone
 * is timed: the input is read and checked, the function computes, its result is put in the form of the answer.
 */
import type { Output } from "./output.js";
import type { Reader } from "./read.js";

/** A function with its input read: it can run any number of times, and gives the answer of its last run. */
export interface Job {
  run(): void;
  answer(): Output;
}

/** Reads the input of a function; throws an `InputError` in words where it is none. */
export type Operation = (input: unknown) => Job;

/** A module of the protocol. */
export interface Problem {
  readonly name: string;
  readonly functions: Readonly<Record<string, Operation>>;
}

/**
 * An operation of what reads its input, what computes (a generated function, say: from the second run on it is given its
 * last result to fill), and what puts the result in the form of the answer, where that is another.
 */
export function operation<I, R extends Output>(read: Reader<I>, compute: (input: I, out?: R) => R): Operation;
export function operation<I, R>(
  read: Reader<I>,
  compute: (input: I, out?: R) => R,
  answer: (result: R, input: I) => Output,
): Operation;
export function operation<I, R>(
  read: Reader<I>,
  compute: (input: I, out?: R) => R,
  answer: (result: R, input: I) => Output = (result) => result as Output, // the overload without it says so
): Operation {
  return (json) => {
    const input = read(json, "");
    let last: R | undefined;
    return {
      run: () => {
        last = last === undefined ? compute(input) : compute(input, last);
      },
      answer: () => {
        if (last === undefined) throw new Error("bug: a job was asked for its answer before it ran");
        return answer(last, input);
      },
    };
  };
}

/** One evaluation of a function of a problem, from JSON to JSON. */
export function evaluate(problem: Problem, name: string, input: unknown): Output {
  const job = functionOf(problem, name)(input);
  job.run();
  return job.answer();
}

/** The function of that name; an error in words where there is none. */
export function functionOf(problem: Problem, name: string): Operation {
  const found = Object.hasOwn(problem.functions, name) ? problem.functions[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(problem.functions).join(", ");
  throw new Error(`the module "${problem.name}" has no function "${name}"; it has ${known}`);
}
