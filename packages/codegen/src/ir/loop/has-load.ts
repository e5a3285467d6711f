/** Whether an expression reads memory: then it must be computed before what it reads is overwritten. */
import type { ScalarExpr } from "@tapeless/types/compiler";

export const hasLoad = (expr: ScalarExpr): boolean =>
  expr.kind === "Load" || (expr.kind === "Call" && expr.args.some(hasLoad));
