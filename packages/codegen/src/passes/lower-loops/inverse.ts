/**
 * Divisions by what stays the same in the innermost loop, as products with its inverse, which is found before the loop: a/b is
 * a · (1/b) but for one and a half units in the last place of a double, of which a float that is stored knows nothing.
 *
 * Invariant: in f32 only, and never in a kernel that decides anything by a number: 6/3 is 2, and 6 · (1/3) may be less; nor in one
 * that looks for the largest, with which another kernel may compare.
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

/** Do all results of a kernel change little where its values do? */
export const isSmooth = (kernel: FlatKernel): boolean =>
  kernel.writes.every(({ combine }) => combine === "set" || combine === "sum") && !expressionsOf(kernel).some(decides);

/** a · (1/b) for a/b. */
export function timesInverse({ args: [a, b], dtype, ...call }: Call): Call {
  if (a === undefined || b === undefined) throw new Error("bug: a quotient has two operands");
  const inverse: Call = { ...call, fn: "div", args: [constant(1, dtype), b], dtype };
  return { ...call, fn: "mul", args: [a, inverse], dtype };
}
