/**
 * A loop with a carry as an equation: what `scan` gives users with trees, here with plain lists, for compositions too.
 *
 * Invariant: tensors of enclosing traces that the body uses are hidden operands and come first, as `scan` equations
 * want them.
 */
import type { Size } from "../shape/size.js";
import { emitAll, runTrace } from "./emit.js";
import type { Value } from "./op.js";
import { asTraced, atomOf, type TracedTensor, tensorOf } from "./tensor.js";

type Tensors = readonly TracedTensor[];

/** How many steps there are from one checkpoint to the next: so many, or √length. */
export type CheckpointEvery = number | "sqrt";

export const isCheckpointEvery = (value: unknown): value is CheckpointEvery =>
  value === "sqrt" || (typeof value === "number" && Number.isInteger(value) && value >= 1);

export interface LoopSpec {
  readonly length: Size;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  /** Reverse mode keeps the carry every so many steps alone. */
  readonly checkpoint?: CheckpointEvery | undefined;
  /** What the first step is given. */
  readonly carry: readonly Value[];
  /** Arrays whose first axis is the steps. */
  readonly along: readonly Value[];
  /** Names of the body's parameters, carries first, for those who read the program. */
  readonly names?: readonly string[];
}

/** The carries that a step, or the last of them, leaves behind, and what it adds to each stacked result. */
export interface LoopResult {
  readonly carry: Tensors;
  readonly stacked: Tensors;
}

/** Runs `step` once to see what it computes; carries must come out with the types they went in with. */
export function loop(spec: LoopSpec, step: (carry: Tensors, x: Tensors) => LoopResult): LoopResult {
  const { length, reverse = false, names = [], checkpoint } = spec;
  const traced = (list: readonly Value[]): Tensors => list.map((one) => asTraced(one, "scan"));
  const [init, along] = [traced(spec.carry), traced(spec.along)];
  const { trace, result } = runTrace("body", (running) => {
    const param = ({ sizes, dtype }: TracedTensor, at: number, drop: number): TracedTensor =>
      tensorOf(running.param({ shape: sizes.slice(drop), dtype }, names[at] ?? ""));
    const carry = init.map((tensor, k) => param(tensor, k, 0));
    const x = along.map((tensor, k) => param(tensor, init.length + k, 1));
    const { carry: next, stacked } = step(carry, x);
    return [...next, ...stacked].map((tensor) => atomOf(tensor, "scan"));
  });
  const func = trace.finish(result);
  const captured = trace.captures.map(({ outer }) => tensorOf(outer));
  const own = func.params.length - captured.length;
  const params = [...func.params.slice(own), ...func.params.slice(0, own)];
  const every = checkpoint === undefined ? {} : { checkpoint };
  const attrs = { length, consts: captured.length, carries: init.length, reverse, ...every };
  const outs = emitAll("scan", [...captured, ...init, ...along], attrs, [{ ...func, params }]);
  return { carry: outs.slice(0, init.length), stacked: outs.slice(init.length) };
}
