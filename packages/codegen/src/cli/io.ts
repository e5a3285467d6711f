/**
 * What the command line has of the outside world.
 *
 * Invariant: nothing in `cli/` touches `process` but this file and `main.ts`, so a test runs a command without one.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import pc from "picocolors";
import type { Colors, FormatOptions } from "../diagnostics/format.js";

export interface Output {
  readonly write: (text: string) => unknown;
  /** True: a person is looking. */
  readonly isTTY?: boolean;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const processIo = (): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  env: process.env,
});

/** Colours for a terminal that wants them. */
export const colorsFor = ({ isTTY = false }: Output, { env }: Io): Colors =>
  pc.createColors(isTTY && !env.NO_COLOR && env.TERM !== "dumb");

/** How diagnostics are written to standard error by somebody who stands in `cwd`. */
export const formatFor = (io: Io, cwd: string): FormatOptions => ({
  colors: colorsFor(io.stderr, io),
  readSource: (file) => {
    try {
      return readFileSync(resolve(cwd, file), "utf8");
    } catch {
      return undefined; // no excerpt then
    }
  },
});
