/**
 * The GradBench protocol: one message, one response. What a message means is in GradBench's own CONTRIBUTING.md.
 *
 * Invariant: every message that has an id is answered with that id. What is unknown, what is wrong with an input and what
 * goes wrong in a function is answered with `success: false` and words; only what has no id to answer to is thrown.
 */
import { MalformedLine } from "./lines.js";
import { type Json, jsonText } from "./output.js";
import { functionOf, type Job, type Problem } from "./problem.js";
import { number, numberFrom, object, type Reader, wholeFrom } from "./read.js";

/** The modules by name, each loaded when it is asked for. */
export type Modules = Readonly<Record<string, () => Promise<Problem>>>;

type Fields = Readonly<Record<string, Json>>;

const text: Reader<string> = (value, at) => {
  if (typeof value !== "string") throw new Error(`${at}: a text was expected`);
  return value;
};

const readDefine = object({ module: text });
const readEvaluate = object({ module: text, function: text });

/** A field that may be left out. */
const optional =
  <T>(read: Reader<T>, otherwise: T): Reader<T> =>
  (value, at) =>
    value === undefined ? otherwise : read(value, at);

const readRuns = object({ min_runs: optional(wholeFrom(0), 1), min_seconds: optional(numberFrom(0), 0) });

/** How often an input that is an object wants its function run. */
const runsOf = (input: unknown) =>
  readRuns(typeof input === "object" && input !== null && !Array.isArray(input) ? input : {}, "");

async function moduleOf(modules: Modules, name: string): Promise<Problem> {
  const load = Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (load === undefined) throw new Error(`there is no module "${name}"; there are ${Object.keys(modules).join(", ")}`);
  return load();
}

/** Runs at least once, at least so often, and at least so long; gives the nanoseconds of each run. */
function nanosecondsOfRuns(job: Job, runs: number, seconds: number): readonly number[] {
  const taken: number[] = [];
  let total = 0;
  do {
    const start = process.hrtime.bigint();
    job.run();
    const nanoseconds = Number(process.hrtime.bigint() - start);
    taken.push(nanoseconds);
    total += nanoseconds;
  } while (taken.length < runs || total < seconds * 1e9);
  return taken;
}

async function define(modules: Modules, message: object): Promise<Fields> {
  await moduleOf(modules, readDefine(message, "").module);
  return { success: true };
}

async function evaluate(modules: Modules, message: object): Promise<Fields> {
  const { module, function: name } = readEvaluate(message, "");
  const operation = functionOf(await moduleOf(modules, module), name);
  const input: unknown = Reflect.get(message, "input");
  const { min_runs, min_seconds } = runsOf(input);
  const job = operation(input);
  const taken = nanosecondsOfRuns(job, min_runs, min_seconds);
  return {
    success: true,
    output: job.answer(),
    timings: taken.map((nanoseconds) => ({ name: "evaluate", nanoseconds })),
  };
}

function fieldsOf(modules: Modules, message: object): Promise<Fields> | Fields {
  switch (Reflect.get(message, "kind")) {
    case "start":
      return { tool: "tapeless" };
    case "define":
      return define(modules, message);
    case "evaluate":
      return evaluate(modules, message);
    default: // the protocol: anything else is acknowledged
      return {};
  }
}

function messageIn(line: string): { readonly message: object; readonly id: number } {
  try {
    const message: unknown = JSON.parse(line);
    const { id } = object({ id: number })(message, "");
    return { message: message as object, id }; // `object` has seen that it is one
  } catch (error) {
    throw new MalformedLine(error instanceof Error ? error.message : String(error));
  }
}

/** The response to a line, without its end; a `MalformedLine` is thrown where there is nothing to respond to. */
export async function respond(modules: Modules, line: string): Promise<string> {
  const { message, id } = messageIn(line);
  try {
    return jsonText({ id, ...(await fieldsOf(modules, message)) });
  } catch (error) {
    return jsonText({ id, success: false, error: error instanceof Error ? error.message : String(error) });
  }
}
