/**
 * Keeps what a model prints out of what the command prints.
 *
 * Invariant: standard output belongs to the command, which a machine may be reading.
 */
import { format } from "node:util";

const diverted = ["log", "info", "debug"] as const;

/** Sends the console's standard output to `print`, line by line; the result ends it. */
export function divertConsole(print: (line: string) => void): () => void {
  const before = diverted.map((name) => [name, console[name]] as const);
  for (const name of diverted) console[name] = (...values: unknown[]) => print(format(...values));
  return () => {
    for (const [name, method] of before) console[name] = method;
  };
}
