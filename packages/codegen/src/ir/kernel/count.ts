/** Counts what a program is made of, for tests and `explain`. Invariant: each node is counted once, however often it runs. */
import { kernelLanguage } from "./language.js";
import type { KernelNode } from "./nodes.js";

export interface KernelCounts {
  readonly kernels: number;
  readonly repeats: number;
  readonly chooses: number;
  readonly whiles: number;
  readonly lets: number;
  readonly loads: number;
  readonly writes: number;
  /** Buffers between kernels. */
  readonly temporaries: number;
  readonly views: number;
}

export function countKernels(node: KernelNode): KernelCounts {
  const counts = {
    kernels: 0,
    repeats: 0,
    whiles: 0,
    chooses: 0,
    lets: 0,
    loads: 0,
    writes: 0,
    temporaries: 0,
    views: 0,
  };
  for (const each of kernelLanguage.walk(node)) {
    if (each.kind === "Kernel") counts.kernels++;
    if (each.kind === "Repeat") counts.repeats++;
    if (each.kind === "While") counts.whiles++;
    if (each.kind === "Choose") counts.chooses++;
    if (each.kind === "KernelLet") counts.lets++;
    if (each.kind === "Load") counts.loads++;
    if (each.kind === "Write") counts.writes++;
    if (each.kind === "Buffer" && (each.space === "arena" || each.space === "heap")) counts.temporaries++;
    if (each.kind === "Buffer" && each.space === "view") counts.views++;
  }
  return counts;
}
