/**
 * The command line of the benchmark.
 *
 * Invariant: what is not understood is refused in words; no option is read and ignored.
 */
import { parseArgs } from "node:util";

export const commands = ["workloads", "costs", "gradbench", "compile"] as const;
export type Command = (typeof commands)[number];

export interface Arguments {
  readonly command: Command;
  readonly quick: boolean;
  readonly only?: readonly string[];
  readonly json?: string;
  readonly svg?: string;
}

export const usage = `npm run bench [-- [COMMAND] [OPTIONS]]

commands
  workloads         generated functions beside other libraries and code by hand (when none is named)
  costs             bytes to load and to allocate, first call, build, type-check
  gradbench         generated functions beside C++
  compile           seconds that \`tapeless build\` takes for large models

options
  --quick           fewer samples, in less than two minutes
  --only W3,W5      these workloads alone
  --json FILE       writes all figures
  --svg FILE        writes a picture of the ratios of workloads
  --help`;

/** A mistake in the command line. */
export class UsageError extends Error {}

function commandOf(positionals: readonly string[]): Command {
  const [name = "workloads", ...more] = positionals;
  const command = commands.find((known) => known === name);
  if (command === undefined) throw new UsageError(`no command "${name}"; there are ${commands.join(", ")}`);
  if (more.length > 0) throw new UsageError(`one command is expected, not also "${more.join(" ")}"`);
  return command;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true },
        json: { type: "string" },
        svg: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The workloads that are named: "W3" stands for W3_32 and W3_128, "W3_32" for one. */
export function chosen(names: readonly string[], known: readonly string[]): readonly string[] {
  const of = (name: string) => known.filter((each) => each === name || each.replace(/(?<=\d)[a-z_].*$/, "") === name);
  for (const name of names) {
    if (of(name).length === 0) throw new UsageError(`no workload "${name}"; there are ${known.join(", ")}`);
  }
  return known.filter((each) => names.some((name) => of(name).includes(each)));
}

/** The arguments, or `undefined` where help is asked for. */
export function argumentsOf(args: readonly string[], workloads: readonly string[]): Arguments | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const command = commandOf(positionals);
  const { only, json, svg, quick } = values;
  if (command !== "workloads" && (only ?? svg) !== undefined) {
    throw new UsageError(`--${only === undefined ? "svg" : "only"} goes with workloads, not with ${command}`);
  }
  return {
    command,
    quick,
    ...(only === undefined ? {} : { only: chosen(only.join().split(","), workloads) }),
    ...(json === undefined ? {} : { json }),
    ...(svg === undefined ? {} : { svg }),
  };
}
