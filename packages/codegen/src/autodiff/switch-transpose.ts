/**
 * The transpose of a linear choice: the choice, by the same selector, of the transposed branches.
 *
 * Invariant: an operand has a cotangent if it has one in some branch; where another branch has none, it is zero there.
 */
import { type Atom, type Eqn, Trace } from "@tapeless/types/compiler";
import type { TransposeInto } from "./checkpoint.js";
import { materialised, zerosLike } from "./duals.js";

/** The cotangents of the linear operands. */
export function transposeSwitch(
  trace: Trace,
  eqn: Eqn,
  isLinear: readonly boolean[],
  cts: readonly (Atom | undefined)[],
  transposeInto: TransposeInto,
): readonly (Atom | undefined)[] {
  const flags = isLinear.slice(1);
  const branches = eqn.funcs.map((branch) => {
    const inner = new Trace(`${branch.name}_transposed`);
    const known = branch.params.filter((_, k) => !flags[k]).map((param) => inner.param(param, param.name));
    const given = branch.outs.flatMap((out, k) => (cts[k] === undefined ? [] : [[out, inner.param(out)] as const]));
    return { inner, grads: transposeInto(inner, branch, flags, known, given).grads };
  });
  const linear = eqn.inputs.filter((_, k) => isLinear[k]);
  const has = linear.map((_, k) => branches.some(({ grads }) => grads[k] !== undefined));
  if (!has.includes(true)) return isLinear.map(() => undefined);
  const funcs = branches.map(({ inner, grads }) =>
    inner.finish(
      linear.flatMap((atom, k) => {
        if (!has[k]) return [];
        const grad = grads[k];
        return grad === undefined ? zerosLike(inner, atom) : materialised(inner, grad, atom);
      }),
    ),
  );
  const inputs = [
    ...eqn.inputs.filter((_, k) => !isLinear[k]),
    ...cts.flatMap((ct, k) => (ct === undefined ? [] : materialised(trace, ct, eqn.outs[k] ?? ct))),
  ];
  const outs = trace.emit({ ...eqn, inputs, funcs });
  let next = 0;
  const found = has.map((on) => (on ? outs[next++] : undefined));
  let operand = 0;
  return isLinear.map((on) => (on ? found[operand++] : undefined));
}
