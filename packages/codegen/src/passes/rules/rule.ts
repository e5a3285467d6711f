/**
 * Rewrite rules as data: a name, a pattern, what stands for it, and whether that gives the same bits.
 *
 * Patterns are trees made with `p`: `p.add(x, 0)`; `x`, `y` and `z` stand for anything, a
 * number for that literal. Invariant: both sides have the same shape and dtype for all operands.
 */
import {
  type Atom,
  asTraced,
  atomOf,
  type Eqn,
  isFloat,
  type OpName,
  type RuleOperand,
  tensorOf,
  vocabulary,
  within,
} from "@tapeless/types/compiler";
import type { Rewriting } from "../rewrite.js";

/** Anything, and the same thing wherever the name stands. */
export interface Wildcard {
  readonly wildcard: string;
}

export interface OpPattern {
  readonly op: OpName;
  readonly inputs: readonly Pattern[];
}

export type Pattern = Wildcard | OpPattern | number;

export const [x, y, z] = [{ wildcard: "x" }, { wildcard: "y" }, { wildcard: "z" }] as const;

/** Pattern builders, one for each op that rules speak of. */
const build =
  (op: OpName) =>
  (...inputs: readonly Pattern[]): OpPattern => ({ op, inputs });

export const p = {
  add: build("add"),
  sub: build("sub"),
  mul: build("mul"),
  div: build("div"),
  neg: build("neg"),
  pow: build("pow"),
  stopGradient: build("stopGradient"),
} as const;

/** What an equation becomes, or `undefined` where the rule does not apply. Runs inside the new program's trace. */
export type Apply = (eqn: Eqn, rewriting: Rewriting, old: Eqn) => Atom | undefined;

export interface Rule {
  readonly name: string;
  /** True: the same bits for every input. False: within rounding, or up to the sign of zero, or at NaN and Infinity. */
  readonly exact: boolean;
  readonly op: OpName;
  readonly apply: Apply;
}

type Bindings = Map<string, Atom>;

function match(pattern: Pattern, atom: Atom, definition: Rewriting["definition"], found: Bindings): boolean {
  if (typeof pattern === "number") return atom.kind === "Lit" && Object.is(atom.value, pattern);
  if ("wildcard" in pattern) {
    const known = found.get(pattern.wildcard);
    found.set(pattern.wildcard, atom);
    return known === undefined || known === atom;
  }
  const eqn = definition(atom);
  return eqn !== undefined && matchEqn(pattern, eqn, definition, found);
}

const matchEqn = (pattern: OpPattern, eqn: Eqn, definition: Rewriting["definition"], found: Bindings): boolean =>
  eqn.op === pattern.op &&
  eqn.inputs.length === pattern.inputs.length &&
  pattern.inputs.every((input, k) => match(input, eqn.inputs[k] as Atom, definition, found)); // of equal length

/** Builds the right-hand side in the running trace. */
function instantiate(pattern: Pattern, found: Bindings): RuleOperand {
  if (typeof pattern === "number") return pattern;
  if ("wildcard" in pattern) {
    const atom = found.get(pattern.wildcard);
    if (atom === undefined) throw new Error(`bug: '${pattern.wildcard}' stands on the right of a rule only`);
    return tensorOf(atom);
  }
  return vocabulary()[pattern.op](...pattern.inputs.map((input) => instantiate(input, found)));
}

/** A rule from two patterns. Float operands only, unless `integers`. */
export function rule(
  name: string,
  left: OpPattern,
  right: Pattern,
  options: { readonly exact: boolean; readonly integers?: boolean },
): Rule {
  const apply: Apply = (eqn, { trace, definition }) => {
    const [out] = eqn.outs;
    const found: Bindings = new Map();
    if (out === undefined || (!isFloat(out) && options.integers !== true)) return undefined;
    if (!matchEqn(left, eqn, definition, found)) return undefined;
    if (typeof right === "object" && "wildcard" in right) return sameType(found.get(right.wildcard), eqn);
    return within(trace, () => atomOfValue(instantiate(right, found)));
  };
  return { name, exact: options.exact, op: left.op, apply };
}

/** A wildcard may stand for the whole only if it has its shape: a literal has none of its own. */
const sameType = (atom: Atom | undefined, eqn: Eqn): Atom | undefined =>
  atom?.kind === "Var" || eqn.outs[0]?.shape.length === 0 ? atom : undefined;

const atomOfValue = (value: RuleOperand): Atom | undefined =>
  typeof value === "number" ? undefined : atomOf(asTraced(value, "rule"), "rule");

/** A rule that looks at attributes. */
export const ruleFor = (name: string, op: OpName, options: { readonly exact: boolean }, apply: Apply): Rule => ({
  name,
  exact: options.exact,
  op,
  apply,
});
