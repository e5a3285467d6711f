/**
 * Runs fixtures through the compiler: every case a model, every model's generated code against the stored numbers.
 *
 * Invariant: each case is passed, failed or skipped with a reason, and nothing in here knows a case by its name.
 */
import type { Case, FixtureSet, Graph } from "./case.js";
import {
  type Check,
  callInput,
  checksOf,
  cutQuestion,
  inputsAt,
  resultParts,
  type SkippedCheck,
  type Want,
} from "./checks.js";
import { type Compiled, compileAll, type Generated } from "./compile.js";
import { deviation } from "./deviation.js";
import { answer, missingOps, type Question } from "./model.js";
import { Unsupported } from "./vocabulary/index.js";

/** A right implementation differs from a wrong formula by more than this. */
const wrongBy = 1e-4;

export interface CheckReport {
  readonly label: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Largest deviation from what must match. */
  readonly error: number;
  /** Why it failed or was skipped. */
  readonly message: string;
}

export interface CaseReport {
  readonly set: string;
  readonly id: string;
  readonly ops: readonly string[];
  readonly outcome: "passed" | "failed" | "skipped";
  readonly error: number;
  /** Why the whole case was skipped. */
  readonly message: string;
  readonly checks: readonly CheckReport[];
}

/** The functions of a set: made of questions, each question of a case once. */
class Functions {
  readonly #names = new Map<string, string>();
  readonly #made = new Map<string, unknown>();
  #compiled: ReadonlyMap<string, Compiled> = new Map();

  add(at: number, graph: Graph, question: Question): void {
    const key = `${at} ${JSON.stringify(question)}`;
    if (this.#names.has(key)) return;
    const name = `case${at}_${question.form}${this.#names.size}`;
    this.#names.set(key, name);
    try {
      this.#made.set(name, answer(graph, question));
    } catch (error) {
      this.#made.set(name, error);
    }
  }

  async compile(): Promise<void> {
    this.#compiled = await compileAll(new Map([...this.#made].filter(([, made]) => !(made instanceof Error))));
  }

  /** The function that answers a question; throws what kept it from being made. */
  get(at: number, question: Question): Generated {
    const name = this.#names.get(`${at} ${JSON.stringify(question)}`) ?? "";
    const made = this.#made.get(name);
    const found = made instanceof Error ? made : this.#compiled.get(name);
    if (typeof found === "function") return found;
    throw found ?? new Error("the question was not asked");
  }
}

const isSkipped = (check: Check | SkippedCheck): check is SkippedCheck => "skipped" in check;

/** Why a case cannot be run, if it cannot. */
function obstacle({ graph }: Case): string | undefined {
  if (typeof graph === "string") return graph;
  const missing = missingOps(graph);
  return missing.length > 0 ? `no op ${missing.join(", ")}` : undefined;
}

const part = (result: unknown, key: string | undefined): unknown =>
  key === undefined || key === "" ? result : (result as Readonly<Record<string, unknown>>)[key]; // results are objects by name

const worst = (result: unknown, wants: readonly Want[]): number =>
  wants.reduce((most, { name, tensor }) => Math.max(most, deviation(part(result, name), tensor)), 0);

/** One call, compared. */
function runCheck(check: Check, tolerance: number, graph: Graph, functionOf: (q: Question) => Generated): CheckReport {
  const { label, question, point, mustNotMatch } = check;
  const given = inputsAt(graph, point);
  const cut = question.cuts.length > 0 ? functionOf(cutQuestion(question))(given) : {};
  const input = { ...given, ...(cut as Readonly<Record<string, unknown>>) }; // an object by name
  const result = functionOf(question)(callInput(check, input));
  const { value, derivative } = resultParts[question.form];
  const values = worst(part(result, value), check.values);
  const derivatives = worst(part(result, derivative), check.derivatives);
  const error = mustNotMatch ? values : Math.max(values, derivatives);
  if (mustNotMatch && !(derivatives > wrongBy))
    return { label, outcome: "failed", error, message: "matches a wrong formula" };
  if (!(error <= tolerance)) return { label, outcome: "failed", error, message: `deviation ${error}` };
  return { label, outcome: "passed", error, message: "" };
}

function checkReport(check: Check | SkippedCheck, run: (check: Check) => CheckReport): CheckReport {
  if (isSkipped(check)) return { label: check.label, outcome: "skipped", error: 0, message: check.skipped };
  try {
    return run(check);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { label: check.label, outcome: error instanceof Unsupported ? "skipped" : "failed", error: 0, message };
  }
}

function summary(checks: readonly CheckReport[]): CaseReport["outcome"] {
  if (checks.some(({ outcome }) => outcome === "failed")) return "failed";
  return checks.some(({ outcome }) => outcome === "passed") ? "passed" : "skipped";
}

interface Plan {
  readonly given: Case;
  /** Where there is none, the case is skipped. */
  readonly graph: Graph | undefined;
  readonly checks: readonly (Check | SkippedCheck)[];
}

/** What will be checked of a case; the functions that it takes are put among the others. */
function planOf(given: Case, at: number, functions: Functions): Plan {
  if (typeof given.graph === "string" || obstacle(given) !== undefined) return { given, graph: undefined, checks: [] };
  const { graph } = given;
  const checks = checksOf(given, graph);
  for (const check of checks) {
    if (isSkipped(check)) continue;
    functions.add(at, graph, check.question);
    if (check.question.cuts.length > 0) functions.add(at, graph, cutQuestion(check.question));
  }
  return { given, graph, checks };
}

function caseReport(set: string, { given, graph, checks }: Plan, functionOf: (q: Question) => Generated): CaseReport {
  const ops = typeof given.graph === "string" ? [] : [...new Set(given.graph.eqns.map(({ op }) => op))];
  const about = { set, id: given.id, ops };
  if (graph === undefined)
    return { ...about, outcome: "skipped", error: 0, message: obstacle(given) ?? "", checks: [] };
  const reports = checks.map((check) => checkReport(check, (one) => runCheck(one, given.tolerance, graph, functionOf)));
  const outcome = summary(reports);
  const message = outcome === "skipped" ? [...new Set(reports.map((report) => report.message))].join("; ") : "";
  return { ...about, outcome, error: Math.max(0, ...reports.map(({ error }) => error)), message, checks: reports };
}

/** Runs a set: all its functions come out of one module. */
export async function runSet({ name, cases }: FixtureSet): Promise<readonly CaseReport[]> {
  const functions = new Functions();
  const plans = cases.map((given, at) => planOf(given, at, functions));
  await functions.compile();
  return plans.map((plan, at) => caseReport(name, plan, (question) => functions.get(at, question)));
}
