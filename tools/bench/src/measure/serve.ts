/**
 * The other end of a `Partner`: answers its lines with functions of this process.
 *
 * Invariant: one line for each line; an error is an answer too. Nothing else is written to stdout.
 */
import { createInterface } from "node:readline";
import { probe, warmProbe } from "./probe.js";

/** A function to measure. */
export interface Measurable {
  /** One call; what it gives is only to keep it from being left out. */
  run(): number | Promise<number>;
  /** The numbers by which answers are compared. */
  check(): readonly number[] | Promise<readonly number[]>;
}

export const ready = "ready";

let sink = 0;

async function timeOf({ run }: Measurable, calls: number): Promise<number> {
  const start = performance.now();
  // One that gives promises is awaited call by call; the others run in a plain loop.
  const first = run();
  sink += typeof first === "number" ? first : await first;
  if (typeof first === "number") for (let i = 1; i < calls; i++) sink += run() as number;
  else for (let i = 1; i < calls; i++) sink += await run();
  return performance.now() - start;
}

async function answer(functions: Readonly<Record<string, Measurable>>, line: string): Promise<unknown> {
  const [what, name = "", calls] = line.split(" ");
  const found = functions[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  if (what === "check") return await found.check();
  const before = probe();
  const ms = await timeOf(found, Number(calls));
  return { ms, before, after: probe() };
}

/** Loads the functions, says that it is ready (or, in a line, why not), and answers until there are no more lines. */
export async function serve(load: () => Promise<Readonly<Record<string, Measurable>>>): Promise<void> {
  const say = (text: string): boolean => process.stdout.write(`${text.replaceAll("\n", " ")}\n`);
  const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
  try {
    const functions = await load();
    warmProbe();
    say(ready);
    for await (const line of createInterface({ input: process.stdin })) {
      say(await answer(functions, line).then(JSON.stringify, (error) => JSON.stringify({ error: reason(error) })));
    }
  } catch (error) {
    say(reason(error));
  }
  if (Number.isNaN(sink)) process.exitCode = 0; // keeps what was computed alive
}
