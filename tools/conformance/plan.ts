/**
 * A case on its way through the compiler: the functions it needs, and what is made of them once they run.
 *
 * Invariant: the functions of many plans come out of one module, and a case is passed, failed or skipped with a reason,
 * also where one of its functions cannot be built or compiled.
 */

import { type Compiled, compileAll, type Generated } from "./compile.js";
import type { Gap } from "./measure.js";
import { messageOf } from "./message-of.js";
import { Unsupported } from "./vocabulary/call.js";

export type Outcome = "passed" | "failed" | "skipped";

export interface CheckReport {
  readonly label: string;
  readonly outcome: Outcome;
  /** What was compared: stored numbers, or a derivative under another convention than the stored one. */
  readonly about: "values" | "derivatives" | "convention";
  /** Largest error of what must match. */
  readonly error: number;
  /** Why it failed or was skipped. */
  readonly message: string;
}

export interface CaseReport {
  readonly set: string;
  readonly id: string;
  readonly ops: readonly string[];
  readonly outcome: Outcome;
  readonly error: number;
  /** Why the whole case was skipped. */
  readonly message: string;
  readonly checks: readonly CheckReport[];
}

/** Gives the compiled function of a key; throws what kept it from being built or compiled. */
export type FunctionOf = (key: string) => Generated;

export interface Plan {
  /** Each builds a function of the DSL. */
  readonly functions: ReadonlyMap<string, () => unknown>;
  readonly report: (functionOf: FunctionOf) => CaseReport;
}

/** A check that may throw: what the DSL cannot say is skipped, all else has failed. */
export function checked(about: CheckReport["about"], label: string, run: () => CheckReport): CheckReport {
  try {
    return run();
  } catch (error) {
    const outcome = error instanceof Unsupported ? "skipped" : "failed";
    return {
      label,
      about,
      outcome,
      error: outcome === "failed" ? Number.POSITIVE_INFINITY : 0,
      message: messageOf(error),
    };
  }
}

/** Whether an error is small enough, as a report. */
export function judged(about: CheckReport["about"], label: string, { error, where }: Gap, limit: number): CheckReport {
  if (error <= limit) return { label, about, outcome: "passed", error, message: "" };
  return { label, about, outcome: "failed", error, message: `off by ${error.toExponential(2)}: ${where}` };
}

/** What is said of a case that has a check that failed, or nothing but skipped ones, or some of both kinds. */
function outcomeOf(checks: readonly CheckReport[]): Outcome {
  if (checks.some(({ outcome }) => outcome === "failed")) return "failed";
  const derivatives = checks.filter(({ about }) => about !== "values");
  const deciding = derivatives.length > 0 ? derivatives : checks;
  return deciding.some(({ outcome }) => outcome === "passed") ? "passed" : "skipped";
}

type About = Pick<CaseReport, "set" | "id" | "ops">;

export function caseReport(about: About, checks: readonly CheckReport[]): CaseReport {
  const outcome = outcomeOf(checks);
  const reasons = checks.filter((check) => check.outcome === "skipped").map(({ message }) => message);
  const message = outcome === "skipped" ? [...new Set(reasons)].join("; ") || "nothing to compare" : "";
  return { ...about, outcome, message, error: Math.max(0, ...checks.map(({ error }) => error)), checks };
}

/** A case that is not run. */
export const skippedCase = (about: About, message: string): CaseReport => ({
  ...about,
  outcome: "skipped",
  error: 0,
  message,
  checks: [],
});

function built(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Runs plans: all their functions come out of one module. */
export async function runPlans(plans: readonly Plan[]): Promise<readonly CaseReport[]> {
  const nameOf = (at: number, k: number): string => `case${at}_${k}`;
  const made = new Map<string, unknown>();
  plans.forEach(({ functions }, at) => {
    [...functions.values()].forEach((make, k) => {
      made.set(nameOf(at, k), built(make));
    });
  });
  const compiled = await compileAll(new Map([...made].filter(([, fn]) => !(fn instanceof Error))));
  return plans.map(({ functions, report }, at) => {
    const keys = [...functions.keys()];
    return report((key) => {
      const name = nameOf(at, keys.indexOf(key));
      const found: Compiled | undefined =
        made.get(name) instanceof Error ? (made.get(name) as Error) : compiled.get(name);
      if (typeof found === "function") return found;
      throw found ?? new Error("bug: the function was not planned");
    });
  });
}
