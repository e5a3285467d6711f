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

export const allowed: readonly Allowed[] = [
  {
    check: "long-function",
    path: "tools/bench/peers/jax.mjs",
    subject: "(unnamed)",
    reason:
      "a table of workloads in the words of one library, each of a few lines, that share what it gives when it has loaded",
  },
  {
    check: "long-function",
    path: "tools/bench/peers/rose.mjs",
    subject: "(unnamed)",
    reason:
      "a table of workloads in the words of one library, each of a few lines, that share what it gives when it has loaded",
  },
  {
    check: "long-function",
    path: "tools/bench/peers/tfjs.mjs",
    subject: "(unnamed)",
    reason:
      "a table of workloads in the words of one library, each of a few lines, that share what it gives when it has loaded",
  },
];
