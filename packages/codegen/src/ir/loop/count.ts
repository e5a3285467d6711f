/** Counts what a program is made of, for tests and `explain`. Invariant: every statement is counted once, blocks not at all. */
import { loopLanguage } from "./language.js";
import type { LoopNode } from "./nodes.js";

export interface LoopCounts {
  readonly loops: number;
  readonly loads: number;
  readonly stores: number;
  /** Arena and scratch buffers declared. */
  readonly temporaries: number;
  readonly scalars: number;
  readonly calls: number;
  readonly chooses: number;
  readonly statements: number;
}

const statementKinds = new Set([
  "For",
  "If",
  "Let",
  "Local",
  "Update",
  "Store",
  "Accumulate",
  "CallFunction",
  "RepeatSteps",
  "ChooseSteps",
  "WhileSteps",
]);

export function countLoops(node: LoopNode): LoopCounts {
  const counts = { loops: 0, loads: 0, stores: 0, temporaries: 0, scalars: 0, calls: 0, chooses: 0, statements: 0 };
  for (const { kind, ...rest } of loopLanguage.walk(node)) {
    if (statementKinds.has(kind)) counts.statements++;
    if (kind === "For" || kind === "RepeatSteps" || kind === "WhileSteps") counts.loops++;
    if (kind === "Load" || kind === "Accumulate") counts.loads++;
    if (kind === "Store" || kind === "Accumulate") counts.stores++;
    if (kind === "Let" || kind === "Local") counts.scalars++;
    if (kind === "ChooseSteps") counts.chooses++;
    if (kind === "CallFunction") counts.calls++;
    if (kind === "ProgramBuffer" && "space" in rest && (rest.space === "arena" || rest.space === "scratch"))
      counts.temporaries++;
  }
  return counts;
}
