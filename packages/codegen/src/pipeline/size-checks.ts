/**
 * What must hold of sizes known only when a generated function is called: a maximum needs an element, and a slice of a
 * named dimension must not be shorter than nothing.
 *
 * Invariant: sizes known at build time were judged while the model ran; only those with names are left to check.
 */
import { type Eqn, type Func, intsAttr, productSize, type Size, showSize } from "@tapeless/types/compiler";
import type { SizeCheck } from "../emit/ts/index.js";

/** Reductions that have no result over no element. */
const needsElement = new Set(["max", "min", "argmax", "argmin", "logSumExp"]);

const isNamed = (size: Size): boolean => typeof size !== "number";

/** A difference of names can be negative. */
const canBeNegative = (size: Size): boolean =>
  typeof size !== "number" && size.terms.some((term) => term.coefficient < 0);

function checksOf(eqn: Eqn): readonly SizeCheck[] {
  const operand = eqn.inputs[0]?.shape.slice(eqn.batch.filter((axis) => axis.mapped[0] === true).length) ?? [];
  const reduced = needsElement.has(eqn.op) ? intsAttr(eqn.attrs, "axes").map((axis) => operand[axis] ?? 1) : [];
  const count = productSize(reduced);
  const empty = isNamed(count)
    ? [{ size: count, minimum: 1, what: `${eqn.op} needs at least one element` } as const]
    : [];
  const negative = eqn.outs.flatMap((out) => out.shape.filter(canBeNegative));
  return [
    ...empty,
    ...negative.map((size) => ({ size, minimum: 0, what: `${eqn.op}: a size must be 0 or more` }) as const),
  ];
}

function collect(func: Func, found: Map<string, SizeCheck>): void {
  for (const eqn of func.eqns) {
    for (const check of checksOf(eqn)) {
      const key = `${showSize(check.size)}:${check.minimum}`;
      if (!found.has(key)) found.set(key, check);
    }
    for (const body of eqn.funcs) collect(body, found);
  }
}

/** The checks of an expanded program, each size once. */
export function sizeChecksOf(func: Func): readonly SizeCheck[] {
  const found = new Map<string, SizeCheck>();
  collect(func, found);
  return [...found.values()];
}
