/** Products, einsum and functions of matrices of the fixtures' vocabulary in the DSL. */
import { cholesky, det, dot, einsum, inverse, logAbsDet, matmul, outer, solve, trace } from "@tapeless/types";
import type { Call, Vocabulary } from "./call.js";

function equationOf(call: Call): string {
  const { equation } = call.attrs;
  if (typeof equation === "string") return equation;
  throw new Error("einsum: attr equation is no text");
}

export const linalg: Vocabulary = {
  matmul: (call) => matmul(call.float(0), call.float(1)),
  dot: (call) => dot(call.float(0), call.float(1)),
  outer: (call) => outer(call.float(0), call.float(1)),
  einsum: (call) => einsum(equationOf(call), ...call.floats()),
  trace: (call) => trace(call.float(0)),
  inverse: (call) => inverse(call.float(0)),
  det: (call) => det(call.float(0)),
  logAbsDet: (call) => logAbsDet(call.float(0)),
  solve: (call) => solve(call.float(0), call.float(1)),
  cholesky: (call) => cholesky(call.float(0)),
};
