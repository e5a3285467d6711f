/**
 * Products with diagonal matrices, which is what the basis of a Jacobian is: `position = i`, as 0 and 1 or as a choice.
 *
 * Σ_c x[…, c, …] · D[a, c] = x[…, a, …] · d[a], so there is no matrix to be made and nothing to be summed. Not exact: what
 * stands outside the diagonal is a zero that contributes nothing, also where x is not finite.
 */
import { type Atom, type Eqn, intsAttr } from "@tapeless/types/compiler";
import { type Apply, type Rule, ruleFor } from "./rule.js";

type Definition = (atom: Atom) => Eqn | undefined;

const behind = (atom: Atom | undefined, op: string, definition: Definition): Eqn | undefined => {
  const eqn = atom === undefined ? undefined : definition(atom);
  return eqn?.op === op && eqn.batch.length === 0 ? eqn : undefined;
};

/** Positions along one axis of a matrix. */
function positionsAlong(atom: Atom | undefined, definition: Definition): number | undefined {
  const spread = behind(atom, "broadcastTo", definition);
  const source = behind(spread?.inputs[0], "iota", definition);
  return spread === undefined || source?.outs[0]?.shape.length !== 1 ? undefined : intsAttr(spread.attrs, "axes")[0];
}

/** Is it the mask of a square matrix's diagonal? */
function isDiagonalMask(atom: Atom | undefined, definition: Definition): boolean {
  const eqn = behind(atom, "equal", definition);
  if (eqn?.outs[0]?.shape.length !== 2) return false;
  const axes = eqn.inputs.map((input) => positionsAlong(input, definition));
  return axes.includes(0) && axes.includes(1);
}

/** The numbers on the diagonal of a matrix: a vector of them, or one number for all. Undefined for other matrices. */
function diagonalOf(atom: Atom | undefined, definition: Definition): Atom | 1 | undefined {
  const mask = behind(atom, "cast", definition);
  if (mask !== undefined) return isDiagonalMask(mask.inputs[0], definition) ? 1 : undefined;
  const choice = behind(atom, "where", definition);
  const [condition, chosen, other] = choice?.inputs ?? [];
  if (other?.kind !== "Lit" || other.value !== 0 || !isDiagonalMask(condition, definition)) return undefined;
  const spread = behind(chosen, "broadcastTo", definition);
  return spread?.inputs[0]?.kind === "Var" && spread.inputs[0].shape.length === 1 ? spread.inputs[0] : undefined;
}

interface Sides {
  readonly other: Atom;
  readonly labels: readonly number[];
  readonly diagonal: Atom | 1;
  /** The diagonal's label that is summed, and the one that stays. */
  readonly summed: number;
  readonly kept: number;
}

/** The operand that is diagonal, if one is and the contraction sums over one of its axes. */
function sidesOf(eqn: Eqn, definition: Definition): Sides | undefined {
  const all = [intsAttr(eqn.attrs, "left"), intsAttr(eqn.attrs, "right")] as const;
  const out = intsAttr(eqn.attrs, "out");
  for (const k of [0, 1] as const) {
    const [own, labels, other] = [all[k], all[1 - k] ?? [], eqn.inputs[1 - k]];
    const diagonal = diagonalOf(eqn.inputs[k], definition);
    const summed = own.find((label) => !out.includes(label));
    const kept = own.find((label) => out.includes(label));
    if (diagonal === undefined || other === undefined || summed === undefined || kept === undefined) continue;
    const once = labels.filter((label) => label === summed).length === 1;
    if (once && !labels.includes(kept)) return { other, labels, diagonal, summed, kept };
  }
  return undefined;
}

const contractDiagonal: Apply = (eqn, { trace, definition }) => {
  const sides = sidesOf(eqn, definition);
  if (sides === undefined) return undefined;
  const { other, diagonal, summed, kept } = sides;
  const out = intsAttr(eqn.attrs, "out");
  const labels = sides.labels.map((label) => (label === summed ? kept : label));
  if (diagonal !== 1) {
    const attrs = { ...eqn.attrs, left: labels, right: [kept], out };
    return trace.emit({ op: "contract", inputs: [other, diagonal], attrs })[0];
  }
  if (labels.length !== out.length || other.kind === "Lit") return undefined; // more is summed than the diagonal's axis
  return trace.emit({ op: "permute", inputs: [other], attrs: { perm: out.map((label) => labels.indexOf(label)) } })[0];
};

export const diagonalRules: readonly Rule[] = [
  ruleFor("contract-diagonal", "contract", { exact: false }, contractDiagonal),
];
