/** Rules about shapes, axes and contractions. */
import { type Atom, type Attrs, type Eqn, equalShape, intsAttr, type OpName } from "@tapeless/types/compiler";
import { type Apply, type Rule, ruleFor } from "./rule.js";

const exact = { exact: true } as const;

/** The equation behind an operand, if it is of the given op and has no batch axes. */
const behind = (atom: Atom | undefined, op: OpName, definition: (atom: Atom) => Eqn | undefined): Eqn | undefined => {
  const eqn = atom === undefined ? undefined : definition(atom);
  return eqn?.op === op && eqn.batch.length === 0 ? eqn : undefined;
};

/** An equation that changes nothing. */
const identityShape: Apply = (eqn) => {
  const [input] = eqn.inputs;
  return input?.kind === "Var" && equalShape(input.shape, eqn.outs[0]?.shape ?? []) ? input : undefined;
};

const isIdentity = (perm: readonly number[]): boolean => perm.every((axis, k) => axis === k);

const identityPermute: Apply = (eqn) => (isIdentity(intsAttr(eqn.attrs, "perm")) ? eqn.inputs[0] : undefined);

const sumOfNothing: Apply = (eqn) =>
  intsAttr(eqn.attrs, "axes").length === 0 && eqn.inputs[0]?.dtype === eqn.outs[0]?.dtype ? eqn.inputs[0] : undefined;

const reshapeTwice: Apply = (eqn, { definition, trace }) => {
  const inner = behind(eqn.inputs[0], "reshape", definition);
  return inner === undefined ? undefined : trace.emit({ ...eqn, inputs: inner.inputs })[0];
};

const permuteTwice: Apply = (eqn, { definition, trace }) => {
  const inner = behind(eqn.inputs[0], "permute", definition);
  if (inner === undefined) return undefined;
  const first = intsAttr(inner.attrs, "perm");
  const perm = intsAttr(eqn.attrs, "perm").map((axis) => first[axis] ?? axis);
  return trace.emit({ ...eqn, inputs: inner.inputs, attrs: { perm } })[0];
};

/** Two broadcasts are one, unless the outer stretches an axis of size 1. */
const broadcastTwice: Apply = (eqn, { definition, trace }) => {
  const inner = behind(eqn.inputs[0], "broadcastTo", definition);
  const [source] = inner?.inputs ?? [];
  if (inner === undefined || source === undefined) return undefined;
  const outer = intsAttr(eqn.attrs, "axes");
  const axes = intsAttr(inner.attrs, "axes").map((axis) => outer[axis] ?? axis);
  return trace.emit({ op: "broadcastTo", inputs: [source], attrs: { ...eqn.attrs, axes } })[0];
};

/** Another list of labels for a contraction's operand or result. */
const relabel = (eqn: Eqn, side: "left" | "right" | "out", labels: readonly number[]): Attrs => ({
  ...eqn.attrs,
  [side]: labels,
});

/** A contraction reads its operands through any order of axes: permuting them first is for nothing. */
const contractPermuted: Apply = (eqn, { definition, trace }) => {
  for (const [k, side] of [
    [0, "left"],
    [1, "right"],
  ] as const) {
    const inner = behind(eqn.inputs[k], "permute", definition);
    const [source] = inner?.inputs ?? [];
    if (inner === undefined || source === undefined) continue;
    const labels = intsAttr(eqn.attrs, side);
    const perm = intsAttr(inner.attrs, "perm");
    const direct = labels.map((_, axis) => labels[perm.indexOf(axis)] ?? 0);
    return trace.emit({ ...eqn, inputs: eqn.inputs.with(k, source), attrs: relabel(eqn, side, direct) })[0];
  }
  return undefined;
};

/** A contraction with a scalar sums nothing: it is a product, and with 1 not even that. */
const contractScalar: Apply = (eqn, { trace }) => {
  const at = (["left", "right"] as const).findIndex((side) => intsAttr(eqn.attrs, side).length === 0);
  const [scalar, tensor] = at === 1 ? [eqn.inputs[1], eqn.inputs[0]] : eqn.inputs;
  if (at < 0 || eqn.batch.length > 0 || scalar === undefined || tensor === undefined) return undefined;
  const labels = intsAttr(eqn.attrs, at === 1 ? "left" : "right");
  const perm = intsAttr(eqn.attrs, "out").map((label) => labels.indexOf(label));
  const [ordered] = isIdentity(perm) ? [tensor] : trace.emit({ op: "permute", inputs: [tensor], attrs: { perm } });
  if (ordered === undefined || (scalar.kind === "Lit" && scalar.value === 1)) return ordered;
  if (scalar.kind === "Lit" || ordered.shape.length === 0) {
    return trace.emit({ op: "mul", inputs: [ordered, scalar], attrs: {} })[0];
  }
  const attrs = { shape: ordered.shape, axes: [] };
  const spread = trace.emit({ op: "broadcastTo", inputs: [scalar], attrs });
  return trace.emit({ op: "mul", inputs: [ordered, ...spread], attrs: {} })[0];
};

/** A permuted contraction writes its result in that order at once. */
const permuteContract: Apply = (eqn, { definition, trace, uses }, old) => {
  const inner = behind(eqn.inputs[0], "contract", definition);
  if (inner === undefined || uses(old.inputs[0] as Atom) > 1) return undefined; // permute has one operand
  const out = intsAttr(inner.attrs, "out");
  return trace.emit({
    ...inner,
    attrs: relabel(
      inner,
      "out",
      intsAttr(eqn.attrs, "perm").map((axis) => out[axis] ?? 0),
    ),
  })[0];
};

/** A sum over axes that both operands have is part of the contraction. */
const sumContract: Apply = (eqn, { definition, trace, uses }, old) => {
  const inner = behind(eqn.inputs[0], "contract", definition);
  if (inner === undefined || eqn.batch.length > 0 || uses(old.inputs[0] as Atom) > 1) return undefined; // sum has one operand
  const [left, right, out] = (["left", "right", "out"] as const).map((side) => intsAttr(inner.attrs, side));
  const summed = intsAttr(eqn.attrs, "axes").map((axis) => out?.[axis] ?? -1);
  if (!summed.every((label) => left?.includes(label) && right?.includes(label))) return undefined;
  return trace.emit({
    ...inner,
    attrs: relabel(inner, "out", out?.filter((label) => !summed.includes(label)) ?? []),
  })[0];
};

export const structureRules: readonly Rule[] = [
  ruleFor("reshape-same", "reshape", exact, identityShape),
  ruleFor("reshape-reshape", "reshape", exact, reshapeTwice),
  ruleFor("broadcast-same", "broadcastTo", exact, identityShape),
  ruleFor("broadcast-broadcast", "broadcastTo", exact, broadcastTwice),
  ruleFor("permute-same", "permute", exact, identityPermute),
  ruleFor("permute-permute", "permute", exact, permuteTwice),
  ruleFor("slice-same", "slice", exact, identityShape),
  ruleFor("pad-same", "pad", exact, identityShape),
  ruleFor("sum-of-nothing", "sum", exact, sumOfNothing),
  ruleFor("contract-permute", "contract", { exact: false }, contractPermuted), // may sum two axes in another order
  ruleFor("contract-scalar", "contract", { exact: false }, contractScalar), // a sum of one term has no -0
  ruleFor("permute-contract", "permute", exact, permuteContract),
  ruleFor("sum-contract", "sum", { exact: false }, sumContract),
];
