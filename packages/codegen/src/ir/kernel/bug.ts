/** The error of KernelIR's own checks. Invariant: a user cannot cause one; it is always a bug of the pass before. */

export class KernelBug extends Error {
  override readonly name = "KernelBug";
  readonly class = "bug";

  constructor(kernel: string, message: string) {
    super(`kernel '${kernel}': ${message}`);
  }
}
