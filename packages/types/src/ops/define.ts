/**
 * How ops are written down: one function per family fills in what all its members share.
 *
 * Invariant: what these give is complete; nothing about an op is kept anywhere else.
 */

import { emit } from "../graph/emit.js";
import type { Aval } from "../graph/ir.js";
import type {
  DerivativeRule,
  LinearRule,
  Op,
  PartialsRule,
  RuleOperand,
  Sample,
  Value,
  Vocabulary,
} from "../graph/op.js";
import { opNamed } from "../graph/registry.js";
import { asTraced } from "../graph/tensor.js";
import type { Attrs } from "../node/attrs.js";
import type { ScalarBuilder } from "../scalar/builder.js";
import type { ScalarExpr } from "../scalar/expr.js";
import type { DTypeKind } from "../shape/dtypes.js";
import { elementwiseSize, type TensorSize } from "../shape/elementwise.js";
import { equalShape, type Size, showShape } from "../shape/size.js";
import type { AnyTensor, DType } from "../shape/tensor.js";

/** The record as it is; gives the literal its type. */
export const defineOp = (op: Op): Op => op;

type Scalars = readonly ScalarExpr[];

/** What an elementwise op says of itself. */
export interface ElementwiseSpec {
  readonly name: string;
  readonly doc: string;
  /** The scalar function, in builtins. */
  readonly lower: (s: ScalarBuilder, x: ScalarExpr, y: ScalarExpr, z: ScalarExpr) => ScalarExpr;
  readonly arity?: 1 | 2 | 3;
  /** Of two operands, which may change places without a bit of the result. */
  readonly commutative?: true;
  /** dy/dxᵢ; 0 where nothing flows. Left out for ops without a derivative (say `derivative`) and linear ones. */
  readonly partials?: (o: Vocabulary, x: Value, y: Value, z: Value, out: Value) => readonly RuleOperand[];
  readonly derivative?: DerivativeRule;
  readonly linear?: LinearRule;
  /** Which dtypes it takes: `float` unless said otherwise. */
  readonly kind?: DTypeKind;
  /** `bool` for predicates; the operands' otherwise. */
  readonly result?: "bool" | "operand" | ((attrs: Attrs) => DType);
  /** Where the operands differ in what they take. */
  readonly operandDTypes?: readonly (readonly DType[])[];
  readonly samples: readonly Sample[];
  readonly edges?: readonly number[];
  readonly domain?: readonly [number, number];
}

const dtypesOf: Readonly<Record<DTypeKind, readonly DType[]>> = {
  float: ["f64", "f32"],
  numeric: ["f64", "f32", "i32"],
  integer: ["i32"],
  boolean: ["bool"],
  any: ["f64", "f32", "i32", "bool"],
};

/** Operands of equal shape (or literals), as an elementwise equation has them. */
function sameShape(name: string, inputs: readonly Aval[]): readonly Size[] {
  const full = inputs.find((input) => input.shape.length > 0)?.shape ?? [];
  for (const { shape } of inputs) {
    if (shape.length > 0 && !equalShape(shape, full)) {
      throw new Error(`bug: ${name}: operands ${showShape(full)} and ${showShape(shape)} must be broadcast first`);
    }
  }
  return full;
}

function partialsRule(rule: NonNullable<ElementwiseSpec["partials"]>): PartialsRule {
  const operand = (operands: readonly Value[], k: number, out: Value): Value => operands[k] ?? out; // unused by ops of lower arity
  return {
    form: "partials",
    partials: (o, operands, out) =>
      rule(o, operand(operands, 0, out), operand(operands, 1, out), operand(operands, 2, out), out),
  };
}

function derivativeOf(spec: ElementwiseSpec): DerivativeRule {
  if (spec.derivative !== undefined) return spec.derivative;
  if (spec.partials !== undefined) return partialsRule(spec.partials);
  if (spec.linear !== undefined) return { form: "linear" };
  throw new Error(`bug: op '${spec.name}' has no derivative rule and does not say why`);
}

