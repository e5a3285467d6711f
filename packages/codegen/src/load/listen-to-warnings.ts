/**
 * The hook through which the language warns about a model that runs.
 *
 * Invariant: a warning is one line, as an error's first line is, and changes nothing else; what was installed before
 * comes back.
 */
import type { Span } from "@tapeless/types/compiler";

const hook = Symbol.for("tapeless.warn");

interface Warning {
  readonly code: string;
  readonly message: string;
  readonly span?: Span;
}

type Listener = (warning: Warning) => void;

/** Sends warnings to `print`, their places named by `relocate`; the result ends it. */
export function listenToWarnings(print: (line: string) => void, relocate: (span: Span) => Span): () => void {
  const scope = globalThis as { [hook]?: Listener | undefined }; // a property that only loaders set
  const before = scope[hook];
  scope[hook] = ({ code, message, span }) => {
    const place = span === undefined ? undefined : relocate(span);
    const words = ["warning", code, message];
    print((place === undefined ? words : [`${place.file}:${place.line}:${place.column}`, ...words]).join("  "));
  };
  return () => {
    scope[hook] = before;
  };
}
