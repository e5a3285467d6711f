/** Checks scalar expressions and indices against a scope. Invariant: an expression that passes has the dtype that it says. */
import { builtin, type DType, type Index, namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import type { Space } from "./nodes.js";

/** What a name stands for. Indices and sizes are i32 values that only indices and positions may mention. */
export type Binding =
  | { readonly is: "size" | "index" }
  | { readonly is: "scalar"; readonly dtype: DType; readonly mutable: boolean }
  | { readonly is: "buffer"; readonly dtype: DType; readonly space: Space };

export type Scope = ReadonlyMap<string, Binding>;

/** Throws the error of the statement at hand. */
export type Expect = (holds: boolean, expected: string) => asserts holds;

export function verifyIndex(index: Index, scope: Scope, expect: Expect): void {
  for (const name of namesOf(index)) {
    const found = scope.get(name);
    expect(found !== undefined, `the name '${name}' of an index to be defined before`);
    expect(found.is !== "buffer", `'${name}' in an index to be a size, a loop index or an i32 scalar, not a buffer`);
    expect(found.is !== "scalar" || found.dtype === "i32", `the scalar '${name}' in an index to be i32`);
  }
}

const castResult: Readonly<Record<string, DType>> = { toF32: "f32", toF64: "f64", toI32: "i32", toBool: "bool" };

function verifyCall(expr: Extract<ScalarExpr, { kind: "Call" }>, expect: Expect): void {
  const record = builtin(expr.fn);
  expect(expr.args.length === record.arity, `${expr.fn} to have ${record.arity} operands`);
  const logical = expr.fn === "and" || expr.fn === "or" || expr.fn === "not";
  const operands = expr.fn === "select" ? expr.args.slice(1) : expr.args;
  const dtype = logical ? "bool" : operands[0]?.dtype;
  expect(
    operands.every((arg) => arg.dtype === dtype),
    `the operands of ${expr.fn} to have one dtype${logical ? ", bool" : ""}`,
  );
  if (expr.fn === "select") expect(expr.args[0]?.dtype === "bool", "the condition of select to be bool");
  const results = { same: dtype, bool: "bool", f64: "f64", told: castResult[expr.fn] } as const;
  const result = results[record.result];
  expect(expr.dtype === result, `the result of ${expr.fn} to be ${result}, not ${expr.dtype}`);
}

function verifyLoad(expr: Extract<ScalarExpr, { kind: "Load" }>, scope: Scope, expect: Expect): void {
  const found = scope.get(expr.buffer);
  expect(found?.is === "buffer", `'${expr.buffer}' to be a buffer`);
  expect(found.dtype === expr.dtype, `a load of '${expr.buffer}' to be ${found.dtype}, not ${expr.dtype}`);
  const [index] = expr.index;
  expect(index !== undefined && expr.index.length === 1, `a load of '${expr.buffer}' to have exactly one flat index`);
  verifyIndex(index, scope, expect);
}

export function verifyExpr(expr: ScalarExpr, scope: Scope, expect: Expect): void {
  switch (expr.kind) {
    case "Const":
      return;
    case "Position":
      verifyIndex(expr.index, scope, expect);
      return;
    case "Ref": {
      const found = scope.get(expr.name);
      expect(found?.is === "scalar", `'${expr.name}' to be a scalar defined before`);
      expect(found.dtype === expr.dtype, `'${expr.name}' to be read as ${found.dtype}, not ${expr.dtype}`);
      return;
    }
    case "Load":
      verifyLoad(expr, scope, expect);
      return;
    case "Call":
      for (const arg of expr.args) verifyExpr(arg, scope, expect);
      verifyCall(expr, expect);
      return;
  }
}
