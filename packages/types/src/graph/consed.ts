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

/** The bits of a number, spread so that sums of a few seldom meet. */
function spread(number: number): number {
  const product = Math.imul(number, 0x9e3779b1);
  return Math.imul(product ^ (product >>> 15), 0x85ebca6b);
}

export class Consed {
  /** By hash the last equation that has it. */
  private readonly last = new Map<number, number>();
  /** By position of an equation the one before it of its hash. */
  private readonly before: (number | undefined)[] = [];
  /** Texts, and values of literals, in the order in which they come up. */
  private readonly numbers = new Map<string | number, number>();

  constructor(
    private readonly eqns: readonly Eqn[],
    /** The variables of the trace, numbered. */
    private readonly ids: ReadonlyMap<Var, number>,
  ) {}

  private numberOf(what: string | number): number {
    const number = this.numbers.get(what) ?? this.numbers.size;
    if (number === this.numbers.size) this.numbers.set(what, number);
    return number;
  }

  /** Variables and literals have numbers apart. */
  private operand(atom: Atom): number {
    return spread(atom.kind === "Var" ? (this.ids.get(atom) ?? 0) : ~this.numberOf(atom.value));
  }

  /** Equal equations have equal ones, whatever the order of operands. */
  hashOf({ op, attrs, inputs }: Unbound): number {
    const start = this.numberOf(op) ^ spread(this.numberOf(showAttrs(attrs)));
    return inputs.reduce((hash, atom) => (hash + this.operand(atom)) | 0, start);
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
