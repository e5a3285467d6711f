/**
 * The equations of a trace, found again by what they compute.
 *
 * Invariant: equations are equal where op, operands, attributes, functions and batch are, operands of commutative ops in either
 * order. Numbers lead to those that may be equal, and each is compared, so no text is made of an equation.
 */
import { type Attrs, showAttrs } from "../node/attrs.js";
import { equalSize } from "../shape/size.js";
import type { Atom, BatchAxis, Eqn, Func, Var } from "./ir.js";
import { printFunc } from "./language.js";
import { opNamed } from "./registry.js";

/** An equation without its results. */
export type Unbound = Omit<Eqn, "outs">;

/** Programs never change, and copies of an equation share them, so their texts are found once. */
const textsOfFuncs = new WeakMap<Func, string>();

function funcText(func: Func): string {
  const known = textsOfFuncs.get(func);
  if (known !== undefined) return known;
  const text = printFunc(func, { spans: false });
  textsOfFuncs.set(func, text);
  return text;
}

const isAll = <T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean =>
  a === b || (a.length === b.length && a.every((item, k) => same(item, b[k] as T))); // as long as `a`

const sameAtom = (a: Atom, b: Atom): boolean =>
  a === b || (a.kind === "Lit" && b.kind === "Lit" && a.dtype === b.dtype && Object.is(a.value, b.value));

const sameAttrs = (a: Attrs, b: Attrs): boolean => a === b || showAttrs(a) === showAttrs(b);

const sameFunc = (a: Func, b: Func): boolean => a === b || funcText(a) === funcText(b);

const sameAxis = (a: BatchAxis, b: BatchAxis): boolean =>
  equalSize(a.size, b.size) && isAll(a.mapped, b.mapped, (left, right) => left === right);

/** May its operands, of which there are two then, change places? */
const isCommutative = ({ op, batch }: Unbound): boolean => batch.length === 0 && opNamed(op).commutative === true;

function sameOperands(a: Unbound, b: Unbound): boolean {
  return isAll(a.inputs, b.inputs, sameAtom) || (isCommutative(a) && isAll(a.inputs, b.inputs.toReversed(), sameAtom));
}

const equal = (a: Unbound, b: Unbound): boolean =>
  a.op === b.op &&
  sameOperands(a, b) &&
  sameAttrs(a.attrs, b.attrs) &&
  isAll(a.batch, b.batch, sameAxis) &&
  isAll(a.funcs, b.funcs, sameFunc);

/** Numbers of 32 bits, one for both. */
const mixed = (hash: number, number: number): number => (Math.imul(hash, 0x01000193) ^ number) | 0;

export class Consed {
  /** By hash the last equation that has it. */
  private readonly last = new Map<number, number>();
  /** By position of an equation the one before it of its hash. */
  private readonly before: (number | undefined)[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(
    private readonly eqns: readonly Eqn[],
    /** The variables of the trace, numbered. */
    private readonly ids: ReadonlyMap<Var, number>,
  ) {}

  private numberOf(text: string): number {
    const number = this.numbers.get(text) ?? this.numbers.size;
    if (number === this.numbers.size) this.numbers.set(text, number);
    return number;
  }

  /** Equal equations have equal ones. */
  hashOf(eqn: Unbound): number {
    const operand = (atom: Atom): number => (atom.kind === "Var" ? (this.ids.get(atom) ?? 0) : ~(atom.value * 64));
    const start = mixed(this.numberOf(eqn.op), this.numberOf(showAttrs(eqn.attrs)));
    const operands = eqn.inputs.map(operand);
    const [left = 0, right = 0] = operands;
    if (right < left && isCommutative(eqn)) operands.reverse();
    return operands.reduce(mixed, start);
  }

  /** The position of an equal equation. */
  find(hash: number, eqn: Unbound): number | undefined {
    for (let at = this.last.get(hash); at !== undefined; at = this.before[at]) {
      const known = this.eqns[at];
      if (known !== undefined && equal(known, eqn)) return at;
    }
    return undefined;
  }

  /** The next equation is of this hash. */
  add(hash: number): void {
    this.before.push(this.last.get(hash));
    this.last.set(hash, this.eqns.length);
  }
}
