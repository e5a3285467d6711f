/**
 * What one element of an equation's result costs, where each is computed on its own from a few elements of the operands.
 *
 * Invariant: read from the op's definition and the records of its builtins, so no op is known by its name here.
 */
import {
  type BuiltinName,
  builtin,
  coreAval,
  type Definition,
  type Eqn,
  isFloat,
  type LoweringContext,
  namedSize,
  opNamed,
  type ScalarExpr,
  scalarBuilder,
} from "@tapeless/types/compiler";
import { costOf } from "../ir/kernel/cost.js";

export interface ElementCost {
  /** As ir/kernel/cost.ts counts, without loads. */
  readonly operations: number;
  /** May jump where an operand changes by a rounding: a comparison, floor, a cast to integers. */
  readonly jumps: boolean;
  /** An element of an operand as it is, perhaps of another place: a cast is none, for it may round. */
  readonly isRead: boolean;
}

const jumping: ReadonlySet<BuiltinName> = new Set([
  "floor",
  "ceil",
  "trunc",
  "round",
  "sign",
  "rem",
  "mod",
  "toI32",
  "toBool",
]);

function jumps(expr: ScalarExpr): boolean {
  if (expr.kind !== "Call") return false;
  const { fn, args } = expr;
  return args.some(jumps) || (args.some(isFloat) && (jumping.has(fn) || builtin(fn).result === "bool"));
}

function definitionOf(eqn: Eqn): Definition | undefined {
  const { lowering } = opNamed(eqn.op);
  const [out] = eqn.outs;
  if (lowering.form !== "define" || out === undefined || eqn.outs.length > 1) return undefined;
  const operands = eqn.inputs.map((atom, k) => {
    const { shape, dtype } = coreAval(atom, eqn.batch, k);
    return { shape, dtype, at: (): ScalarExpr => ({ kind: "Ref", name: "x", dtype }), indexAt: () => namedSize("x") };
  });
  const shape = out.shape.slice(eqn.batch.length);
  const context: LoweringContext = { s: scalarBuilder, index: () => namedSize("x"), operands, shape, dtype: out.dtype };
  return lowering.define(context, eqn.attrs);
}

/** A product without a sum is a reduction over no axis. */
const isElementwise = (definition: Definition): boolean =>
  definition.form === "map" || (definition.form === "reduce" && definition.keep.length === definition.domain.length);

/** Undefined where an element takes a sum, a loop, or more than one result. */
export function elementCost(eqn: Eqn): ElementCost | undefined {
  const definition = definitionOf(eqn);
  if (definition === undefined || !isElementwise(definition)) return undefined;
  const axes = (eqn.outs[0]?.shape ?? []).slice(eqn.batch.length);
  const element = definition.body(axes.map((_, k) => namedSize(`i${k}`)));
  return { operations: costOf(element), jumps: jumps(element), isRead: element.kind !== "Call" };
}
