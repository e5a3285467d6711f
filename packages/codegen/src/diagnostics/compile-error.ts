/** What the compiler refuses, with its code and the place in the model; what to do stands in the message. */
import type { Span } from "@tapeless/types/compiler";

export class CompileError extends Error {
  override readonly name = "CompileError";

  constructor(
    readonly code: `TL04${number}`,
    message: string,
    readonly span?: Span,
  ) {
    super(message);
  }
}
