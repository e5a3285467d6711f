/** Are two programs the same but for the names of their variables and places in the model? Found without writing them down. */
import { type Atom, type Eqn, equalShape, type Func, showAttrs, showSize, type Var } from "@tapeless/types/compiler";

class Comparison {
  private readonly twins = new Map<Var, Var>();

  atoms(a: readonly Atom[], b: readonly Atom[]): boolean {
    return a.length === b.length && a.every((atom, k) => this.atom(atom, b[k]));
  }

  private atom(a: Atom, b: Atom | undefined): boolean {
    if (a.kind === "Lit") return b?.kind === "Lit" && Object.is(a.value, b.value) && a.dtype === b.dtype;
    return b?.kind === "Var" && this.twins.get(a) === b;
  }

  define(a: readonly Var[], b: readonly Var[]): boolean {
    return a.length === b.length && a.every((variable, k) => this.pair(variable, b[k]));
  }

  private pair(a: Var, b: Var | undefined): boolean {
    if (b === undefined || a.dtype !== b.dtype || !equalShape(a.shape, b.shape)) return false;
    this.twins.set(a, b);
    return true;
  }

  eqn(a: Eqn, b: Eqn | undefined): boolean {
    return (
      b !== undefined &&
      a.op === b.op &&
      this.atoms(a.inputs, b.inputs) &&
      (a.attrs === b.attrs || showAttrs(a.attrs) === showAttrs(b.attrs)) &&
      batchText(a) === batchText(b) &&
      a.funcs.length === b.funcs.length &&
      a.funcs.every((func, k) => func === b.funcs[k] || sameProgram(func, b.funcs[k] ?? func)) &&
      this.define(a.outs, b.outs)
    );
  }
}

const batchText = ({ batch }: Eqn): string =>
  batch.map(({ size, mapped }) => `${showSize(size)}:${mapped.join("")}`).join(",");

export function sameProgram(a: Func, b: Func): boolean {
  const comparison = new Comparison();
  return (
    a.eqns.length === b.eqns.length &&
    comparison.define(a.params, b.params) &&
    a.eqns.every((eqn, k) => comparison.eqn(eqn, b.eqns[k])) &&
    comparison.atoms(a.outs, b.outs)
  );
}
