/**
 * A trace: the program being written while a model, or a rule, runs.
 *
 * Invariants: equations are hash-consed per trace (equal op, operands, attributes, functions and batch give the same
 * variables; spans merge); an operand of an enclosing live trace is captured as a hidden parameter; one of a finished
 * or unrelated trace is an error.
 */
import { type Attrs, showAttrs } from "../node/attrs.js";
import { showSize } from "../shape/size.js";
import { TraceError } from "./errors.js";
import { inferEqn } from "./infer.js";
import { type Atom, type Aval, type BatchAxis, type Eqn, type Func, makeVar, type Span, type Var } from "./ir.js";
import { printFunc } from "./language.js";
import { mergeSpans } from "./spans.js";

/** What an equation is made of, before its results have types. */
export interface EqnParts {
  readonly op: string;
  readonly inputs: readonly Atom[];
  readonly attrs?: Attrs;
  readonly funcs?: readonly Func[];
  readonly batch?: readonly BatchAxis[];
  readonly spans?: readonly Span[];
}

/** A captured variable of an enclosing trace and the hidden parameter that stands for it inside. */
export interface Capture {
  readonly outer: Var;
  readonly inner: Var;
}

export class Trace {
  private readonly params: Var[] = [];
  private readonly eqns: Eqn[] = [];
  private readonly defined = new Set<Var>();
  private readonly consed = new Map<string, number>();
  private readonly ids = new Map<Var, number>();
  private readonly definedAt = new Map<Var, number>();
  private readonly captured = new Map<Var, Var>();
  private live = true;
  private origin: readonly Span[] = [];

  constructor(
    readonly name: string,
    readonly parent?: Trace,
  ) {}

  get captures(): readonly Capture[] {
    return [...this.captured].map(([outer, inner]) => ({ outer, inner }));
  }

  private define(variable: Var): Var {
    this.defined.add(variable);
    this.ids.set(variable, this.ids.size);
    return variable;
  }

  param(aval: Aval, name = ""): Var {
    const variable = this.define(makeVar(aval, name));
    this.params.push(variable);
    return variable;
  }

  private holds(variable: Var): boolean {
    return this.live && (this.defined.has(variable) || (this.parent?.holds(variable) ?? false));
  }

  /** The atom as this trace may use it: its own, or the hidden parameter of one of an enclosing trace. */
  resolve(atom: Atom): Atom {
    if (atom.kind === "Lit" || this.defined.has(atom)) return atom;
    const known = this.captured.get(atom);
    if (known !== undefined) return known;
    if (this.parent?.holds(atom) !== true) {
      throw new TraceError(
        "TL0381",
        `a tensor${atom.name === "" ? "" : ` ('${atom.name}')`} of a finished or unrelated function is used in ` +
          `'${this.name}'; pass it in as an input, or make it inside the body`,
      );
    }
    const inner = this.define(makeVar(atom, atom.name));
    this.captured.set(atom, inner);
    return inner;
  }

  private key(parts: Required<EqnParts>): string {
    const operands = parts.inputs.map((atom) =>
      atom.kind === "Lit" ? `${Object.is(atom.value, -0) ? "-0" : atom.value}:${atom.dtype}` : `%${this.ids.get(atom)}`,
    );
    const batch = parts.batch.map((axis) => `${showSize(axis.size)}:${axis.mapped.join("")}`);
    return [
      parts.op,
      operands,
      showAttrs(parts.attrs),
      batch,
      ...parts.funcs.map((func) => printFunc(func, { spans: false })),
    ].join("|");
  }

  /** Adds an equation, or finds the equal one that is there, and gives its results. */
  emit(parts: EqnParts, names: readonly string[] = []): readonly Var[] {
    if (!this.live) throw new TraceError("TL0381", `'${this.name}' is finished; no more can be computed in it`);
    const inputs = parts.inputs.map((atom) => this.resolve(atom));
    const spans = parts.spans === undefined || parts.spans.length === 0 ? this.origin : parts.spans;
    const full = { attrs: {}, funcs: [], batch: [], ...parts, inputs, spans };
    const key = this.key(full);
    const at = this.consed.get(key);
    const known = at === undefined ? undefined : this.eqns[at];
    if (at !== undefined && known !== undefined) {
      this.eqns[at] = { ...known, spans: mergeSpans(known.spans, full.spans) };
      return known.outs;
    }
    const types = inferEqn(full.op, inputs, full.attrs, full.funcs, full.batch);
    const outs = types.map((type, k) => this.define(makeVar(type, names[k] ?? "")));
    this.consed.set(key, this.eqns.length);
    for (const out of outs) this.definedAt.set(out, this.eqns.length);
    this.eqns.push({ ...full, outs });
    return outs;
  }

  /** The equation that defines a variable of this trace; a parameter has none. */
  definition(variable: Var): Eqn | undefined {
    const at = this.definedAt.get(variable);
    return at === undefined ? undefined : this.eqns[at];
  }

  /** Runs `body`; equations added meanwhile that know no place of their own come from `spans`. */
  at<T>(spans: readonly Span[], body: () => T): T {
    const before = this.origin;
    this.origin = spans;
    try {
      return body();
    } finally {
      this.origin = before;
    }
  }

  /** Copies a function's equations into this trace, its parameters replaced by `args`; gives its results. */
  inline(func: Func, args: readonly Atom[]): readonly Atom[] {
    const env = new Map<Var, Atom>();
    func.params.forEach((param, k) => env.set(param, args[k] ?? param));
    const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
    for (const eqn of func.eqns) {
      const outs = this.emit(
        { ...eqn, inputs: eqn.inputs.map(read) },
        eqn.outs.map((out) => out.name),
      );
      eqn.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
    }
    return func.outs.map(read);
  }

  /** Ends the trace. Hidden parameters come after the declared ones, in the order of `captures`. */
  finish(outs: readonly Atom[]): Func {
    const results = outs.map((atom) => this.resolve(atom));
    this.live = false;
    return {
      name: this.name,
      params: [...this.params, ...this.captured.values()],
      eqns: [...this.eqns],
      outs: results,
    };
  }

  /** Ends the trace without a result, after an error, so that nothing can be added to it. */
  abandon(): void {
    this.live = false;
  }
}
