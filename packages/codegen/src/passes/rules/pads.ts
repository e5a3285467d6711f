/** Rules about pads. */
import { type Eqn, equalSize, type Size, sizesAttr, type Var } from "@tapeless/types/compiler";
import { type Apply, type Rule, ruleFor } from "./rule.js";

/** A tensor with zeros before or behind it, along one axis. */
interface Shifted {
  readonly part: Var;
  readonly axis: number;
  readonly before: Size;
  readonly after: Size;
}

function shifted(eqn: Eqn | undefined): Shifted | undefined {
  const [part] = eqn?.inputs ?? [];
  if (eqn?.op !== "pad" || part?.kind !== "Var" || eqn.batch.length > 0) return undefined;
  if (eqn.attrs.value !== 0 || eqn.attrs.between !== undefined) return undefined;
  const [before, after] = [sizesAttr(eqn.attrs, "before"), sizesAttr(eqn.attrs, "after")];
  const [axis, ...more] = before.flatMap((size, k) => (size === 0 && after[k] === 0 ? [] : [k]));
  if (axis === undefined || more.length > 0) return undefined;
  return { part, axis, before: before[axis] ?? 0, after: after[axis] ?? 0 };
}

/** Does `b` begin where `a` ends, and is there nothing else? */
const follows = (a: Shifted, b: Shifted): boolean =>
  a.axis === b.axis &&
  a.before === 0 &&
  b.after === 0 &&
  equalSize(a.after, b.part.shape[b.axis] ?? 0) &&
  equalSize(b.before, a.part.shape[a.axis] ?? 0);

/** The cotangents of two slices that together are a tensor, one behind the other, are its cotangent. */
const addPads: Apply = (eqn, { definition, trace }) => {
  const [x, y] = eqn.inputs.map((atom) => shifted(definition(atom)));
  if (x === undefined || y === undefined) return undefined;
  const ordered = follows(x, y) ? [x, y] : follows(y, x) ? [y, x] : undefined;
  if (ordered === undefined) return undefined;
  return trace.emit({ op: "concat", inputs: ordered.map(({ part }) => part), attrs: { axis: x.axis } })[0];
};

export const padRules: readonly Rule[] = [ruleFor("add-pads", "add", { exact: false }, addPads)]; // -0 + 0 is 0
