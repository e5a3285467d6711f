/**
 * The record that a primitive is: everything its readers (trace, verify, eval, autodiff, lowering, docs, tests) need.
 *
 * Invariant: an op has exactly one derivative rule, in one of the forms below, or says why it has none. There are no
 * reverse rules: reverse mode transposes the linear program that the forward rules give.
 */
import type { Attrs } from "../node/attrs.js";
import type { Size } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";
import type { Definition, LoweringContext } from "./definition.js";
import type { Aval, Func } from "./ir.js";
import type { OpName } from "./op-names.gen.js";

/** A value under a trace, as rules see it. */
export interface Value {
  readonly sizes: readonly Size[];
  readonly dtype: DType;
  /** The number, where the value is a literal of the program. */
  readonly literal: number | undefined;
}

export type RuleOperand = Value | number;

/** The op vocabulary that rules are written against: `o.mul(x, y)`, `o.sum(ct, { axes: [0] })`. Shapes must agree. */
export type Vocabulary = { readonly [name in OpName]: (...args: readonly (RuleOperand | Attrs)[]) => Value };

/** The equation a rule is run for; batch axes are never seen by rules. */
export interface RuleContext {
  readonly attrs: Attrs;
  readonly inputs: readonly Aval[];
  readonly outs: readonly Aval[];
}

/** Elementwise: dy/dxᵢ for each operand. A literal 0 means that nothing flows there. */
export interface PartialsRule {
  readonly form: "partials";
  readonly partials: (
    o: Vocabulary,
    operands: readonly Value[],
    out: Value,
    context: RuleContext,
  ) => readonly RuleOperand[];
}

/** Written out; must be linear in the tangents. `tangents[k]` is undefined where the tangent is zero. */
export interface JvpRule {
  readonly form: "jvp";
  readonly jvp: (
    o: Vocabulary,
    operands: readonly Value[],
    tangents: readonly (Value | undefined)[],
    out: Value,
    context: RuleContext,
  ) => Value;
}

/** The op is linear: its tangent is the op itself, applied to tangents, as `Op.linear` says. */
export interface LinearForm {
  readonly form: "linear";
}

/** `zero`: piecewise constant, the tangent is exactly zero. Otherwise differentiating it is an error in these words. */
export interface NonDifferentiable {
  readonly form: "none";
  readonly zero: boolean;
  readonly why: string;
}

/** Differentiated by the compiler itself: equations with nested functions. */
export interface StructuralForm {
  readonly form: "structural";
}

export type DerivativeRule = PartialsRule | JvpRule | LinearForm | NonDifferentiable | StructuralForm;

/** In which operands an op is linear, and its transpose. */
export interface LinearRule {
  /** Their positions; `all` where an op takes any number. */
  readonly operands: readonly number[] | "all";
  /** `each`: in each of them while the others are fixed (a product). `jointly`: in all of them at once (a sum). */
  readonly mode: "each" | "jointly";
  /** The cotangent of operand `k`; operands that are tangents themselves are undefined. */
  readonly transpose: (
    o: Vocabulary,
    k: number,
    ct: Value,
    operands: readonly (Value | undefined)[],
    context: RuleContext,
  ) => Value;
}

/** What the op computes: in index notation, by other ops, or by the compiler (nested functions). */
export type LoweringRule =
  | { readonly form: "define"; readonly define: (context: LoweringContext, attrs: Attrs) => Definition }
  | {
      readonly form: "decompose";
      readonly decompose: (o: Vocabulary, operands: readonly Value[], context: RuleContext) => Value;
    }
  | StructuralForm;

/** A tensor in a sample: one number, or nested lists. */
export type Nested = number | readonly Nested[];

/** Operands and the result that theory or an independent source gives for them. */
export interface Sample {
  readonly in: readonly Nested[];
  readonly attrs?: Attrs;
  readonly out: Nested;
}

export interface Op {
  readonly name: string;
  /** One sentence with the formula. */
  readonly doc: string;
  /** Output element i depends on operand elements i alone; shapes agree, literals aside. */
  readonly elementwise: boolean;
  /** Operands in either order give the same bits, so equations that differ in it alone are one. */
  readonly commutative?: true;
  readonly arity: number | "variadic";
  /** Run-time shape rule on core shapes; throws `ShapeError`. */
  readonly infer: (inputs: readonly Aval[], attrs: Attrs, funcs: readonly Func[]) => readonly Aval[];
  readonly derivative: DerivativeRule;
  readonly linear?: LinearRule;
  /**
   * The attributes that make the op itself work on operands with one more leading axis (where `mapped`), if it can.
   * Elementwise ops need none; an op without keeps the axis as a batch axis of the equation.
   */
  readonly absorb?: (attrs: Attrs, size: Size, mapped: readonly boolean[]) => Attrs | undefined;
  /** Sizes that are equal, or the op means nothing: with names in them a relation, which the call checks. */
  readonly relations?: (inputs: readonly Aval[], attrs: Attrs) => readonly (readonly [Size, Size])[];
  readonly lowering: LoweringRule;
  /**
   * Dtypes of each operand that the op takes, the one to test with first; a variadic op's last list stands for all that
   * follow. Operands with equal lists are of one dtype.
   */
  readonly dtypes: readonly (readonly DType[])[];
  readonly samples: readonly Sample[];
  /** Operand values where something happens (kinks, overflow, NaN), tested besides random ones. */
  readonly edges: readonly number[];
  /** Random test operands are drawn from here, so that they lie in the domain and off the kinks. */
  readonly domain: readonly [number, number];
}
