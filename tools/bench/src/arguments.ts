/**
 * The command line of the benchmark.
 *
 * Invariant: what is not understood is refused in words; no option is read and ignored.
 */
import { parseArgs } from "node:util";

export const commands = ["gradbench"] as const;
export type Command = (typeof commands)[number];

export interface Arguments {
  readonly command: Command;
  readonly quick: boolean;
  readonly json?: string;
}

export const usage = `npm run bench -- COMMAND [OPTIONS]

commands
  gradbench         generated functions beside C++

options
  --quick           fewer samples, in less than two minutes
  --json FILE       writes all figures
  --help`;

/** A mistake in the command line. */
export class UsageError extends Error {}

function commandOf([name, ...more]: readonly string[]): Command {
  const command = commands.find((known) => known === name);
  if (command === undefined) {
    const given = name === undefined ? "no command" : `no command "${name}"`;
    throw new UsageError(`${given}; there are ${commands.join(", ")}`);
  }
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
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The arguments, or `undefined` where help is asked for. */
export function argumentsOf(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const { json, quick } = values;
  return { command: commandOf(positionals), quick, ...(json === undefined ? {} : { json }) };
}
