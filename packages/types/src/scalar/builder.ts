/** The scalar vocabulary at work: the functions that lowering rules and definitions are handed. */
import type { DType } from "../shape/tensor.js";
import { type BuiltinName, builtin, builtins } from "./builtins.js";
import type { ScalarExpr } from "./expr.js";
import { floatForms } from "./float-forms.js";
import type { BuiltinFunctions, ScalarBuilder, ScalarOperand } from "./vocabulary.js";

export type { ScalarBuilder } from "./vocabulary.js";

const castOf = { f32: "toF32", f64: "toF64", i32: "toI32", bool: "toBool" } as const satisfies Record<
  DType,
  BuiltinName
>;

const castTo = new Map<BuiltinName, DType>(
  (["f32", "f64", "i32", "bool"] as const).map((dtype) => [castOf[dtype], dtype]),
);

/** The dtype that weak literals take: that of the first operand that is no number; `select` looks past its condition. */
function operandDType(name: BuiltinName, args: readonly ScalarOperand[]): DType {
  const candidates = name === "select" ? args.slice(1) : args;
  for (const arg of candidates) if (typeof arg !== "number") return arg.dtype;
  throw new Error(`${name}: at least one operand must have a dtype; write s.constant(value, dtype)`);
}

function resultOf(name: BuiltinName, operand: DType): DType {
  const { result } = builtin(name);
  return result === "same" ? operand : result === "told" ? (castTo.get(name) ?? operand) : result;
}

function call(name: BuiltinName, args: readonly ScalarOperand[]): ScalarExpr {
  const record = builtin(name);
  if (args.length !== record.arity) throw new Error(`${name} takes ${record.arity} operands, got ${args.length}`);
  const dtype = operandDType(name, args);
  const operands = args.map((arg) => (typeof arg === "number" ? constant(arg, dtype) : arg));
  return { kind: "Call", fn: name, args: operands, dtype: resultOf(name, dtype) };
}

const constant = (value: number, dtype: DType): ScalarExpr => ({ kind: "Const", value, dtype });

// Each key of `builtins` gets its function; the mapped type says the same.
export const builtinFunctions = Object.fromEntries(
  Object.keys(builtins).map((name) => [name, (...args: readonly ScalarOperand[]) => call(name as BuiltinName, args)]),
) as unknown as BuiltinFunctions;

export const scalarBuilder: ScalarBuilder = {
  ...builtinFunctions,
  constant,
  position: (index) => ({ kind: "Position", index, dtype: "i32" }),
  cast: (x, dtype) => (x.dtype === dtype ? x : call(castOf[dtype], [x])),
};

/** The vocabulary of kernels: where an operand is f32, forms in float precision stand for what has them. */
export const kernelBuilder: ScalarBuilder = {
  ...scalarBuilder,
  // Each key of `floatForms` is that of a builtin, and takes what this takes.
  ...(Object.fromEntries(
    Object.entries(floatForms).map(([name, { form }]) => [
      name,
      (...args: readonly ScalarOperand[]) => {
        const exact = call(name as BuiltinName, args);
        return exact.kind === "Call" && exact.dtype === "f32" ? form(kernelBuilder, exact.args) : exact;
      },
    ]),
  ) as Partial<BuiltinFunctions>),
};
