/**
 * A trace: the program being written while a model, or a rule, runs.
 *
 * Invariants: equations are hash-consed per trace (equal op, operands, attributes, functions and batch give the same
 * variables, those of commutative ops in either order; spans merge); an operand of an enclosing live trace is captured as a
 * hidden parameter; one of a finished or unrelated trace is an error.
 */
import type { Attrs } from "../node/attrs.js";
import { equalShape, namesOf } from "../shape/size.js";
import { Consed } from "./consed.js";
import { TraceError } from "./errors.js";
import { foundBy, withFreshTrips } from "./found.js";
import { inferEqn } from "./infer.js";
import { type Atom, type Aval, type BatchAxis, type Eqn, type Func, makeVar, type Span, type Var } from "./ir.js";
import { currentSpans, mergeSpans } from "./spans.js";

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

const noAttrs: Attrs = {};

const sameList = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a === b || (a.length === b.length && a.every((item, k) => item === b[k]));

const sameType = (a: Aval, b: Aval | undefined): boolean =>
  b !== undefined && a.dtype === b.dtype && (a.shape === b.shape || equalShape(a.shape, b.shape));

export class Trace {
  private readonly params: Var[] = [];
  private readonly eqns: Eqn[] = [];
  /** The variables of this trace, numbered in the order of definition. */
  private readonly ids = new Map<Var, number>();
  private readonly consed = new Consed(this.eqns, this.ids);
  /** By number of a variable the equation that defines it; none for a parameter. */
  private readonly definedAt: (number | undefined)[] = [];
  private readonly captured = new Map<Var, Var>();
  /** Names of sizes that equations here find. */
  private readonly found = new Set<string>();
  private live = true;
  private origin: readonly Span[] = [];

  constructor(
    readonly name: string,
    readonly parent?: Trace,
  ) {}

  /** The names of the dimensions of what this trace and those around it are given. */
  get dimensions(): ReadonlySet<string> {
    const own = this.params.flatMap(({ shape }) => shape.flatMap(namesOf));
    return new Set([...(this.parent?.dimensions ?? []), ...own]);
  }

  get captures(): readonly Capture[] {
    return [...this.captured].map(([outer, inner]) => ({ outer, inner }));
  }

  private define(variable: Var): Var {
    this.ids.set(variable, this.ids.size);
    return variable;
  }

  param(aval: Aval, name = ""): Var {
    const variable = this.define(makeVar(aval, name));
    this.params.push(variable);
    return variable;
  }

  private holds(variable: Var): boolean {
    return this.live && (this.ids.has(variable) || (this.parent?.holds(variable) ?? false));
  }

  private finds(name: string): boolean {
    return this.found.has(name) || (this.parent?.finds(name) ?? false);
  }

  /** The atom as this trace may use it: its own, or the hidden parameter of one of an enclosing trace. */
  resolve(atom: Atom): Atom {
    if (atom.kind === "Lit" || this.ids.has(atom)) return atom;
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

  /** Adds an equation, or finds the equal one that is there, and gives its results. */
  emit(parts: EqnParts, names: readonly string[] = []): readonly Var[] {
    return this.add(parts, names, undefined);
  }

  /**
   * An equation of another program, one that is right as a whole, with these operands and its results named as there: what passes
   * do most of all.
   */
  copy(eqn: Eqn, inputs: readonly Atom[], funcs: readonly Func[] = eqn.funcs): readonly Var[] {
    const { op, attrs, batch, spans } = eqn;
    const names = eqn.outs.map((out) => out.name);
    // The types of results follow from those of operands and functions, and from what is copied.
    const isAlike = sameList(funcs, eqn.funcs) && inputs.every((atom, k) => sameType(atom, eqn.inputs[k]));
    return this.add({ op, inputs, attrs, funcs, batch, spans }, names, isAlike ? eqn.outs : undefined);
  }

  private add(parts: EqnParts, names: readonly string[], known: readonly Aval[] | undefined): readonly Var[] {
    if (!this.live) throw new TraceError("TL0381", `'${this.name}' is finished; no more can be computed in it`);
    const inputs = parts.inputs.map((atom) => this.resolve(atom));
    const spans = parts.spans === undefined || parts.spans.length === 0 ? this.origin : parts.spans;
    const { op, attrs = noAttrs, funcs = [], batch = [] } = parts;
    const full = { op, inputs, attrs, funcs, batch, spans };
    const hash = this.consed.hashOf(full);
    const at = this.consed.find(hash, full);
    const equal = at === undefined ? undefined : this.eqns[at];
    if (at !== undefined && equal !== undefined) {
      const merged = mergeSpans(equal.spans, spans);
      if (merged !== equal.spans) this.eqns[at] = { ...equal, spans: merged };
      return equal.outs;
    }
    const types = known ?? inferEqn(op, inputs, attrs, funcs, batch);
    const outs = types.map((type, k) => this.define(makeVar(type, names[k] ?? "")));
    this.consed.add(hash);
    for (const out of outs) this.definedAt[this.ids.get(out) ?? 0] = this.eqns.length;
    for (const name of foundBy(full)) this.found.add(name);
    this.eqns.push({ op, inputs, attrs, funcs, batch, outs, spans });
    return outs;
  }

  /** The equation that defines a variable of this trace; a parameter has none. */
  definition(variable: Var): Eqn | undefined {
    const at = this.definedAt[this.ids.get(variable) ?? -1];
    return at === undefined ? undefined : this.eqns[at];
  }

  /** Where an op that is called now comes from: what `at` says, for then a rule calls it; else a line of the model. */
  places(): readonly Span[] {
    return this.origin.length > 0 ? this.origin : currentSpans();
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

  /**
   * Copies a function's equations into this trace, its parameters replaced by `args`; gives its results. Sizes that it
   * finds get other names where theirs are taken here.
   */
  inline(given: Func, args: readonly Atom[]): readonly Atom[] {
    const func = withFreshTrips(given, (name) => this.finds(name));
    const env = new Map<Var, Atom>();
    func.params.forEach((param, k) => env.set(param, args[k] ?? param));
    const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
    for (const eqn of func.eqns) {
      // Checked anew: the sizes of a function that is called may have been put in for names.
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
