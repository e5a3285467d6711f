/**
 * A loop with a test as an equation: what `whileLoop` gives users with trees, here with plain lists.
 *
 * Invariant: tensors of enclosing traces that the test or the body uses are hidden operands and come first, those of the
 * test before those of the body, as `while` equations want them.
 */
import type { Attrs } from "../node/attrs.js";
import type { Size } from "../shape/size.js";
import { emitAll, runTrace } from "./emit.js";
import type { Func } from "./ir.js";
import { atomOf, type TracedTensor, tensorOf } from "./tensor.js";

type Tensors = readonly TracedTensor[];

export interface WhileSpec {
  /** What the first test and the first step are given. */
  readonly carry: Tensors;
  /** The most steps there may be. */
  readonly bound?: Size;
  /** Names of the carries, for those who read the program. */
  readonly names?: readonly string[];
}

/** A function of the carries, with what it captures in front. */
function carried(
  name: string,
  { carry, names = [] }: WhileSpec,
  run: (carry: Tensors) => Tensors,
): { readonly func: Func; readonly captured: Tensors } {
  const { trace, result } = runTrace(name, (running) => {
    const params = carry.map(({ sizes, dtype }, k) => tensorOf(running.param({ shape: sizes, dtype }, names[k] ?? "")));
    return run(params).map((tensor) => atomOf(tensor, "whileLoop"));
  });
  const func = trace.finish(result);
  const captured = trace.captures.map(({ outer }) => tensorOf(outer));
  const params = [...func.params.slice(carry.length), ...func.params.slice(0, carry.length)];
  return { func: { ...func, params }, captured };
}

/** Runs `test` and `step` once to see what they compute; carries must come out with the types they went in with. */
export function whileEqn(
  spec: WhileSpec,
  test: (carry: Tensors) => TracedTensor,
  step: (carry: Tensors) => Tensors,
): Tensors {
  const tested = carried("test", spec, (carry) => [test(carry)]);
  const body = carried("body", spec, step);
  const attrs: Attrs = {
    tests: tested.captured.length,
    consts: body.captured.length,
    carries: spec.carry.length,
    ...(spec.bound === undefined ? {} : { bound: spec.bound }),
  };
  return emitAll("while", [...tested.captured, ...body.captured, ...spec.carry], attrs, [tested.func, body.func]);
}
