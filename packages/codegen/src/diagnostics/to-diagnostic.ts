/**
 * From whatever was thrown to what the user is told.
 *
 * Invariant: an error without a code is the user's when one of his lines is on its stack or when only his code runs;
 * else it is a bug of ours.
 */
import { inspect } from "node:util";
import type { Span } from "@tapeless/types/compiler";
import { classOf, hintOf, loadError } from "./codes.js";
import { type Diagnostic, DiagnosticError } from "./diagnostic.js";
import { version } from "./version.js";

export interface ErrorContext {
  /** The model being worked on, as the user names it. */
  readonly file?: string;
  /** The line of the user's that an error comes from. */
  readonly locate?: (error: Error) => Span | undefined;
  /** A span of the compiler, relative to the project, as the user names it. */
  readonly relocate?: (span: Span) => Span;
  /** True: nothing but the model and its packages is running. */
  readonly modelRuns?: boolean;
}

interface CodedError extends Error {
  readonly code: string;
  readonly hint?: string | undefined;
}

/** Errors are told by their code, not by their class: the user's project has its own copy of the DSL. */
const isCoded = (error: unknown): error is CodedError =>
  error instanceof Error && "code" in error && typeof error.code === "string" && /^TL\d{4}$/.test(error.code);

/** The compiler's passes say by a class that they are at their limits. */
const isLimit = (error: unknown): error is Error =>
  error instanceof Error && "class" in error && error.class === "unsupported";

/** What was thrown, on one line. */
function describe(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === "string" ? `"${error}"` : inspect(error, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

/** Everything an error has to say. */
export function toDiagnostics(error: unknown, context: ErrorContext = {}): readonly Diagnostic[] {
  return error instanceof DiagnosticError ? error.diagnostics : [toDiagnostic(error, context)];
}

/** What one error has to say; of several diagnostics the first. */
export function toDiagnostic(error: unknown, context: ErrorContext = {}): Diagnostic {
  if (error instanceof DiagnosticError && error.diagnostics[0] !== undefined) return error.diagnostics[0];
  const span = error instanceof Error ? context.locate?.(error) : undefined;
  const place = placeOf(ownSpan(error, context) ?? span, context);
  if (isCoded(error)) return fromCoded(error, place);
  if (isLimit(error)) return loadError("limit", { problem: error.message }, place);
  if (span !== undefined || context.modelRuns === true || !(error instanceof Error)) {
    return loadError("modelThrows", { problem: describe(error) }, place);
  }
  return loadError(
    "bug",
    { problem: describe(error), version, node: process.versions.node },
    { ...place, ...stackOf(error) },
  );
}

/** The place that an error brings along. */
function ownSpan(error: unknown, { relocate }: ErrorContext): Span | undefined {
  if (!(error instanceof Error && "span" in error) || error.span === undefined) return undefined;
  const span = error.span as Span; // only the compiler and the DSL give errors a span
  return relocate?.(span) ?? span;
}

function fromCoded(error: CodedError, place: Pick<Diagnostic, "span" | "file">): Diagnostic {
  const kind = classOf(error.code);
  const hint = error.hint ?? hintOf(error.code);
  return {
    code: error.code,
    class: kind,
    message: error.message,
    ...(hint === undefined ? {} : { hint }),
    ...place,
    ...(kind === "bug" ? stackOf(error) : {}),
  };
}

const placeOf = (span: Span | undefined, { file }: ErrorContext): Pick<Diagnostic, "span" | "file"> =>
  span !== undefined ? { span } : file !== undefined ? { file } : {};

/** The first calls on the stack, without the message. */
function stackOf(error: Error): Pick<Diagnostic, "stack"> {
  const calls = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return calls.length === 0 ? {} : { stack: calls.slice(0, 6).join("\n") };
}
