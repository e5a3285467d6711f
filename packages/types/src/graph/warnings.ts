/**
 * What a model is told although nothing is wrong with it yet. The loader of a model installs the hook; without one nothing
 * is said.
 *
 * Invariant: the hook hangs on a registered symbol, so that it reaches every copy of this module in a process.
 */
import type { Span } from "./ir.js";
import { currentSpans } from "./spans.js";

export interface Warning {
  readonly code: string;
  readonly message: string;
  /** The line of the model, where it is known. */
  readonly span?: Span;
}

const hook = Symbol.for("tapeless.warn");

type Listener = (warning: Warning) => void;

/** Tells whoever loads the model, with the place of the call being made. */
export function warn(code: string, message: string): void {
  const listener = (globalThis as { [hook]?: Listener })[hook]; // a property that only the loader sets
  if (listener === undefined) return;
  const [span] = currentSpans();
  listener({ code, message, ...(span === undefined ? {} : { span }) });
}
