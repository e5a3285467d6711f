/**
 * Divisions by what stays the same in the innermost loop, as products with its inverse, which is found before the loop: a/b is
 * a · (1/b) but for one and a half units in the last place of a double, of which a float that is stored knows nothing.
 *
 * Invariant: in f32 only, and only where what is stored is a product with the quotient, so that it is off by no larger part: 49/49 is 1,
 * and 49 · (1/49) less, so the root of what is left of it without 1 would be no number. Never in a kernel that decides
 * anything by a number: 6/3 is 2, and 6 · (1/3) may be less; nor in one that looks for the largest, with which another
 * kernel may compare.
 */
import { type BuiltinName, type Call, isFloat, type ScalarExpr } from "@tapeless/types/compiler";
import { expressionsOf, type FlatKernel } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { constant } from "../../ir/loop/index.js";

/** What jumps where its operand changes by as little as can be. */
const jumps: ReadonlySet<BuiltinName> = new Set<BuiltinName>([
  ...(["floor", "ceil", "trunc", "round", "sign", "rem", "mod", "toI32", "toBool"] as const),
  ...(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const),
]);

const decides = (expr: ScalarExpr): boolean =>
  kernelLanguage
    .walk(expr)
    .some((node) => node.kind === "Call" && jumps.has(node.fn) && node.args.some((arg) => isFloat(arg)));

/** The operands of which a result is a multiple, or which it is. */
const multiplied: ReadonlyMap<BuiltinName, readonly number[]> = new Map<BuiltinName, readonly number[]>([
  ["mul", [0, 1]],
  ["div", [0]],
  ["neg", [0]],
  ["select", [1, 2]],
]);

/** What a kernel puts into anything but products that it stores. */
function notOnlyMultiplied(kernel: FlatKernel): ReadonlySet<ScalarExpr> {
  const found = new Set<ScalarExpr>();
  const names = new Set<string>();
  const visit = (expr: ScalarExpr, isMultiplied: boolean): void => {
    if (!isMultiplied) found.add(expr);
    if (!isMultiplied && expr.kind === "Ref") names.add(expr.name);
    if (expr.kind !== "Call") return;
    const operands = isMultiplied ? (multiplied.get(expr.fn) ?? []) : [];
    expr.args.forEach((arg, k) => visit(arg, operands.includes(k)));
  };
  for (const { value, combine } of kernel.writes) visit(value, combine === "set");
  for (const { name, value } of kernel.lets.toReversed()) visit(value, !names.has(name));
  return found;
}

/** Which quotients of a kernel may be products with an inverse. */
export function mayInvert(kernel: FlatKernel): (quotient: Call) => boolean {
  const keepsAll =
    kernel.sweep !== undefined || kernel.writes.some(({ combine }) => combine === "max" || combine === "min");
  if (keepsAll || expressionsOf(kernel).some(decides)) return () => false;
  const kept = notOnlyMultiplied(kernel);
  return (quotient) => !kept.has(quotient);
}

/** a · (1/b) for a/b. */
export function timesInverse({ args: [a, b], dtype, ...call }: Call): Call {
  if (a === undefined || b === undefined) throw new Error("bug: a quotient has two operands");
  const inverse: Call = { ...call, fn: "div", args: [constant(1, dtype), b], dtype };
  return { ...call, fn: "mul", args: [a, inverse], dtype };
}
