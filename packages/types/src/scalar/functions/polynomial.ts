/** Polynomials by Horner's rule. */
import type { ScalarExpr } from "../expr.js";
import type { FunctionBuilder } from "../vocabulary.js";

/** Coefficients that one named value takes: as many as fit on a line of generated code. */
const lineful = 4;

/** Σ coefficients[k] xᵏ as `name`; sums on the way are `name1`, `name2` …, so that code has lines of a readable length. */
export function polynomial(
  f: FunctionBuilder,
  name: string,
  x: ScalarExpr,
  coefficients: readonly number[],
): ScalarExpr {
  const [highest = 0, ...rest] = coefficients.toReversed();
  const first: ScalarExpr = { kind: "Const", value: highest, dtype: "f64" };
  const sum = rest.reduce<ScalarExpr>((higher, coefficient, at) => {
    const next = f.add(f.mul(higher, x), coefficient);
    const line = (at + 1) / lineful;
    return Number.isInteger(line) && at + 1 < rest.length ? f.let(`${name}${line}`, next) : next;
  }, first);
  return f.let(name, sum);
}

/**
 * Σ coefficients[k] xᵏ in one expression, with x before each sum: that is shorter in bytecode than `polynomial`, as x is in a
 * register, for functions that engines are to inline.
 */
export function series(f: FunctionBuilder, x: ScalarExpr, coefficients: readonly number[]): ScalarExpr {
  const [last = 0, ...others] = coefficients.toReversed();
  const highest: ScalarExpr = { kind: "Const", value: last, dtype: "f64" };
  return others.reduce<ScalarExpr>((sum, coefficient) => f.add(f.mul(x, sum), coefficient), highest);
}
