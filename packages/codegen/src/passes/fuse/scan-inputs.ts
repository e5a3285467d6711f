/**
 * The operands of a loop by role: constants, first carries, arrays to walk over.
 *
 * `inputs = [consts…, init carry…, xs…]`, `outs = [final carry…, ys…]`; batch axes lead every mapped operand. Those of a
 * `while` are the same without `xs` and without batch axes; what its test captures comes first.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  type Index,
  mulSize,
  productSize,
  type Size,
  scanAttrs,
  whileAttrs,
} from "@tapeless/types/compiler";
import { type Counter, countAt } from "./counter.js";
import { leadingOffset, type Part, partOf } from "./parts.js";
import type { Region } from "./region.js";
import { copyRoot, type KernelRoot } from "./roots.js";

export interface ScanParts {
  readonly body: Func;
  readonly length: Size;
  readonly reverse: boolean;
  /** One step, whose results are not stacked. */
  readonly recompute: boolean;
  readonly carries: number;
  readonly consts: readonly Atom[];
  readonly inits: readonly Atom[];
  readonly xs: readonly Atom[];
}

export function scanParts(eqn: Eqn): ScanParts {
  const [body] = eqn.funcs;
  const { length, consts, carries, reverse, recompute } = scanAttrs(eqn.attrs);
  if (body === undefined) throw new Error("fuse: a scan without a body");
  return {
    body,
    length,
    reverse,
    recompute,
    carries,
    consts: eqn.inputs.slice(0, consts),
    inits: eqn.inputs.slice(consts, consts + carries),
    xs: eqn.inputs.slice(consts + carries),
  };
}

/** Whole numbers in their order, in one row or in rows of rows, as a slice or a reshape makes them of those in one row. */
function counterOf(region: Region, atom: Atom | undefined): Counter | undefined {
  if (atom === undefined || atom.kind === "Lit") return undefined;
  const place = region.placeOf(atom);
  if (place.place === "counter") return place.counter;
  if (place.place !== "inline") return undefined;
  const { op, batch, inputs } = place.eqn;
  if (op === "iota") return atom.shape.length === 1 ? { kind: "Counter", index: 0, strides: [1] } : undefined;
  if (batch.length > 0 || (op !== "slice" && op !== "reshape")) return undefined;
  const counter = counterOf(region, inputs[0]);
  const [stride, ...more] = counter?.strides ?? [];
  if (counter === undefined || stride === undefined || more.length > 0) return undefined;
  if (op === "reshape")
    return { ...counter, strides: atom.shape.map((_, k) => mulSize(stride, productSize(atom.shape.slice(k + 1)))) };
  const start = leadingOffset(place.eqn);
  return start === undefined ? undefined : { ...counter, index: countAt(counter, [start]) };
}

/** The whole numbers that a scan goes along with this operand, if it is nothing else: indices are enough then. */
export const walkedCounter = (region: Region, eqn: Eqn, atom: Atom): Counter | undefined =>
  eqn.batch.length > 0 && atom.shape.length !== 1 ? undefined : counterOf(region, atom);

/** The buffer that a loop reads an operand from, where that is a part of one: it needs none of its own. */
export const operandPart = (region: Region, eqn: Eqn, atom: Atom): Part | undefined =>
  atom.kind === "Lit" || eqn.op !== "scan" || eqn.batch.length > 0 ? undefined : partOf(region, atom);

/** Where the first carries stand among the operands of a loop, and how many there are. */
function carriesOf(eqn: Eqn): { readonly from: number; readonly count: number } {
  if (eqn.op === "scan") {
    const { consts, carries } = scanAttrs(eqn.attrs);
    return { from: consts, count: carries };
  }
  const { tests, consts, carries } = whileAttrs(eqn.attrs);
  return { from: tests + consts, count: carries };
}

/** Operands that a loop's functions read from buffers: what they capture, and what a scan goes along. */
export function loopOperands(eqn: Eqn): { readonly captured: readonly Atom[]; readonly along: readonly Atom[] } {
  const { from, count } = carriesOf(eqn);
  return { captured: eqn.inputs.slice(0, from), along: eqn.inputs.slice(from + count) };
}

export function scanInputs(eqn: Eqn): readonly Atom[] {
  const { captured, along } = loopOperands(eqn);
  return [...captured, ...along];
}

/** Which batch axes operand `k` has: the index of a batched element without those that it lacks. */
export const withoutUnmapped = (eqn: Eqn, k: number, index: readonly Index[]): readonly Index[] =>
  index.filter((_, axis) => axis >= eqn.batch.length || eqn.batch[axis]?.mapped[k] === true);

/** Roots that put the first carries where the loop will keep them. `position` counts carries. */
export function scanInitRoots(
  region: Region,
  eqn: Eqn,
  order: number,
): readonly { readonly position: number; readonly root: KernelRoot }[] {
  const { from, count } = carriesOf(eqn);
  return eqn.inputs.slice(from, from + count).map((atom, position) => {
    const out = eqn.outs[position];
    if (out === undefined) throw new Error(`fuse: a scan in '${region.func.name}' has no result for carry ${position}`);
    const key = `${order}.init${position}`;
    const inner = (d: readonly Index[]): readonly Index[] => withoutUnmapped(eqn, from + position, d);
    return { position, root: copyRoot(key, order, atom, out.shape, { of: out }, inner) };
  });
}
