/**
 * How a command ends: diagnostics for people or a document for a machine, and the exit code.
 *
 * Invariant: results go to standard output, diagnostics and progress to standard error; with `json` everything is one
 * document on standard output. The exit code is 0 when there is no diagnostic, else 1.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { formatDiagnostics } from "../diagnostics/format.js";
import type { CompileModule } from "../pipeline/compiled-model.js";
import { formatFor, type Io } from "./io.js";

/** Whom a command talks to. */
export interface Listener {
  readonly io: Io;
  /** Where the user stands; absolute. */
  readonly cwd: string;
  readonly json: boolean;
}

export interface Session extends Listener {
  readonly compileModule: CompileModule;
}

/** Prints diagnostics, or a document that holds them, and gives the exit code. */
export function report(
  { io, cwd, json }: Listener,
  diagnostics: readonly Diagnostic[],
  document: Readonly<Record<string, unknown>> = {},
): number {
  const ok = diagnostics.length === 0;
  if (json) io.stdout.write(`${JSON.stringify({ ok, ...document, diagnostics }, null, 2)}\n`);
  else if (!ok) io.stderr.write(formatDiagnostics(diagnostics, formatFor(io, cwd)));
  return ok ? 0 : 1;
}
