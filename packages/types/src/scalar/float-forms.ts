/**
 * What stands for builtins in kernels where operands are f32: float precision, in a third of the time (adr/0017).
 *
 * Invariant: a form is within `ulps` of the builtin, and within 0.51 units in the last place once it is stored as a float.
 */
import type { ScalarExpr } from "./expr.js";
import { functions } from "./functions/index.js";
import type { BuiltinName } from "./names.js";
import type { BuiltinFunctions } from "./vocabulary.js";

export interface FloatForm {
  /** Largest error of the form in units in the last place of a double. */
  readonly ulps: number;
  readonly form: (s: BuiltinFunctions, args: readonly ScalarExpr[]) => ScalarExpr;
}

type Unary = (s: BuiltinFunctions, x: ScalarExpr) => ScalarExpr;

const unary = (ulps: number, form: Unary): FloatForm => ({
  ulps,
  form: (s, [x]) => {
    if (x === undefined) throw new Error("bug: a form without its operand");
    return form(s, x);
  },
});

const standIn = (name: "expf" | "expm1f" | "log1pf" | "tanhf"): FloatForm =>
  unary(functions[name].ulps, (s, x) => s[name](x));

/** e^(-x²/2) Mills' ratio: the power stands by itself, because the density is made of it too. A rounding of x² is no matter. */
function normalCdf(s: BuiltinFunctions, x: ScalarExpr): ScalarExpr {
  const tail = s.mul(s.exp(s.mul(-0.5, s.mul(x, x))), s.millsRatio(s.abs(x)));
  return s.select(s.greater(x, 0), s.sub(1, tail), tail);
}

export const floatForms = {
  exp: standIn("expf"),
  expm1: standIn("expm1f"),
  log1p: standIn("log1pf"),
  tanh: standIn("tanhf"),
  normalCdf: unary(functions.expf.ulps + functions.millsRatio.ulps, normalCdf),
} as const satisfies Partial<Record<BuiltinName, FloatForm>>;

/** Loops may multiply by an inverse that they share, which is rounded before the product is. */
const quotientUlps = 1.5;

/** Largest error of what stands for a builtin in kernels, if it is not the builtin itself. */
export function formUlps(name: BuiltinName): number | undefined {
  if (name === "div") return quotientUlps;
  return Object.hasOwn(floatForms, name) ? floatForms[name as keyof typeof floatForms].ulps : undefined; // checked before
}
