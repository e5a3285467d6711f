/**
 * The types of an equation's results, batch axes included.
 *
 * Invariant: an op's own rule sees core shapes only; outputs carry every batch axis in front.
 */
import type { Attrs } from "../node/attrs.js";
import { equalSize, type Size } from "../shape/size.js";
import { type Atom, type Aval, type BatchAxis, coreShape, type Eqn, type Func } from "./ir.js";
import { opNamed } from "./registry.js";

/** What an op's rules see of an operand: its shape without batch axes. */
export const coreAval = (aval: Aval, batch: readonly BatchAxis[], operand: number): Aval => ({
  shape: coreShape(aval.shape, batch, operand),
  dtype: aval.dtype,
});

export function inferEqn(
  op: string,
  inputs: readonly Atom[],
  attrs: Attrs,
  funcs: readonly Func[],
  batch: readonly BatchAxis[],
): readonly Aval[] {
  const core = inputs.map((input, k) => coreAval(input, batch, k));
  const prefix = batch.map((axis) => axis.size);
  return opNamed(op)
    .infer(core, attrs, funcs)
    .map(({ shape, dtype }) => ({ shape: [...prefix, ...shape], dtype }));
}

/** Sizes that must be equal for an equation to mean anything, those that are so for every value of their names left out. */
export const relationsOf = ({ op, inputs, attrs, batch }: Eqn): readonly (readonly [Size, Size])[] => {
  const { relations } = opNamed(op);
  if (relations === undefined) return [];
  const core = inputs.map((input, k) => coreAval(input, batch, k));
  return relations(core, attrs).filter(([left, right]) => !equalSize(left, right));
};
