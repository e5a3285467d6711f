/** The error of LoopIR's own checks. Invariant: a user cannot cause one; it is always a bug of the pass before. */

export class LoopBug extends Error {
  override readonly name = "LoopBug";
  readonly class = "bug";

  constructor(where: string, what: string, expected: string) {
    super(`${where}: expected ${expected}, in\n${what}`);
  }
}
