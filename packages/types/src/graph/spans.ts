/**
 * Where in the model an op was called. The loader of a model installs the hook; without one there are no spans.
 *
 * Invariant: the hook hangs on a registered symbol, so that it reaches every copy of this module in a process.
 */
import type { Span } from "./ir.js";

const hook = Symbol.for("tapeless.spanCapture");

type SpanCapture = () => Span | undefined;

/** The place of the call being made, if a loader is listening. */
export function currentSpans(): readonly Span[] {
  const capture = (globalThis as { [hook]?: SpanCapture })[hook]; // a property that only the loader sets
  const span = capture?.();
  return span === undefined ? [] : [span];
}

export const sameSpan = (a: Span, b: Span): boolean => a.file === b.file && a.line === b.line && a.column === b.column;

/** Both lists, each place once, in order of appearance; the first list itself where the second adds nothing. */
export function mergeSpans(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  const added = b.filter((span) => !a.some((other) => sameSpan(span, other)));
  return added.length === 0 ? a : [...a, ...added];
}
