/**
 * Sums that need not wait: what all terms of a sum have as a factor stands behind it, where the factor is made of later sums
 * than the rest is.
 *
 * Σⱼ aᵢⱼ cᵢ = cᵢ Σⱼ aᵢⱼ, and Σⱼ (aᵢⱼ cᵢ + bᵢⱼ dᵢ) = cᵢ Σⱼ aᵢⱼ + dᵢ Σⱼ bᵢⱼ. A softmax divides by a sum over the row, a normalisation by
 * one of squares, and their derivatives sum once more: what is summed can be collected where the row is read anyway, so it is
 * gone through once less. A factor that stays the same along some of the summed axes stands behind the sum along these:
 * Σᵢⱼ aᵢⱼ cᵢ = Σᵢ cᵢ Σⱼ aᵢⱼ. Invariant: in f32 only, where these products and sums are in double precision, so that neither their size nor
 * what they cancel costs digits. In f64 nothing is wider: a factor may be what keeps the terms in range.
 */
import {
  type Atom,
  type DType,
  type Eqn,
  equalShape,
  type Func,
  intsAttr,
  isFloat,
  makeLit,
  opNamed,
  type Var,
} from "@tapeless/types/compiler";
import { type Rewriting, rewriteFunc } from "./rewrite.js";

type Definition = Rewriting["definition"];

/** Sums that become this many are more work than going through the terms once more. */
const mostTerms = 4;

/** Ops that hand elements on. */
const moving: ReadonlySet<string> = new Set([
  "broadcastTo",
  "reshape",
  "permute",
  "slice",
  "flip",
  "pad",
  "concat",
  "iota",
]);

/** How many reductions stand one behind the other on the way to a value: it cannot be computed in fewer passes. */
class Levels {
  private readonly known = new Map<Atom, number>();

  constructor(private readonly definition: Definition) {}

  of(atom: Atom): number {
    const known = this.known.get(atom);
    if (known !== undefined) return known;
    const eqn = this.definition(atom);
    const before = Math.max(0, ...(eqn?.inputs ?? []).map((input) => this.of(input)));
    const waits = eqn !== undefined && !opNamed(eqn.op).elementwise && !moving.has(eqn.op);
    const level = waits ? before + 1 : before;
    this.known.set(atom, level);
    return level;
  }
}

/** A term of a sum, or of what is added in each of its terms. */
interface Term {
  readonly atom: Atom;
  readonly isNegative: boolean;
}

/** The same for all terms: what is broadcast, without the axes along which it is. */
interface Factor {
  readonly source: Atom;
  readonly isDivisor: boolean;
}

interface Part {
  readonly rest: Var;
  readonly factors: readonly Factor[];
  readonly isNegative: boolean;
}

/** Does a broadcast give the same all along an axis of its result? */
function isSpread({ attrs, inputs: [source] }: Eqn, axis: number): boolean {
  const place = intsAttr(attrs, "axes").indexOf(axis);
  return place < 0 || (source?.kind === "Var" && source.shape[place] === 1);
}

/** Ops through which a factor of an operand is one of the result, or of what is added in it. */
const passed: ReadonlySet<string> = new Set(["mul", "div", "add", "sub", "neg"]);

const none: ReadonlySet<number> = new Set();

