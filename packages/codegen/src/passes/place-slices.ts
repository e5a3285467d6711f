/**
 * Finds the slices whose start is certainly where the slice lies within its axis: the index of a loop, one less, a position
 * found by argmax. They are marked and read without moving the start.
 *
 * Invariant: a range holds for every element of an integer value and every value of the names. Integers wrap, and so do sums
 * of ranges: what is proved of a sum is proved of its value, for that lies in the range itself.
 */
import {
  type Atom,
  addSize,
  type Eqn,
  type Func,
  intAttr,
  isNatural,
  mulSize,
  type Size,
  scanAttrs,
  sizeAttr,
  sizesAttr,
  subSize,
} from "@tapeless/types/compiler";

/** The least and the greatest value. */
interface Range {
  readonly low: Size;
  readonly high: Size;
}

type Ranges = ReadonlyMap<Atom, Range>;

const upTo = (size: Size): Range => ({ low: 0, high: subSize(size, 1) });

const sum = (a: Range, b: Range): Range => ({ low: addSize(a.low, b.low), high: addSize(a.high, b.high) });

const scaled = ({ low, high }: Range, factor: number): Range =>
  factor < 0
    ? { low: mulSize(high, factor), high: mulSize(low, factor) }
    : { low: mulSize(low, factor), high: mulSize(high, factor) };

/** What an elementwise function of integers makes of the ranges of its operands. */
function combined(op: string, a: Range | undefined, b: Range | undefined, eqn: Eqn): Range | undefined {
  const [x, y] = eqn.inputs;
  if (a === undefined) return undefined;
  if (op === "neg") return scaled(a, -1);
  if (b === undefined) return undefined;
  switch (op) {
    case "add":
      return sum(a, b);
    case "sub":
      return sum(a, scaled(b, -1));
    case "mul":
      if (y?.kind === "Lit") return scaled(a, y.value);
      return x?.kind === "Lit" ? scaled(b, x.value) : undefined;
    default:
      return undefined;
  }
}

/** Ops whose result has the elements of their operand. */
const moves = new Set(["broadcastTo", "reshape", "permute", "slice", "dynamicSlice", "flip", "stopGradient"]);

/** The range of an equation's result, where that is an integer of which something is known. */
function rangeOf(eqn: Eqn, known: (atom: Atom | undefined) => Range | undefined): Range | undefined {
  const [x, y] = eqn.inputs;
  switch (eqn.op) {
    case "iota":
      return upTo(sizesAttr(eqn.attrs, "shape")[intAttr(eqn.attrs, "axis")] ?? 0);
    case "sizeOf": {
      const size = sizeAttr(eqn.attrs, "size");
      return { low: size, high: size };
    }
    default:
      return moves.has(eqn.op) ? known(x) : combined(eqn.op, known(x), known(y), eqn);
  }
}

/** How many operands stand before the starts of a slice. */
const before: Readonly<Record<string, number>> = { dynamicSlice: 1, dynamicUpdateSlice: 2, dynamicAddSlice: 2 };

function marked(eqn: Eqn, known: (atom: Atom | undefined) => Range | undefined): Eqn {
  const first = before[eqn.op];
  if (first === undefined) return eqn;
  const core = (k: number): readonly Size[] =>
    eqn.inputs[k]?.shape.slice(eqn.batch.filter((axis) => axis.mapped[k] === true).length) ?? [];
  const sizes = eqn.op === "dynamicSlice" ? sizesAttr(eqn.attrs, "shape") : core(1);
  const whole = core(0);
  const inside = eqn.inputs.slice(first).map((start, axis) => {
    const range = known(start);
    const room = subSize(whole[axis] ?? 0, sizes[axis] ?? 0);
    return range !== undefined && isNatural(range.low) && isNatural(subSize(room, range.high));
  });
  return inside.includes(true) ? { ...eqn, attrs: { ...eqn.attrs, inside } } : eqn;
}

/** What the body of a loop knows: what it captures, and the numbers of its steps. */
function rangesInBody(eqn: Eqn, body: Func, known: (atom: Atom | undefined) => Range | undefined): Ranges {
  if (eqn.op !== "scan") return new Map();
  const { consts, carries } = scanAttrs(eqn.attrs);
  return new Map(
    body.params.flatMap((param, k) => {
      const range = k < consts || k >= consts + carries ? known(eqn.inputs[k]) : undefined;
      return range === undefined ? [] : [[param, range] as const];
    }),
  );
}

function placeIn(func: Func, given: Ranges): Func {
  const ranges = new Map(given);
  const known = (atom: Atom | undefined): Range | undefined => {
    if (atom?.kind === "Lit") return { low: atom.value, high: atom.value };
    return atom === undefined ? undefined : ranges.get(atom);
  };
  const eqns = func.eqns.map((eqn): Eqn => {
    const [out] = eqn.outs;
    const range = out?.dtype === "i32" ? rangeOf(eqn, known) : undefined;
    if (out !== undefined && range !== undefined) ranges.set(out, range);
    const funcs = eqn.funcs.map((body) => placeIn(body, rangesInBody(eqn, body, known)));
    return marked({ ...eqn, funcs }, known);
  });
  return { ...func, eqns };
}

export const placeSlices = (func: Func): Func => placeIn(func, new Map());
