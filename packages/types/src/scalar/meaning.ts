/**
 * What builtins compute: primitives by their records, functions by their definitions.
 *
 * Invariant: a function's value is that of the very expressions that targets write, evaluated in doubles as they are
 * there, so both give the same bits.
 */
import type { DType } from "../shape/tensor.js";
import { builtinFunctions } from "./builder.js";
import { builtin } from "./builtins.js";
import type { ScalarExpr } from "./expr.js";
import { functions } from "./functions/index.js";
import type { BuiltinName, FunctionName } from "./names.js";
import { type Primitive, type PrimitiveName, primitives } from "./primitives.js";

/** A definition written out: each named value may use those before it. */
export interface ScalarFunction {
  readonly params: readonly string[];
  readonly lets: readonly { readonly name: string; readonly value: ScalarExpr }[];
  readonly result: ScalarExpr;
}

export const isFunction = (name: BuiltinName): name is FunctionName => Object.hasOwn(functions, name);

const written = new Map<FunctionName, ScalarFunction>();

/** Values of a definition are doubles, or the words of a function of bits. */
const refTo = (name: string, words: boolean): ScalarExpr => ({ kind: "Ref", name, dtype: words ? "i32" : "f64" });

/** The definition of a function as expressions over its parameters and named values. */
export function scalarFunction(name: FunctionName): ScalarFunction {
  const known = written.get(name);
  if (known !== undefined) return known;
  const { arity, body, operands } = functions[name];
  const params = ["x", "y", "z"].slice(0, arity);
  const lets: { name: string; value: ScalarExpr }[] = [];
  const nameValue = (hint: string, value: ScalarExpr): ScalarExpr => {
    if (params.includes(hint) || lets.some((each) => each.name === hint))
      throw new Error(`${name}: the name '${hint}' is given twice`);
    lets.push({ name: hint, value });
    return refTo(hint, value.dtype === "i32");
  };
  const param = (each: string): ScalarExpr => refTo(each, operands === "i32");
  const result = body({ ...builtinFunctions, let: nameValue }, param("x"), param("y"), param("z"));
  const made = { params, lets, result };
  written.set(name, made);
  return made;
}

type Values = Map<string, number>;
type Evaluate = (values: Values) => number;

/** An expression of a definition as a closure: functions are evaluated many times over. */
function closureOf(expr: ScalarExpr, named: ReadonlyMap<string, Evaluate>): Evaluate {
  switch (expr.kind) {
    case "Const":
      return () => expr.value;
    case "Ref": {
      const { name } = expr;
      const value = named.get(name);
      return (values) => values.get(name) ?? kept(values, name, value?.(values) ?? Number.NaN);
    }
    case "Call": {
      const args = expr.args.map((arg) => closureOf(arg, named));
      const [test, yes, no] = args;
      if (expr.fn === "select" && test && yes && no) return (values) => (test(values) !== 0 ? yes(values) : no(values));
      const dtype = expr.args[0]?.dtype ?? expr.dtype;
      return (values) =>
        evaluateBuiltin(
          expr.fn,
          dtype,
          args.map((arg) => arg(values)),
        );
    }
    case "Load":
    case "Position":
      throw new Error("a scalar function reads nothing but its operands");
  }
}

function kept(values: Values, name: string, value: number): number {
  values.set(name, value);
  return value;
}

const closures = new Map<FunctionName, (args: readonly number[]) => number>();

function evaluateFunction(name: FunctionName, args: readonly number[]): number {
  const known = closures.get(name);
  if (known !== undefined) return known(args);
  const { params, lets, result } = scalarFunction(name);
  const named = new Map<string, Evaluate>();
  for (const { name: each, value } of lets) named.set(each, closureOf(value, named));
  const body = closureOf(result, named);
  const evaluate = (given: readonly number[]): number =>
    body(new Map(params.map((param, k) => [param, given[k] ?? Number.NaN])));
  closures.set(name, evaluate);
  return evaluate(args);
}

/** The meaning of a call at a dtype: integers wrap. */
export function evaluateBuiltin(name: BuiltinName, dtype: DType, args: readonly number[]): number {
  if (isFunction(name)) return evaluateFunction(name, args);
  const record: Primitive = primitives[name satisfies PrimitiveName];
  const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = args;
  const { i32 } = builtin(name);
  return dtype === "i32" && i32 !== undefined ? i32.evaluate(x, y) : record.evaluate(x, y, z);
}
