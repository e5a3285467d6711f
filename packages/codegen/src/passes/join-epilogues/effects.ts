/**
 * What steps do to memory, and whether two of them may change places.
 *
 * Invariant: an answer of yes holds whatever the sizes are, also where donated inputs and outputs share an array.
 */

import { type Buffers, bufferNamed, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import type { Step } from "../../ir/kernel/nodes.js";
import { couldBeEqual } from "../plan-memory/donate.js";

export interface Effects {
  /** Whole buffers that are read. */
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  /** Finds a size, after which buffers of that size are there. */
  readonly finds: boolean;
}

const meets = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((name) => b.has(name));

export class Memory {
  private readonly known = new WeakMap<Step, Effects>();

  constructor(
    readonly buffers: Buffers,
    private readonly donated: readonly string[],
  ) {}

  wholeOf(name: string): string {
    return wholeOf(this.buffers, name).name;
  }

  effectsOf(step: Step): Effects {
    const known = this.known.get(step);
    if (known !== undefined) return known;
    const [reads, writes] = [new Set<string>(), new Set<string>()];
    let finds = false;
    for (const node of kernelLanguage.walk(step)) {
      if (node.kind === "Load") reads.add(this.wholeOf(node.buffer));
      if (node.kind === "Write") writes.add(this.wholeOf(node.buffer));
      if (node.kind === "While") finds = true;
    }
    const effects = { reads, writes, finds };
    this.known.set(step, effects);
    return effects;
  }

  /** Is there a donated input among the reads whose array one of the written outputs may be? */
  mayShare(writes: ReadonlySet<string>, reads: ReadonlySet<string>): boolean {
    const inputs = this.donated.filter((name) => reads.has(name)).map((name) => bufferNamed(this.buffers, name));
    const outputs = [...writes]
      .map((name) => bufferNamed(this.buffers, name))
      .filter((buffer) => buffer.space === "output");
    return outputs.some(({ dtype, shape }) =>
      inputs.some((input) => input.dtype === dtype && couldBeEqual(input.shape, shape)),
    );
  }

  /** May `later`, which stands after `earlier`, run before it instead? */
  mayChangePlaces(earlier: Step, later: Step): boolean {
    const [a, b] = [this.effectsOf(earlier), this.effectsOf(later)];
    if (a.finds || b.finds) return false;
    if (meets(a.writes, b.reads) || meets(a.writes, b.writes) || meets(a.reads, b.writes)) return false;
    return !this.mayShare(b.writes, a.reads);
  }
}
