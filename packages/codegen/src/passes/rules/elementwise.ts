/** Rules about elementwise equations and what is broadcast into them. */
import {
  type Atom,
  type Eqn,
  equalShape,
  intsAttr,
  isFloat,
  type Lit,
  makeLit,
  type OpName,
  opNamed,
  opNames,
  showAttrs,
} from "@tapeless/types/compiler";
import type { Rewriting } from "../rewrite.js";
import { type Apply, type Rule, ruleFor } from "./rule.js";

/** The literal that an operand is everywhere, if it is one. */
function literalOf(atom: Atom, { definition }: Rewriting): Lit | undefined {
  if (atom.kind === "Lit") return atom;
  const eqn = definition(atom);
  const [inner] = eqn?.op === "broadcastTo" ? eqn.inputs : [];
  return inner?.kind === "Lit" ? inner : undefined;
}

/** IEEE 754 gives these the same bits on every engine, so they may be computed at build time. */
const foldable: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  mulZero: (a, b) => (a === 0 || b === 0 ? 0 : a * b),
  div: (a, b) => a / b,
  neg: (a) => -a,
  sqrt: (a) => Math.sqrt(a),
};

/** `2 + 3` broadcast is 5 broadcast. */
const foldLiterals: Apply = (eqn, rewriting) => {
  const [out] = eqn.outs;
  const compute = foldable[eqn.op];
  const values = eqn.inputs.map((input) => literalOf(input, rewriting)?.value);
  const [a, b = 0] = values;
  if (out === undefined || compute === undefined || a === undefined || values.includes(undefined)) return undefined;
  if (!isFloat(out)) return undefined;
  const literal = makeLit(compute(a, b), out.dtype);
  if (out.shape.length === 0) return literal;
  const attrs = { shape: out.shape, axes: [], dtype: out.dtype };
  return rewriting.trace.emit({ op: "broadcastTo", inputs: [literal], attrs })[0];
};

/** An operand that is one literal everywhere is that literal, as long as another operand gives the shape. */
const splat: Apply = (eqn, rewriting) => {
  const literals = eqn.inputs.map((input) => (input.kind === "Var" ? literalOf(input, rewriting) : undefined));
  const shaped = eqn.inputs.some(
    (input, k) => input.kind === "Var" && literals[k] === undefined && input.shape.length > 0,
  );
  if (!shaped || literals.every((literal) => literal === undefined)) return undefined;
  return rewriting.trace.emit({ ...eqn, inputs: eqn.inputs.map((input, k) => literals[k] ?? input) })[0];
};

/** f(broadcast x, broadcast y) = broadcast f(x, y) where both are spread in the same way: fewer elements to compute. */
const broadcastLast: Apply = (eqn, { definition, trace }) => {
  const inner = eqn.inputs.map((input) => (input.kind === "Lit" ? undefined : definition(input)));
  const spreads = inner.filter((definition_): definition_ is Eqn => definition_ !== undefined);
  const vars = eqn.inputs.filter((input) => input.kind === "Var");
  const [first] = spreads;
  if (first === undefined || spreads.length !== vars.length || first.op !== "broadcastTo") return undefined;
  const same = spreads.every(
    (other) =>
      other.op === "broadcastTo" &&
      showAttrs(attrsOf(other)) === showAttrs(attrsOf(first)) &&
      sameOperand(other, first),
  );
  if (!same || first.inputs[0]?.kind === "Lit") return undefined;
  const small = eqn.inputs.map((input, k) => inner[k]?.inputs[0] ?? input);
  const [value] = trace.emit({ ...eqn, inputs: small });
  return value === undefined ? undefined : trace.emit({ op: "broadcastTo", inputs: [value], attrs: attrsOf(first) })[0];
};

/** A broadcast's `dtype` is for literals only. */
const attrsOf = (eqn: Eqn) => ({ shape: eqn.attrs.shape ?? [], axes: intsAttr(eqn.attrs, "axes") });

/** Not the rank alone: of `[2, 1]` and `[1, 3]`, both spread to `[2, 3]`, each is stretched along another axis. */
const sameOperand = (a: Eqn, b: Eqn): boolean => equalShape(a.inputs[0]?.shape ?? [], b.inputs[0]?.shape ?? []);

/**
 * A strong product with a mask is a choice: mulZero(d, mask) = where(mask, d, 0). Differs where d is not finite and the
 * mask 0. Plain products are the user's own, and keep their NaN.
 */
const maskToWhere: Apply = (eqn, { definition, trace }) => {
  const [a, b] = eqn.inputs;
  const [out] = eqn.outs;
  if (a === undefined || b === undefined || out === undefined || !isFloat(out)) return undefined;
  const maskOf = (atom: Atom): Atom | undefined => {
    const cast = definition(atom);
    const [mask] = cast?.op === "cast" ? cast.inputs : [];
    return mask?.dtype === "bool" ? mask : undefined;
  };
  const [mask, value] = maskOf(b) === undefined ? [maskOf(a), b] : [maskOf(b), a];
  if (mask === undefined || value.kind === "Lit") return undefined;
  return trace.emit({ op: "where", inputs: [mask, value, makeLit(0, out.dtype)] })[0];
};

/** A strong product with a number that is neither 0 nor infinite is the plain one, but for the sign of a zero. */
const strongLiteral: Apply = (eqn, rewriting) => {
  const plain = eqn.inputs.some((input) => {
    const value = literalOf(input, rewriting)?.value ?? 0;
    return value !== 0 && Number.isFinite(value);
  });
  return plain ? rewriting.trace.emit({ ...eqn, op: "mul" })[0] : undefined;
};

/** A cast to the dtype that is there already. */
const castSame: Apply = (eqn) => (eqn.inputs[0]?.dtype === eqn.outs[0]?.dtype ? eqn.inputs[0] : undefined);

const elementwiseNames = (): readonly OpName[] =>
  opNames().filter((name) => opNamed(name).elementwise) as readonly OpName[]; // names of the table

export const elementwiseRules = (): readonly Rule[] => [
  ruleFor("cast-same", "cast", { exact: true }, castSame),
  ruleFor("strong-literal", "mulZero", { exact: false }, strongLiteral),
  ruleFor("mask-mul-zero", "mulZero", { exact: false }, maskToWhere),
  ...elementwiseNames().flatMap((op) => [
    ...(op in foldable ? [ruleFor(`fold-${op}`, op, { exact: true }, foldLiterals)] : []),
    // Of one operand nothing but itself could give the shape.
    ...(opNamed(op).arity === 1 ? [] : [ruleFor(`splat-${op}`, op, { exact: true }, splat)]),
    ruleFor(`broadcast-last-${op}`, op, { exact: true }, broadcastLast),
  ]),
];
