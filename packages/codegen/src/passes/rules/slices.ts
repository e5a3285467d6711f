/** Rules about slices at computed places: what is read back, what is overwritten at once, sums that move the slice only. */
import { type Atom, type Eqn, equalShape } from "@tapeless/types/compiler";
import { type Apply, type Rule, ruleFor } from "./rule.js";

const sameStarts = (a: readonly Atom[], b: readonly Atom[]): boolean =>
  a.length === b.length && a.every((start, axis) => start === b[axis] || isEqualLiteral(start, b[axis]));

const isEqualLiteral = (a: Atom, b: Atom | undefined): boolean =>
  a.kind === "Lit" && b?.kind === "Lit" && a.value === b.value;

/** Of a place just written, what was written. */
const sliceOfUpdate: Apply = (eqn, { definition }) => {
  const [whole, ...starts] = eqn.inputs;
  const inner = whole === undefined ? undefined : definition(whole);
  if (inner?.op !== "dynamicUpdateSlice" || inner.batch.length > 0) return undefined;
  const [, update, ...written] = inner.inputs;
  const same = sameStarts(starts, written) && equalShape(update?.shape ?? [], eqn.outs[0]?.shape ?? []);
  return same ? update : undefined;
};

/** Of two updates of one place, the later. */
const updateTwice: Apply = (eqn, { definition, trace }) => {
  const [whole, update, ...starts] = eqn.inputs;
  const inner = whole === undefined ? undefined : definition(whole);
  if (inner?.op !== "dynamicUpdateSlice" || inner.batch.length > 0) return undefined;
  const [base, before, ...written] = inner.inputs;
  if (base === undefined || update === undefined || !equalShape(before?.shape ?? [], update.shape)) return undefined;
  return sameStarts(starts, written) ? trace.emit({ ...eqn, inputs: [base, update, ...starts] })[0] : undefined;
};

const isZeros = (atom: Atom | undefined, definition: (atom: Atom) => Eqn | undefined): boolean => {
  if (atom?.kind === "Lit") return atom.value === 0;
  const eqn = atom === undefined ? undefined : definition(atom);
  return eqn?.op === "broadcastTo" && isZeros(eqn.inputs[0], definition);
};

/** The equations that add slices to zeros, one after the other, the first of them first; nothing if it is not so. */
function slicesInZeros(atom: Atom | undefined, definition: (atom: Atom) => Eqn | undefined): readonly Eqn[] {
  const eqn = atom === undefined ? undefined : definition(atom);
  if (eqn?.op !== "dynamicAddSlice") return [];
  const [base] = eqn.inputs;
  if (isZeros(base, definition)) return [eqn];
  const before = slicesInZeros(base, definition);
  return before.length === 0 ? [] : [...before, eqn];
}

/** x + (slices in zeros): the slices are added to x. */
const addSlice: Apply = (eqn, { definition, trace, uses }, old) => {
  for (const k of [1, 0]) {
    const [slice, other, before] = [eqn.inputs[k], eqn.inputs[1 - k], old.inputs[k]];
    if (slice === undefined || other?.kind !== "Var" || before === undefined) continue;
    const slices = uses(before) > 1 || slice === other ? [] : slicesInZeros(slice, definition);
    if (slices.length === 0) continue;
    return slices.reduce<Atom>((base, inner) => {
      const batch = inner.batch.map((axis) => ({ ...axis, mapped: axis.mapped.with(0, true) }));
      const [sum] = trace.emit({ ...inner, inputs: inner.inputs.with(0, base), batch });
      return sum ?? base;
    }, other);
  }
  return undefined;
};

export const sliceRules: readonly Rule[] = [
  ruleFor("slice-of-update", "dynamicSlice", { exact: true }, sliceOfUpdate),
  ruleFor("update-twice", "dynamicUpdateSlice", { exact: true }, updateTwice),
  ruleFor("add-slice", "add", { exact: false }, addSlice), // another order of additions; -0 + 0 is 0
];
