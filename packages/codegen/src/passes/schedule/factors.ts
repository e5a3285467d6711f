/** The two factors of a kernel that is one sum of products of two loads. */
import type { Index, Load, ScalarExpr } from "@tapeless/types/compiler";
import type { FlatKernel } from "../../ir/kernel/flat-kernel.js";

export interface Factor {
  readonly buffer: string;
  readonly index: Index;
  readonly dtype: Load["dtype"];
}

export interface Factors {
  readonly left: Factor;
  readonly right: Factor;
}

const factorOf = (expr: ScalarExpr | undefined): Factor | undefined =>
  expr?.kind === "Load" ? { buffer: expr.buffer, index: expr.index[0] ?? 0, dtype: expr.dtype } : undefined;

export function factorsOf(kernel: FlatKernel): Factors | undefined {
  const [write, ...others] = kernel.writes;
  if (write === undefined || others.length > 0 || kernel.lets.length > 0 || write.combine !== "sum") return undefined;
  if (write.value.kind !== "Call" || write.value.fn !== "mul") return undefined;
  const [left, right] = write.value.args.map(factorOf);
  return left === undefined || right === undefined ? undefined : { left, right };
}
