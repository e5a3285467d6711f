/**
 * What must hold of sizes known only when a generated function is called: a maximum needs an element, a slice or a window
 * must lie within its axis, and what a model declares of two sizes must be so.
 *
 * Invariant: sizes known at build time were judged while the model ran; only those with names are left to check.
 */
import {
  addSize,
  derivationOf,
  type Eqn,
  type Func,
  intsAttr,
  intsOr,
  mulSize,
  namesOf,
  productSize,
  relationsOf,
  type Size,
  scanAttrs,
  showSize,
  sizeAttr,
  sizesAttr,
  subSize,
  textAttr,
} from "@tapeless/types/compiler";
import type { SizeCheck } from "../emit/ts/index.js";

/** Reductions that have no result over no element. */
const needsElement = new Set(["max", "min", "argmax", "argmin"]);

const isNamed = (size: Size): boolean => typeof size !== "number";

/** Sizes that those which follow from them, if any, are sound for: the steps of a loop, of its segments and of their rest. */
const originsOf = (size: Size): readonly Size[] => {
  const origins = namesOf(size).flatMap((name) => derivationOf(name)?.of ?? []);
  return origins.length === 0 ? [size] : origins;
};

/** A difference of names can be negative; what is left of a loop that is cut into segments cannot. */
const canBeNegative = (size: Size): boolean =>
  typeof size !== "number" && originsOf(size)[0] === size && size.terms.some((term) => term.coefficient < 0);

/** A slice lies within its axis: it starts at 0 or later, and leaves 0 or more elements behind it. */
function sliceChecks(eqn: Eqn, operand: readonly Size[]): readonly SizeCheck[] {
  const [starts, lengths] = [sizesAttr(eqn.attrs, "start"), sizesAttr(eqn.attrs, "shape")];
  const steps = intsOr(eqn.attrs, "step", lengths.length, 1);
  return operand.flatMap((size, axis) => {
    const [start, length] = [starts[axis] ?? 0, lengths[axis] ?? 0];
    const span = addSize(mulSize(steps[axis] ?? 1, subSize(length, 1)), 1);
    const behind = subSize(size, addSize(start, length === 0 ? 0 : span));
    const what = `slice must lie within axis ${axis} of size ${showSize(size)}`;
    return [start, behind].filter(canBeNegative).map((least) => ({ size: least, minimum: 0, what }) as const);
  });
}

/** A slice at a computed place is nowhere larger than what it lies in: operand `whole` and, of the core shapes, `sizes`. */
function boxChecks(eqn: Eqn, whole: readonly Size[]): readonly SizeCheck[] {
  const added = eqn.batch.filter((axis) => axis.mapped[1] === true).length;
  const sizes = eqn.op === "dynamicSlice" ? sizesAttr(eqn.attrs, "shape") : (eqn.inputs[1]?.shape.slice(added) ?? []);
  return whole.flatMap((size, axis) => {
    const room = subSize(size, sizes[axis] ?? 0);
    const what = `${eqn.op}: a slice of ${showSize(sizes[axis] ?? 0)} must lie within axis ${axis} of size ${showSize(size)}`;
    return canBeNegative(room) ? [{ size: room, minimum: 0, what } as const] : [];
  });
}

const slicesDynamically = new Set(["dynamicSlice", "dynamicUpdateSlice", "dynamicAddSlice"]);

/** A window fits: there is one, or the sizes were known and judged at build time. */
function windowChecks({ attrs }: Eqn, operand: readonly Size[]): readonly SizeCheck[] {
  if (attrs["orNone"] === true) return [];
  const [kernel, dilation] = [intsAttr(attrs, "kernel"), intsAttr(attrs, "dilation")];
  return kernel.flatMap((elements, k) => {
    const axis = operand.length - kernel.length + k;
    const [size = 0, span] = [operand[axis], (elements - 1) * (dilation[k] ?? 1) + 1];
    const what = `a window of ${span} must fit into axis ${axis} of size ${showSize(size)} with its padding`;
    return isNamed(size) ? [{ size: subSize(size, span), minimum: 0, what } as const] : [];
  });
}

/** A number of elements of which a function must have one. */
const neededCheck = ({ attrs }: Eqn): readonly SizeCheck[] => [
  { size: sizeAttr(attrs, "size"), minimum: 1, what: `${textAttr(attrs, "neededBy")} needs at least one element` },
];

/** What a model declares of two sizes: a reshape between names. */
const relationCheck = ([size, equals]: readonly [Size, Size]): SizeCheck => ({
  size,
  equals,
  what: `${showSize(size)} must be ${showSize(equals)}`,
});

function checksOf(eqn: Eqn): readonly SizeCheck[] {
  const operand = eqn.inputs[0]?.shape.slice(eqn.batch.filter((axis) => axis.mapped[0] === true).length) ?? [];
  const chooses = needsElement.has(eqn.op) && eqn.attrs["orNothing"] !== true;
  const reduced = chooses ? intsAttr(eqn.attrs, "axes").map((axis) => operand[axis] ?? 1) : [];
  const count = productSize(reduced);
  const empty = isNamed(count)
    ? [{ size: count, minimum: 1, what: `${eqn.op} needs at least one element` } as const]
    : [];
  const needed = eqn.op === "sizeOf" && typeof eqn.attrs["neededBy"] === "string" ? neededCheck(eqn) : [];
  const outside = eqn.op === "slice" ? sliceChecks(eqn, operand) : [];
  const boxes = slicesDynamically.has(eqn.op) ? boxChecks(eqn, operand) : [];
  const negative = eqn.outs.flatMap((out) => out.shape.filter(canBeNegative));
  return [
    ...relationsOf(eqn).map(relationCheck),
    ...empty,
    ...needed,
    ...outside,
    ...boxes,
    ...(eqn.op === "windows" ? windowChecks(eqn, operand) : []),
    ...negative.map((size) => ({ size, minimum: 0, what: `${eqn.op}: a size must be 0 or more` }) as const),
  ];
}

/** A loop from one name to another; what it goes along has the same size, which says less. */
const stepChecks = (eqn: Eqn): readonly SizeCheck[] =>
  (eqn.op === "scan" ? originsOf(scanAttrs(eqn.attrs).length).filter(canBeNegative) : []).map((size) => ({
    size,
    minimum: 0,
    what: "a loop takes 0 or more steps",
  }));

function collect(func: Func, of: (eqn: Eqn) => readonly SizeCheck[], found: Map<string, SizeCheck>): void {
  for (const eqn of func.eqns) {
    for (const check of of(eqn)) {
      const key = `${showSize(check.size)}:${"equals" in check ? showSize(check.equals) : check.minimum}`;
      if (!found.has(key)) found.set(key, check);
    }
    for (const body of eqn.funcs) collect(body, of, found);
  }
}

/** The checks of an expanded program, each size once. */
export function sizeChecksOf(func: Func): readonly SizeCheck[] {
  const found = new Map<string, SizeCheck>();
  collect(func, stepChecks, found);
  collect(func, checksOf, found);
  return [...found.values()];
}
