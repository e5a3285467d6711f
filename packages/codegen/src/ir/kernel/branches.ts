/** What an expression computes whatever its conditions are: all but the branches of a `select`. */
import type { Call, ScalarExpr } from "@tapeless/types/compiler";

/** Operands from here on are evaluated only where the first one says so. */
export const lazyFrom = ({ fn, args }: Call): number => (fn === "select" ? 1 : args.length);

export const hasBranches = (expr: ScalarExpr): boolean =>
  expr.kind === "Call" && (lazyFrom(expr) < expr.args.length || expr.args.some(hasBranches));
