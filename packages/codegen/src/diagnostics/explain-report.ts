/**
 * What `tapeless explain` tells of a compiled function: its kernels, and what they cost.
 *
 * Invariant: costs are exact counts of the generated code; where they depend on named dimensions they are texts over
 * these names, such as `2*batch*784`.
 */
import type { Span } from "@tapeless/types/compiler";

/** A count, or its formula over the named dimensions. */
export type Count = number | string;

export interface ExplainKernel {
  readonly name: string;
  /** The formula it computes. */
  readonly comment: string;
  /** How it loops: `serial`, `unrolled`, `tiled 2x3`. */
  readonly schedule: string;
  /** Why it loops so. */
  readonly reason: string;
  readonly flops: Count;
  /** Bytes read and written. */
  readonly bytes: Count;
  readonly spans: readonly Span[];
}

export interface ExplainReport {
  readonly name: string;
  /** Equations of the simplified graph. */
  readonly ops: number;
  /** Those of them that checkpoints compute again for the backward pass. */
  readonly opsAgain: number;
  readonly flops: Count;
  readonly bytesRead: Count;
  readonly bytesWritten: Count;
  readonly arenaBytes: Count;
  readonly kernels: readonly ExplainKernel[];
}
