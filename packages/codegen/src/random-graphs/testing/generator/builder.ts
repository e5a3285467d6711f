/**
 * The program under way: its values with what is known of them, and the one way to add an equation.
 *
 * Equations are not shared: the same one may stand twice, so that passes find work. Invariant: every value's elements
 * stay below its `magnitude` and, where it has a `limit`, in 0 … limit - 1; tensors stay small.
 */
import {
  type Atom,
  type Attrs,
  type Aval,
  type BatchAxis,
  type DType,
  type Eqn,
  equalShape,
  type Func,
  inferEqn,
  isFloat,
  makeLit,
  makeVar,
  namesOf,
  type Size,
  type Span,
  type Var,
} from "@tapeless/types/compiler";

/** A value that later equations may use. */
export interface Known {
  readonly atom: Var;
  /** Largest absolute value of an element, roughly. */
  readonly magnitude: number;
  /** An i32 value of which all elements are valid indices below this. */
  readonly limit: number | undefined;
}

export interface Style {
  /** Only what is differentiable everywhere. */
  readonly smooth: boolean;
  /** Also logarithms of anything, division by anything: NaN and Infinity turn up. */
  readonly wild: boolean;
  /** Transformations of nested functions (`vmap`, `jvp`, `vjp`). */
  readonly transformations: boolean;
}

/** Elements that a size stands for when tensors are kept small. */
const roughly = (size: Size): number => (typeof size === "number" ? size : 3);
export const roughCount = (shape: readonly Size[]): number => shape.reduce<number>((n, size) => n * roughly(size), 1);

export const maxElements = 160;

export interface Parts {
  readonly attrs?: Attrs;
  readonly funcs?: readonly Func[];
  readonly batch?: readonly BatchAxis[];
}

export class Builder {
  readonly eqns: Eqn[] = [];
  readonly values: Known[] = [];

  constructor(
    readonly style: Style,
    readonly params: readonly Known[],
    /** Nested functions may hold nested functions down to 0. */
    readonly depth: number,
    readonly names: readonly string[],
  ) {
    this.values.push(...params);
  }

  /** The `at`-th latest value that will do. */
  pick(at: number, test: (known: Known) => boolean = () => true): Known | undefined {
    const fitting = this.values.filter(test);
    return fitting[fitting.length - 1 - (at % Math.max(1, fitting.length))];
  }

  float(at: number): Known | undefined {
    return this.pick(at, ({ atom }) => isFloat(atom));
  }

  alike(aval: Aval, at: number): Known | undefined {
    return this.pick(at, ({ atom }) => atom.dtype === aval.dtype && equalShape(atom.shape, aval.shape));
  }

  add(
    op: string,
    operands: readonly (Known | number)[],
    magnitude: number,
    parts: Parts & { readonly dtype?: DType; readonly limit?: number } = {},
  ): Known {
    const like = operands.find(
      (operand): operand is Known => typeof operand !== "number" && operand.atom.dtype !== "bool",
    );
    const first = operands.find((operand): operand is Known => typeof operand !== "number");
    const dtype = parts.dtype ?? (like ?? first)?.atom.dtype ?? "f32";
    const inputs = operands.map((operand) => (typeof operand === "number" ? makeLit(operand, dtype) : operand.atom));
    const [out] = this.addAll(op, inputs, [magnitude], parts);
    if (out === undefined) throw new Error(`bug: '${op}' gave no result`);
    const known = { ...out, limit: parts.limit };
    this.values.splice(this.values.indexOf(out), 1, known);
    return known;
  }

  /** Adds an equation with any number of results. */
  addAll(op: string, inputs: readonly Atom[], magnitudes: readonly number[], parts: Parts = {}): readonly Known[] {
    const { attrs = {}, funcs = [], batch = [] } = parts;
    const at = this.eqns.length;
    const outs = inferEqn(op, inputs, attrs, funcs, batch).map((aval, k) =>
      makeVar(aval, at % 3 === 0 ? `h${at % 2}` : k > 0 ? `part${k}` : ""),
    );
    const spans: Span[] = at % 4 === 0 ? [{ file: "random.model.ts", line: at + 1, column: 3 }] : [];
    this.eqns.push({ op, inputs, attrs, funcs, batch, outs, spans });
    const made = outs.map((atom, k): Known => ({ atom, magnitude: magnitudes[k] ?? 1, limit: undefined }));
    this.values.push(...made);
    return made;
  }

  /** The value, squashed where it may be larger than `max`. */
  tame(known: Known, max: number): Known {
    return known.magnitude <= max || !isFloat(known.atom) ? known : this.add("tanh", [known], 1);
  }

  /** A value that is at least 0.5, made of this one. */
  positive(known: Known): Known {
    const x = this.tame(known, 4);
    return this.add("add", [this.add("mul", [x, x], x.magnitude ** 2), 0.5], x.magnitude ** 2 + 0.5);
  }

  /** A literal spread to a shape. */
  filled(value: number, { shape, dtype }: Aval): Known {
    return this.add("broadcastTo", [value], Math.abs(value), { attrs: { shape, axes: [], dtype }, dtype });
  }

  /** May the program speak of this size? */
  knows(size: Size): boolean {
    return namesOf(size).every((name) => this.names.includes(name));
  }

  finish(name: string, outs: readonly Atom[]): Func {
    return { name, params: this.params.map(({ atom }) => atom), eqns: this.eqns, outs };
  }
}
