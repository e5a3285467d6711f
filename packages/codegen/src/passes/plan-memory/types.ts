/**
 * Where temporaries are. Invariant: offsets are bytes, multiples of those of an element; buffers that are alive together do not
 * overlap.
 */
import type { Size } from "@tapeless/types/compiler";
import type { ScheduledProgram } from "../schedule/types.js";

export interface MemoryPlan {
  /** First byte of every arena buffer. */
  readonly offsets: ReadonlyMap<string, Size>;
  /** Bytes in all; a multiple of 8 where no dimension has a name. */
  readonly bytes: Size;
}

export interface PlannedProgram extends ScheduledProgram {
  readonly memory: MemoryPlan;
}
