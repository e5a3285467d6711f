/**
 * What the user is told when something is wrong: a code, whose turn it is, where, what, and what to do.
 *
 * Invariant: files in a diagnostic are as the user would name them, relative to where he stands, with forward slashes.
 */
import type { Span } from "@tapeless/types/compiler";

/** `user`: the model or the command is to be changed; `unsupported`: not built yet; `bug`: ours. */
export type DiagnosticClass = "user" | "unsupported" | "bug";

export interface Diagnostic {
  readonly code: string;
  readonly class: DiagnosticClass;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
  /** The place, where one is known. */
  readonly span?: Span;
  /** The file, where no place in it is known. */
  readonly file?: string;
  /** Bugs only: where in the compiler, for whoever mends it. */
  readonly stack?: string;
}

/** One or several diagnostics on their way to the user. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
    this.diagnostics = diagnostics;
  }
}
