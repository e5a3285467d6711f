/** Errors of running a model: each has a stable code, says where, what was expected, what came and what to do. */
import type { Span } from "./ir.js";

export class TraceError extends Error {
  override readonly name = "TraceError";

  constructor(
    readonly code: `TL03${number}`,
    message: string,
    /** The place, where it is not the call that throws. */
    readonly span?: Span,
  ) {
    super(message);
  }
}
