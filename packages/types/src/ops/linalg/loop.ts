/**
 * Loops inside lowerings, where only the last carries count.
 *
 * Two lowerings that write the same loop over the same operands share it, because equal equations are one.
 */
import { loop as scanned } from "../../graph/loop.js";
import type { Value } from "../../graph/op.js";
import { asTraced } from "../../graph/tensor.js";
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
  const { carry } = scanned({ length, reverse, carry: init, along }, (values, rows) => {
    const next = body(values as readonly Value[] as Carry, rows); // one value for each of `init`
    return { carry: next.map((value) => asTraced(value, "loop")), stacked: [] };
  });
  return carry as readonly Value[] as Carry; // likewise
}