/** An op whose element i depends on the operands' elements i alone. */
export function defineElementwise(spec: ElementwiseSpec): Op {
  const arity = spec.arity ?? 1;
  const resultDType = (inputs: readonly Aval[], attrs: Attrs): DType => {
    if (spec.result === "bool") return "bool";
    if (typeof spec.result === "function") return spec.result(attrs);
    return inputs.at(-1)?.dtype ?? "f32"; // the last: the first of `where` is its condition
  };
  return {
    name: spec.name,
    doc: spec.doc,
    elementwise: true,
    arity,
    infer: (inputs, attrs) => [{ shape: sameShape(spec.name, inputs), dtype: resultDType(inputs, attrs) }],
    derivative: derivativeOf(spec),
    ...(spec.linear === undefined ? {} : { linear: spec.linear }),
    ...(spec.commutative === undefined ? {} : { commutative: spec.commutative }),
    lowering: {
      form: "define",
      define: ({ s, operands, dtype }) => ({
        form: "map",
        body: (i) => {
          const [x, y, z] = operands.map((operand) => operand.at(operand.shape.length === 0 ? [] : i)) as Scalars;
          const first = x ?? s.constant(0, dtype);
          return resultCast(s, spec.lower(s, first, y ?? first, z ?? first), dtype);
        },
      }),
    },
    dtypes: spec.operandDTypes ?? Array.from({ length: arity }, () => dtypesOf[spec.kind ?? "float"]),
    samples: spec.samples,
    edges: spec.edges ?? [],
    domain: spec.domain ?? [-2, 2],
  };
}

/** Casts say their result's dtype only through the equation. */
const resultCast = (s: ScalarBuilder, value: ScalarExpr, dtype: DType): ScalarExpr =>
  value.dtype === dtype ? value : s.cast(value, dtype);

// ---- the public functions of elementwise ops

/**
 * Gives an implementation its public signature. The signatures of `shape/` judge shapes in the types of arguments; the
 * implementation judges them again at run time with the twins, so it takes whatever comes.
 */
export const publicFunction = <F>(implementation: (...args: never[]) => unknown): F => implementation as unknown as F;

type Given = AnyTensor | number;

/** The axes of a result that an operand's axes meet when both are aligned at the right, as in NumPy. */
export const alignedAxes = (rank: number, resultRank: number): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => axis + resultRank - rank);

/** Broadcasts an operand to the common shape; literals stay literals. */
export function broadcastOperand(op: string, operand: Given, shape: readonly Size[]): RuleOperand {
  if (typeof operand === "number") return operand;
  const tensor = asTraced(operand, op);
  if (equalShape(tensor.sizes, shape)) return tensor;
  return emit("broadcastTo", [tensor], { shape, axes: alignedAxes(tensor.sizes.length, shape.length) });
}

/** What the run-time shape rules want to know of an operand. */
export function operandSize(op: string, operand: AnyTensor): TensorSize;
export function operandSize(op: string, operand: Given): TensorSize | number;
export function operandSize(op: string, operand: Given): TensorSize | number {
  if (typeof operand === "number") return operand;
  const { sizes, dtype } = asTraced(operand, op);
  return { shape: sizes, dtype };
}

/** Operands of an elementwise function, checked and broadcast to their common shape; literals stay literals. */
export function broadcastOperands(op: string, kind: DTypeKind, given: readonly Given[]): readonly RuleOperand[] {
  const sizes = given.map((operand) => operandSize(op, operand));
  const { shape } = elementwiseSize(op, kind, sizes);
  return given.map((operand) => broadcastOperand(op, operand, shape));
}

/**
 * The public function of an elementwise op: checks, broadcasts, and folds from the left where it is `variadic`. Of any
 * other op it takes as many operands as the op has, so that `tensors.map(relu)` and `tensors.reduce(maximum)` mean what
 * they say although `map` and `reduce` hand over positions as well.
 */
export function elementwiseFunction<F>(op: string, kind: DTypeKind = "float", variadic = false): F {
  const apply = (...given: readonly Given[]): Value => {
    const { arity } = opNamed(op);
    const count = variadic || arity === "variadic" ? given.length : arity;
    const operands = Array.from({ length: count }, (_, k) => given[k] as Given); // a missing one is refused by name
    const [first, ...rest] = broadcastOperands(op, kind, operands);
    if (first === undefined) throw new Error(`${op}: no operand`);
    // The sum of one tensor is that tensor.
    if (rest.length === 0) return variadic && typeof first !== "number" ? first : emit(op, [first]);
    return rest.reduce<RuleOperand>((left, right) => emit(op, [left, right]), first) as Value; // at least one step
  };
  return publicFunction<F>(apply);
}
