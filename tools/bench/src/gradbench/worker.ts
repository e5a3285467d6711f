/**
 * The process that runs generated functions of GradBench's problems: `worker.js FILE`, where the file says which problem,
 * and with which input.
 */
import { readFileSync } from "node:fs";
import { type Measurable, serve } from "../measure/serve.js";
import type { Instance } from "./problems.js";

type Output = number | readonly Output[] | { readonly [name: string]: Output };

/** An operation of a problem, as packages/examples has them. */
interface Job {
  run(): void;
  answer(): Output;
}

interface Problem {
  readonly functions: Readonly<Record<string, (input: unknown) => Job>>;
}

const flat = (output: Output): readonly number[] => {
  if (typeof output === "number") return [output];
  return (Array.isArray(output) ? (output as readonly Output[]) : Object.values(output)).flatMap(flat);
};

/** The answer as one list; its parts are in the order of the program, whatever theirs. */
function listOf(output: Output, parts: readonly string[] | undefined): readonly number[] {
  if (parts === undefined || typeof output !== "object" || Array.isArray(output)) return flat(output);
  const named = output as Readonly<Record<string, Output>>; // it is no list
  return parts.flatMap((part) => flat(named[part] ?? []));
}

function measurable(problem: Problem, name: string, { json, parts }: Instance): Measurable {
  const operation = problem.functions[name];
  if (operation === undefined) throw new Error(`the problem has no function ${name}`);
  const job = operation(json);
  return {
    run: () => {
      job.run();
      return 0;
    },
    check: () => {
      job.run();
      return listOf(job.answer(), parts);
    },
  };
}

async function load(file: string): Promise<Readonly<Record<string, Measurable>>> {
  const instance = JSON.parse(readFileSync(file, "utf8")) as Instance; // written by `gradbench.ts`
  const at = new URL("../../../../packages/examples/dist/gradbench/modules.js", import.meta.url);
  // Cast: what that module exports.
  const { modules } = (await import(at.href)) as { modules: Readonly<Record<string, () => Promise<Problem>>> };
  const problem = await modules[instance.problem]?.();
  if (problem === undefined) throw new Error(`packages/examples has no problem ${instance.problem}`);
  const names = [instance.primal, instance.gradient];
  return Object.fromEntries(names.map((name) => [name, measurable(problem, name, instance)]));
}

await serve(() => load(process.argv[2] ?? ""));
