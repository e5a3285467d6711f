/**
 * Which dtypes an op takes, and which dtype its operands have in common.
 *
 * Invariant: nothing is converted silently. Number literals are weak (they take the dtype of the tensors); tensors of
 * different dtypes are an error that says to cast.
 */
import type { Same } from "./dims.js";
import type { Message } from "./messages.js";
import { shapeError } from "./messages.js";
import type { DType } from "./tensor.js";

/** Groups of dtypes that ops take, with the words for them. */
export const dtypeKinds = {
  float: { dtypes: ["f32", "f64"], text: "f32 or f64" },
  numeric: { dtypes: ["f32", "f64", "i32"], text: "f32, f64 or i32" },
  integer: { dtypes: ["i32"], text: "i32" },
  boolean: { dtypes: ["bool"], text: "bool" },
  any: { dtypes: ["f32", "f64", "i32", "bool"], text: "f32, f64, i32 or bool" },
} as const;

type DTypeKinds = typeof dtypeKinds;

export type DTypeKind = keyof DTypeKinds;

/** The dtypes of a kind as a union. */
export type DTypesOf<Kind extends DTypeKind> = DTypeKinds[Kind]["dtypes"][number];

/** The dtype itself where it is one, `never` for a type parameter or a union: there the caller is trusted. */
type KnownDType<D> =
  Same<D, "f32"> extends true
    ? "f32"
    : Same<D, "f64"> extends true
      ? "f64"
      : Same<D, "i32"> extends true
        ? "i32"
        : Same<D, "bool"> extends true
          ? "bool"
          : never;

/** `Accepted` where an op of this kind takes the dtype, else the message. */
export type Takes<
  Op extends string,
  Kind extends DTypeKind,
  D extends DType,
  Accepted,
  What extends string = "the operand",
> = [KnownDType<D>] extends [DTypesOf<Kind>]
  ? Accepted
  : Message<"dtype", { op: Op; what: What; expected: DTypeKinds[Kind]["text"]; actual: D }>;

/** `Accepted` where two operands have one dtype, else the message. */
export type SameDType<Op extends string, D extends DType, E extends DType, Accepted> =
  Same<D, E> extends true ? Accepted : Message<"dtypes", { op: Op; left: D; right: E }>;

/** The message when a second operand of dtype `E` may not follow one of dtype `D`, else `never`. */
export type SecondDTypeError<Op extends string, Kind extends DTypeKind, D extends DType, E extends DType> = SameDType<
  Op,
  D,
  E,
  Takes<Op, Kind, E, never>
>;

/** Twin of `Takes`: the dtype itself, or the error. */
export function takenDType<D extends DType>(op: string, kind: DTypeKind, dtype: D, what = "the operand"): D {
  const { dtypes, text }: { readonly dtypes: readonly DType[]; readonly text: string } = dtypeKinds[kind];
  if (dtypes.includes(dtype)) return dtype;
  throw shapeError("dtype", { op, what, expected: text, actual: dtype });
}

/**
 * Twin of `Takes` and `SameDType` over all operands of an op, in their order; a number stands for a literal operand.
 * Literals alone are f32.
 */
export function commonDType(op: string, kind: DTypeKind, operands: readonly (DType | number)[]): DType {
  let common: DType | undefined;
  for (const operand of operands) {
    if (typeof operand === "number") continue;
    if (common === undefined) common = takenDType(op, kind, operand);
    else if (common !== operand) throw shapeError("dtypes", { op, left: common, right: operand });
  }
  if (common === "i32") {
    const value = operands.find((operand) => typeof operand === "number" && !Number.isInteger(operand));
    if (value !== undefined) throw shapeError("literal", { op, value });
  }
  return common ?? "f32";
}
