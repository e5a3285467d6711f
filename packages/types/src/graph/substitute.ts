/** A program under other dimension names: what a call of a function does to the callee's sizes. */
import type { Attrs, AttrValue } from "../node/attrs.js";
import { type Size, substituteSize } from "../shape/size.js";
import { type Atom, type Eqn, type Func, makeVar, type Var } from "./ir.js";

export type SizeSubstitution = Readonly<Record<string, Size>>;

function substituteValue(value: AttrValue, env: SizeSubstitution): AttrValue {
  if (typeof value !== "object" || value === null) return value;
  if ("terms" in value) return substituteSize(value, env);
  return value.map((item) => substituteValue(item, env));
}

const substituteAttrs = (attrs: Attrs, env: SizeSubstitution): Attrs =>
  Object.fromEntries(Object.entries(attrs).map(([key, value]) => [key, substituteValue(value, env)]));

/** A copy of the program in which every dimension name of `env` is replaced. */
export function substituteFunc(func: Func, env: SizeSubstitution): Func {
  const vars = new Map<Var, Var>();
  const copy = (variable: Var): Var => {
    const shape = variable.shape.map((size) => substituteSize(size, env));
    const made = makeVar({ shape, dtype: variable.dtype }, variable.name);
    vars.set(variable, made);
    return made;
  };
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (vars.get(atom) ?? atom));
  const copyEqn = (eqn: Eqn): Eqn => ({
    ...eqn,
    inputs: eqn.inputs.map(read),
    attrs: substituteAttrs(eqn.attrs, env),
    funcs: eqn.funcs.map((nested) => substituteFunc(nested, env)),
    batch: eqn.batch.map((axis) => ({ ...axis, size: substituteSize(axis.size, env) })),
    outs: eqn.outs.map(copy),
  });
  const params = func.params.map(copy);
  const eqns = func.eqns.map(copyEqn);
  return { name: func.name, params, eqns, outs: func.outs.map(read) };
}