const intersection = (a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> =>
  new Set([...a].filter((each) => b.has(each)));

class Sum {
  private readonly axes: ReadonlySet<number>;

  constructor(
    private readonly eqn: Eqn,
    private readonly out: Var,
    private readonly levels: Levels,
    private readonly rewriting: Rewriting,
  ) {
    this.axes = new Set(intsAttr(eqn.attrs, "axes"));
  }

  /** Those of the summed axes along which every late factor of a product stays the same. */
  private sameAlong(atom: Atom, level: number): ReadonlySet<number> {
    if (this.levels.of(atom) < level) return this.axes;
    const eqn = this.behind(atom);
    if (eqn?.op === "broadcastTo") return new Set([...this.axes].filter((axis) => isSpread(eqn, axis)));
    if (eqn === undefined || !passed.has(eqn.op)) return none;
    return eqn.inputs.map((input) => this.sameAlong(input, level)).reduce(intersection, this.axes);
  }

  /** Some, not all, of the axes, along which a sum can be collected early. */
  earlyAxes(): readonly number[] {
    const [whole] = this.eqn.inputs;
    const level = whole === undefined ? 0 : this.levels.of(whole);
    const same = whole === undefined || level === 0 ? none : this.sameAlong(whole, level);
    return same.size < this.axes.size ? [...same] : [];
  }

  private behind(atom: Atom): Eqn | undefined {
    const eqn = this.rewriting.definition(atom);
    return eqn?.batch.length === 0 ? eqn : undefined;
  }

  /** What is added in each term of the sum. */
  private termsOf({ atom, isNegative }: Term): readonly Term[] {
    const eqn = this.behind(atom);
    const [a, b] = eqn?.inputs ?? [];
    if (eqn?.op === "neg" && a !== undefined) return this.termsOf({ atom: a, isNegative: !isNegative });
    const isSum = eqn?.op === "add" || eqn?.op === "sub";
    if (!isSum || a === undefined || b === undefined) return [{ atom, isNegative }];
    return [
      ...this.termsOf({ atom: a, isNegative }),
      ...this.termsOf({ atom: b, isNegative: isNegative !== (eqn.op === "sub") }),
    ];
  }

  /** Is it as late as the whole, and the same all along the axes that are summed? */
  private isLateFactor(atom: Atom, level: number): boolean {
    const eqn = this.behind(atom);
    const [source] = eqn?.inputs ?? [];
    if (eqn?.op !== "broadcastTo" || source?.kind !== "Var" || this.levels.of(atom) < level) return false;
    return [...this.axes].every((axis) => isSpread(eqn, axis));
  }

  /** The product without its late factors, which are added to `factors`; undefined where nothing else is in it. */
  private rest(atom: Atom, level: number, factors: Factor[]): Atom | undefined {
    if (this.isLateFactor(atom, level)) {
      factors.push({ source: atom, isDivisor: false });
      return undefined;
    }
    const eqn = this.behind(atom);
    const [a, b] = eqn?.inputs ?? [];
    if (eqn === undefined || a === undefined || b === undefined || this.levels.of(atom) < level) return atom;
    if (eqn.op === "mul") {
      const [left, right] = [this.rest(a, level, factors), this.rest(b, level, factors)];
      if (left === undefined || right === undefined) return left ?? right;
      return left === a && right === b ? atom : this.emit("mul", left, right);
    }
    if (eqn.op !== "div") return atom;
    const left = this.rest(a, level, factors) ?? makeLit(1, atom.dtype);
    if (this.isLateFactor(b, level)) {
      factors.push({ source: b, isDivisor: true });
      return left.kind === "Lit" ? undefined : left;
    }
    return left === a ? atom : this.emit("div", left, b);
  }

  /** In double precision. */
  private emit(op: "mul" | "div" | "add" | "sub", a: Atom, b: Atom): Atom {
    return this.one({ op, inputs: [this.cast(a, "f64"), this.cast(b, "f64")], attrs: {} });
  }

  private one(parts: Parameters<Rewriting["trace"]["emit"]>[0]): Atom {
    const [made] = this.rewriting.trace.emit(parts);
    if (made === undefined) throw new Error(`bug: '${parts.op}' gives nothing`);
    return made;
  }

  private cast(atom: Atom, dtype: DType): Atom {
    if (atom.dtype === dtype) return atom;
    if (atom.kind === "Lit") return makeLit(atom.value, dtype);
    return this.one({ op: "cast", inputs: [atom], attrs: { dtype } });
  }

  /** The factor for each element of the result. */
  private spread(factor: Atom): Atom {
    const eqn = this.behind(factor);
    const [source] = eqn?.inputs ?? [];
    if (eqn === undefined || source?.kind !== "Var") throw new Error("bug: a factor is broadcast");
    const axes = intsAttr(eqn.attrs, "axes");
    const kept = axes.flatMap((axis, k) => (this.axes.has(axis) ? [] : [k]));
    const shape = kept.map((k) => source.shape[k] ?? 1);
    const small =
      kept.length === axes.length ? source : this.one({ op: "reshape", inputs: [source], attrs: { shape } });
    const places = kept.map((k) => {
      const axis = axes[k] ?? 0;
      return axis - [...this.axes].filter((summed) => summed < axis).length;
    });
    const isWhole = equalShape(shape, this.out.shape);
    const spread = { op: "broadcastTo", inputs: [small], attrs: { shape: this.out.shape, axes: places } } as const;
    return this.cast(isWhole ? small : this.one(spread), "f64");
  }

  /** What is left of a term without its late factors, and these. */
  private partOf({ atom, isNegative }: Term, level: number): Part | undefined {
    const factors: Factor[] = [];
    const rest = this.rest(atom, level, factors);
    return rest?.kind !== "Var" || this.levels.of(rest) >= level ? undefined : { rest, factors, isNegative };
  }

  /** The sum of one kind of terms, times their factors. */
  private collected({ rest, factors }: Part): Atom {
    const sum = this.one({ op: "sum", inputs: [this.cast(rest, "f64")], attrs: this.eqn.attrs });
    return factors.reduce(
      (product, { source, isDivisor }) => this.emit(isDivisor ? "div" : "mul", product, this.spread(source)),
      sum,
    );
  }

  early(dtype = this.out.dtype): Atom | undefined {
    const [whole] = this.eqn.inputs;
    const level = whole === undefined ? 0 : this.levels.of(whole);
    if (whole === undefined || level === 0) return undefined;
    const terms = this.termsOf({ atom: whole, isNegative: false });
    if (terms.length > mostTerms) return undefined;
    const parts = terms.flatMap((term) => this.partOf(term, level) ?? []);
    const [first, ...others] = parts;
    if (first === undefined || parts.length < terms.length) return undefined;
    const start = this.collected(first);
    const total = others.reduce(
      (sum, part) => this.emit(part.isNegative ? "sub" : "add", sum, this.collected(part)),
      first.isNegative ? this.one({ op: "neg", inputs: [start], attrs: {} }) : start,
    );
    return this.cast(total, dtype);
  }
}

const isPlainSum = (eqn: Eqn, out: Var | undefined): out is Var =>
  eqn.op === "sum" &&
  eqn.batch.length === 0 &&
  out !== undefined &&
  isFloat(out) &&
  intsAttr(eqn.attrs, "axes").length > 0;

/** A sum in double precision serves the one in single precision as well. */
function shareWideSums(func: Func): Func {
  const wide = new Map<Atom, readonly Eqn[]>();
  const definitions = new Map(func.eqns.flatMap((eqn) => eqn.outs.map((out) => [out as Atom, eqn] as const)));
  for (const eqn of func.eqns) {
    const cast = eqn.inputs[0] === undefined ? undefined : definitions.get(eqn.inputs[0]);
    const [narrow] = cast?.inputs ?? [];
    if (!isPlainSum(eqn, eqn.outs[0]) || cast?.op !== "cast" || narrow?.dtype !== "f32") continue;
    wide.set(narrow, [...(wide.get(narrow) ?? []), eqn]);
  }
  if (wide.size === 0) return func;
  return rewriteFunc(func, (eqn, { trace }, old) => {
    const [input] = old.inputs;
    if (input === undefined || !isPlainSum(eqn, eqn.outs[0])) return undefined;
    const axes = intsAttr(eqn.attrs, "axes").join();
    if (!wide.get(input)?.some(({ attrs }) => intsAttr(attrs, "axes").join() === axes)) return undefined;
    const terms = trace.emit({ op: "cast", inputs: eqn.inputs, attrs: { dtype: "f64" } });
    const sum = trace.emit({ op: "sum", inputs: terms, attrs: eqn.attrs });
    return trace.emit({ op: "cast", inputs: sum, attrs: { dtype: "f32" } });
  });
}

/** A sum along some of the axes, early, and then along the others; undefined where that is none. */
function inTwo(eqn: Eqn, levels: Levels, rewriting: Rewriting, first: readonly number[]): Atom | undefined {
  const { trace, definition } = rewriting;
  const [plain] = trace.emit({ op: "sum", inputs: eqn.inputs, attrs: { axes: first } });
  const made = plain === undefined ? undefined : definition(plain);
  if (plain === undefined || made === undefined) throw new Error("bug: a sum gives nothing");
  const inner = new Sum(made, plain, levels, rewriting).early("f64");
  if (inner === undefined) return undefined;
  const rest = intsAttr(eqn.attrs, "axes").filter((axis) => !first.includes(axis));
  const axes = rest.map((axis) => axis - first.filter((each) => each < axis).length);
  const total = trace.emit({ op: "sum", inputs: [inner], attrs: { axes } });
  const [narrow] = trace.emit({ op: "cast", inputs: total, attrs: { dtype: "f32" } });
  return narrow;
}

function earlySum(eqn: Eqn, out: Var, levels: Levels, rewriting: Rewriting): Atom | undefined {
  const sum = new Sum(eqn, out, levels, rewriting);
  const whole = sum.early();
  const first = whole === undefined ? sum.earlyAxes() : [];
  return first.length === 0 ? whole : inTwo(eqn, levels, rewriting, first);
}

export function earlySums(func: Func): Func {
  const levels = new Map<Rewriting, Levels>();
  const rewritten = rewriteFunc(func, (eqn, rewriting) => {
    const [out] = eqn.outs;
    if (!isPlainSum(eqn, out) || out.dtype !== "f32") return undefined;
    const known = levels.get(rewriting) ?? new Levels(rewriting.definition);
    levels.set(rewriting, known);
    const early = earlySum(eqn, out, known, rewriting);
    return early === undefined ? undefined : [early];
  });
  return shareWideSums(rewritten);
}
