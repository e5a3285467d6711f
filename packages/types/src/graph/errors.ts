/** Errors of running a model: each has a stable code, says where, what was expected, what came and what to do. */
export class TraceError extends Error {
  override readonly name = "TraceError";

  constructor(
    readonly code: `TL03${number}`,
    message: string,
  ) {
    super(message);
  }
}
