/**
 * The run-time object behind `Tensor`: either a declaration (an input of a function not yet called) or a value of a
 * trace. Invariant: recognised by a registered symbol, never by `instanceof`, so that two copies of the DSL in one
 * process understand each other's tensors.
 */
import { parseSize, type Size, showSize, toSize } from "../shape/size.js";
import type { AnyTensor, DType, Shape, Tensor } from "../shape/tensor.js";
import { TraceError } from "./errors.js";
import type { Atom } from "./ir.js";
import type { Value } from "./op.js";

const brand = Symbol.for("tapeless.tensor");

/** A tensor as the implementation sees it. `atom` is undefined for a declaration. */
export interface TracedTensor extends Value {
  readonly shape: Shape;
  readonly [brand]: Atom | undefined;
}

/** Dimensions as users wrote them: numbers, and the texts of everything else. */
export const userShape = (sizes: readonly Size[]): Shape =>
  sizes.map((size) => (typeof size === "number" ? size : showSize(size)));

/** What JavaScript asks for in `x > 0`, `x + 1`, `${x}`: there is no number yet, and a comparison would quietly be false. */
function refusePrimitive(this: Pick<TracedTensor, "shape" | "dtype">): never {
  const shown = `${this.dtype}[${this.shape.join(", ")}]`;
  throw new TraceError(
    "TL0398",
    `a tensor (${shown}) has no value while the model is built, so JavaScript cannot compare it, add to it or print it; use ` +
      "functions of tensors, such as greater, where and add",
  );
}

function makeTensor(sizes: readonly Size[], dtype: DType, atom: Atom | undefined): TracedTensor {
  const literal = atom?.kind === "Lit" ? atom.value : undefined;
  const tensor = { shape: userShape(sizes), dtype, sizes, literal, [brand]: atom };
  // Not enumerable: what copies, prints or compares a tensor as an object does not come across it.
  Object.defineProperty(tensor, Symbol.toPrimitive, { value: refusePrimitive });
  return Object.freeze(tensor);
}

/** A name, or what sizes of names print as: `n`, `2*n+1`. */
const dimensionName = /^-?(\d+|[A-Za-z_]\w*)(\*[A-Za-z_]\w*)*([+-](\d+|[A-Za-z_]\w*)(\*[A-Za-z_]\w*)*)*$/;

/** A dimension has one text, so that types and the program mean the same by it. */
function declared(dim: number | string, dtype: DType, axis: number): Size {
  const text = typeof dim === "number" ? dim : showSize(parseSize(dim));
  if (text === dim) return toSize(dim);
  throw new TraceError("TL0390", `${dtype}: '${dim}' at axis ${axis} is written '${text}'`);
}

/** An input to be: shape and dtype only. */
export function declareTensor<S extends Shape, D extends DType>(shape: readonly [...S], dtype: D): Tensor<S, D> {
  const sizes = shape.map((dim, axis) => {
    if (typeof dim === "number" ? Number.isInteger(dim) && dim >= 0 : dimensionName.test(dim))
      return declared(dim, dtype, axis);
    const what = typeof dim === "number" ? `size ${dim}` : `'${dim}'`;
    const rule = "a dimension is a whole number, 0 or more, or a name of letters, digits and _";
    throw new TraceError("TL0390", `${dtype}: ${what} at axis ${axis} is no dimension; ${rule}`);
  });
  return makeTensor(sizes, dtype, undefined) as unknown as Tensor<S, D>; // the sizes are those of S
}

/** The tensor of an atom of a trace. */
export const tensorOf = (atom: Atom): TracedTensor => makeTensor(atom.shape, atom.dtype, atom);

export const isTensor = (value: unknown): value is TracedTensor =>
  typeof value === "object" && value !== null && brand in value;

/** The traced side of a public tensor; anything else is an error that says what an operand may be. */
export function asTraced(value: AnyTensor | Value, op: string): TracedTensor {
  if (isTensor(value)) return value;
  const expected = typeof value === "number" ? "a tensor" : "a tensor or a number"; // ops that take numbers do not ask
  throw new TraceError("TL0382", `${op}: an operand must be ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  if (Array.isArray(value)) return "an array";
  if (ArrayBuffer.isView(value)) return "a typed array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The atom of a tensor that has a value. */
export function atomOf(tensor: TracedTensor, op: string): Atom {
  const atom = tensor[brand];
  if (atom !== undefined) return atom;
  throw new TraceError(
    "TL0383",
    `${op}: ${tensor.dtype}[${tensor.shape.join(", ")}] is a declaration, not a value; use what the body is given`,
  );
}
