/**
 * What may break a convention, and why. An entry without a reason fails, and so does one that nothing needs any more.
 */
export interface Allowed {
  readonly check: string;
  readonly path: string;
  /** The function or declaration, where the file itself is not meant. */
  readonly subject?: string;
  readonly reason: string;
}

export const allowed: readonly Allowed[] = [];
