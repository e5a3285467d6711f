/**
 * KernelIR: which loop nests there are and what one iteration of each computes; how it loops is the `Schedule`'s.
 *
 * Invariants: a kernel's writes are legal in any order of its iterations; loads and writes give one index per axis of
 * the buffer; a `set` write has every axis of the kernel in its index, a combining one may lack some (these it reduces);
 * within one iteration all loads happen before all writes. A kernel with an epilogue only reduces: all its writes combine, over
 * the same axes, and do not keep. A kernel with a sweep only sets, and has its last axis in order; of what it writes it may read
 * elements that are still to come.
 */
import type { Combine, DType, Index, ScalarExpr, Size, Span } from "@tapeless/types/compiler";

/**
 * Where a buffer's elements are. A `view` shares the elements of another buffer, from `offset` (in elements) on. A `heap`
 * buffer has a size that a `While` finds, so it has memory of its own, which grows.
 */
export interface Buffer {
  readonly kind: "Buffer";
  readonly name: string;
  readonly space: "input" | "output" | "arena" | "heap" | "view";
  readonly dtype: DType;
  readonly shape: readonly Size[];
  /** Views only. The offset may name the index of an enclosing `Repeat`. */
  readonly of?: string;
  readonly offset?: Size;
  /** Arena only: the elements that there is room for, where the shape has a size that a `While` finds. */
  readonly capacity?: Size;
}

export interface Axis {
  readonly kind: "Axis";
  readonly name: string;
  readonly size: Size;
}

/** A scalar used by later lets and writes of the same iteration; an i32 one may be a name in later indices. */
export interface KernelLet {
  readonly kind: "KernelLet";
  readonly name: string;
  readonly value: ScalarExpr;
}

/** `combine: "set"` stores; the others join into what is there, which is first set to the identity unless `keep`. */
export interface Write {
  readonly kind: "Write";
  readonly buffer: string;
  readonly index: readonly Index[];
  readonly combine: "set" | Combine;
  /**
   * True: join into what the buffer holds already (scatter into a base, accumulation over a loop); for a `set`, that it
   * writes some elements and leaves the others.
   */
  readonly keep: boolean;
  readonly value: ScalarExpr;
}

/**
 * What is made of finished sums: runs once for each element that the kernel writes, when that is complete, over the axes that
 * it keeps. Of what the kernel writes it loads that very element alone; what it writes itself the kernel does not touch.
 */
export interface Epilogue {
  readonly kind: "Epilogue";
  readonly lets: readonly KernelLet[];
  readonly writes: readonly Write[];
}

/** `name` is what `of`, a let or a delay before, was one iteration ago; 0 where the last axis begins. */
export interface Delay {
  readonly kind: "Delay";
  readonly name: string;
  readonly of: string;
  readonly dtype: DType;
}

/** The last axis from its first position `up`, or from its last one `down`: what an iteration computed the next one has at hand. */
export interface Sweep {
  readonly kind: "Sweep";
  readonly direction: "up" | "down";
  readonly delays: readonly Delay[];
}

/** One loop nest. `axes` in loop order, outermost first. */
export interface Kernel {
  readonly kind: "Kernel";
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly lets: readonly KernelLet[];
  readonly writes: readonly Write[];
  readonly epilogue?: Epilogue;
  readonly sweep?: Sweep;
  /** The formula it computes, in the model's words, and where it stands there. */
  readonly comment: string;
  readonly spans: readonly Span[];
}

/**
 * Steps repeated with `index` = 0 … length-1. A loop that runs backwards has views with offsets that fall. Buffers whose
 * contents live across iterations are written before the loop.
 */
export interface Repeat {
  readonly kind: "Repeat";
  readonly index: string;
  readonly length: Size;
  readonly body: readonly Step[];
}

/**
 * One of several lists of steps. The selector is an i32, which is clamped to the branches, or, of two branches, a bool: the
 * first where it is false. Its loads are of buffers of one element. What is read afterwards each branch writes, but for what
 * only later steps under the same selector read.
 */
export interface Choose {
  readonly kind: "Choose";
  readonly selector: ScalarExpr;
  readonly branches: readonly Branch[];
}

export interface Branch {
  readonly kind: "Branch";
  readonly steps: readonly Step[];
}

/**
 * Steps repeated as long as `condition`, a bool which the steps of `test` compute, holds. `index` is the number of the
 * step in the body, and how many there were after the loop: from there on it is a name in sizes. More steps than `bound`
 * are an error of the run. Each step adds a row to each of the `stacks`.
 */
export interface While {
  readonly kind: "While";
  readonly index: string;
  readonly condition: string;
  readonly bound?: Size;
  readonly stacks: readonly string[];
  readonly test: readonly Step[];
  readonly body: readonly Step[];
}

export type Step = Kernel | Repeat | While | Choose;

/** The steps inside of one, in the order in which they run. */
export function innerSteps(step: Step): readonly Step[] {
  switch (step.kind) {
    case "Kernel":
      return [];
    case "Repeat":
      return step.body;
    case "While":
      return [...step.test, ...step.body];
    case "Choose":
      return step.branches.flatMap((branch) => branch.steps);
  }
}

/** The step with other steps inside. */
export function mapInner(step: Step, map: (steps: readonly Step[]) => readonly Step[]): Step {
  switch (step.kind) {
    case "Kernel":
      return step;
    case "Repeat":
      return { ...step, body: map(step.body) };
    case "While":
      return { ...step, test: map(step.test), body: map(step.body) };
    case "Choose":
      return { ...step, branches: step.branches.map((branch) => ({ ...branch, steps: map(branch.steps) })) };
  }
}

/** A whole function. Inputs and outputs are buffers in the order of the function's parameters and results. */
export interface KernelProgram {
  readonly kind: "KernelProgram";
  readonly name: string;
  readonly sizes: readonly string[];
  readonly buffers: readonly Buffer[];
  readonly steps: readonly Step[];
}

export type KernelNode =
  | KernelProgram
  | Buffer
  | Step
  | Branch
  | Epilogue
  | Sweep
  | Delay
  | Axis
  | KernelLet
  | Write
  | ScalarExpr;
