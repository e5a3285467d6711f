/**
 * Which dtypes an op takes, and which dtype its operands have in common.
 *
 * Invariant: nothing is converted silently. Number literals are weak (they take the dtype of the tensors); tensors of
 * different dtypes are an error that says to cast.
 */
import type { Same } from "./dims.js";
import type { Message } from "./messages.js";
import { shapeError } from "./messages.js";
import type { DType, Tensor } from "./tensor.js";

/** Groups of dtypes: what ops of the group do not take, and the words for what they take. */
export const dtypeKinds = {
  float: { refused: ["i32", "bool"], text: "f32 or f64" },
  numeric: { refused: ["bool"], text: "f32, f64 or i32" },
  integer: { refused: ["f32", "f64", "bool"], text: "i32" },
  boolean: { refused: ["f32", "f64", "i32"], text: "bool" },
  any: { refused: [], text: "f32, f64, i32 or bool" },
} as const satisfies Record<string, { readonly refused: readonly DType[]; readonly text: string }>;

type DTypeKinds = typeof dtypeKinds;

export type DTypeKind = keyof DTypeKinds;

/** A dtype that is still a type parameter is none of those: there the caller is trusted. */
type IsOneOf<D, List extends readonly DType[]> = List extends readonly [
  infer First,
  ...infer Rest extends readonly DType[],
]
  ? Same<D, First> extends true
    ? true
    : IsOneOf<D, Rest>
  : false;

/** Asked for every operand, so by kind and dtype alone: the compiler remembers the few answers. */
export type Refuses<Kind extends DTypeKind, D> = IsOneOf<D, DTypeKinds[Kind]["refused"]>;

/** The operand itself where an op of this kind takes its dtype, else the message. Numbers have none and pass. */
export type Takes<Op extends string, Kind extends DTypeKind, X, What extends string = "the operand"> =
  X extends Tensor<infer _, infer D>
    ? Refuses<Kind, D> extends true
      ? Message<"dtype", { op: Op; what: What; expected: DTypeKinds[Kind]["text"]; actual: D }>
      : X
    : X;

/** The message for operands of two dtypes. */
export type DTypesDiffer<Op extends string, D extends DType, E extends DType> = Message<
  "dtypes",
  { op: Op; left: D; right: E }
>;

/** Twin of `Takes`: the dtype itself, or the error. */
export function takenDType<D extends DType>(op: string, kind: DTypeKind, dtype: D, what = "the operand"): D {
  const { refused, text }: { readonly refused: readonly DType[]; readonly text: string } = dtypeKinds[kind];
  if (!refused.includes(dtype)) return dtype;
  throw shapeError("dtype", { op, what, expected: text, actual: dtype });
}

/**
 * Twin of `Takes` and `DTypesDiffer` over all operands of an op, in their order; a number stands for a literal operand.
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
