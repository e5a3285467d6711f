/**
 * Loops inside the lowering of an op: a `scan` written with the vocabulary that rules are handed.
 *
 * Two lowerings that write the same loop over the same operands share it, because equal equations are one.
 */
import { emitAll, runTrace } from "../../graph/emit.js";
import type { Value } from "../../graph/op.js";
import { asTraced, atomOf, type TracedTensor, tensorOf } from "../../graph/tensor.js";
import type { Size } from "../../shape/size.js";

export interface Loop<Carry extends readonly Value[]> {
  readonly length: Size;
  readonly init: Carry;
  /** Arrays of `length` rows to walk along. */
  readonly along: readonly Value[];
  readonly reverse?: boolean;
}

/** The last carry of `carry = body(carry, rows)`; the body may use values from around it. */
export function loop<const Carry extends readonly Value[]>(
  { length, init, along, reverse = false }: Loop<Carry>,
  body: (carry: Carry, rows: readonly Value[]) => Carry,
): Carry {
  const traced = (values: readonly Value[]): readonly TracedTensor[] => values.map((value) => asTraced(value, "loop"));
  const [inits, walked] = [traced(init), traced(along)];
  const { trace, result } = runTrace("step", (running) => {
    const carry = inits.map(({ sizes, dtype }) => tensorOf(running.param({ shape: sizes, dtype })));
    const rows = walked.map(({ sizes, dtype }) => tensorOf(running.param({ shape: sizes.slice(1), dtype })));
    const next = body(carry as readonly Value[] as Carry, rows); // one parameter for each value of `init`
    return traced(next).map((value) => atomOf(value, "loop"));
  });
  const captured = trace.captures.map(({ outer }) => tensorOf(outer));
  const func = trace.finish(result);
  const own = inits.length + walked.length;
  const attrs = { length, consts: captured.length, carries: inits.length, reverse };
  const params = [...func.params.slice(own), ...func.params.slice(0, own)]; // a scan's constants come first
  return emitAll("scan", [...captured, ...inits, ...walked], attrs, [{ ...func, params }]) as readonly Value[] as Carry; // the last carries
}

