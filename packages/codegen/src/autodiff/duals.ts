/**
 * Pairs of value and tangent, and the few equations that both modes write.
 *
 * Invariant: a tangent that is zero is not there at all (`undefined`).
 */
import {
  type Atom,
  type Aval,
  type Eqn,
  makeLit,
  type RuleContext,
  type Trace,
  type Var,
} from "@tapeless/types/compiler";

/** What is known of a variable of the old program in the new one. */
export interface Dual {
  readonly primal: Atom;
  readonly tangent: Atom | undefined;
}

/** A zero tensor of the type of an atom. */
export function zerosLike(trace: Trace, atom: Atom): Atom {
  const { shape, dtype } = atom;
  const zero = makeLit(0, dtype);
  if (shape.length === 0) return zero;
  const [out] = trace.emit({ op: "broadcastTo", inputs: [zero], attrs: { shape, axes: [], dtype } });
  return out ?? zero;
}

/** A literal stands for a whole tensor of its number; rules and nested functions want one of the right shape. */
export function materialised(trace: Trace, atom: Atom, like: Aval): Atom {
  if (atom.kind === "Var" || like.shape.length === 0) return atom;
  const attrs = { shape: like.shape, axes: [], dtype: like.dtype };
  return trace.emit({ op: "broadcastTo", inputs: [makeLit(atom.value, like.dtype)], attrs })[0] ?? atom;
}

export function addTangents(trace: Trace, a: Atom | undefined, b: Atom | undefined): Atom | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return trace.emit({ op: "add", inputs: [a, b] })[0];
}

export const contextOf = (eqn: Eqn): RuleContext => ({
  attrs: eqn.attrs,
  inputs: eqn.inputs.map(({ shape, dtype }, k) => ({ shape: coreOf(eqn, shape, k), dtype })),
  outs: eqn.outs.map(({ shape, dtype }) => ({ shape: shape.slice(eqn.batch.length), dtype })),
});

const coreOf = (eqn: Eqn, shape: Var["shape"], k: number): Var["shape"] =>
  shape.slice(eqn.batch.filter((axis) => axis.mapped[k] === true).length);
