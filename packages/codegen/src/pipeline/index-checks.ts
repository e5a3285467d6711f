/**
 * Which integer inputs pick rows or classes, and how many there are: checked where the generated function is called,
 * because an index out of range would read past the end of an array.
 *
 * Invariant: every input that reaches `gather`, `scatterAdd` or a checked `oneHot` unchanged is listed once per bound.
 */
import { type Atom, type Eqn, type Func, type Size, scanAttrs, showSize } from "@tapeless/types/compiler";

export interface ParamIndexCheck {
  /** Position of the parameter. */
  readonly param: number;
  /** Exclusive. */
  readonly bound: Size;
}

/** The indices an equation picks with, and their bound. */
function picked(eqn: Eqn): { readonly indices: Atom | undefined; readonly bound: Size } | undefined {
  const rows = (operand: number): Size => {
    const batched = eqn.batch.filter((axis) => axis.mapped[operand] === true).length;
    return eqn.inputs[operand]?.shape[batched] ?? 0;
  };
  switch (eqn.op) {
    case "gather":
    case "scatterAdd":
      return { indices: eqn.inputs[1], bound: rows(0) };
    case "oneHot":
      return eqn.attrs.checked === true ? { indices: eqn.inputs[0], bound: eqn.attrs.depth as Size } : undefined; // its attribute
    default:
      return undefined;
  }
}

/** The parameters whose elements a value is made of, unchanged. */
type Origins = Map<Atom, readonly number[]>;

/** Ops that hand elements on as they are. */
const moves = new Set(["reshape", "broadcastTo", "permute", "slice", "concat", "stopGradient"]);

function collect(func: Func, origins: Origins, found: Map<string, ParamIndexCheck>): void {
  for (const eqn of func.eqns) {
    const from = [...new Set(eqn.inputs.flatMap((input) => origins.get(input) ?? []))];
    const [out] = eqn.outs;
    if (moves.has(eqn.op) && from.length > 0 && out !== undefined) origins.set(out, from);
    const pick = picked(eqn);
    for (const param of pick?.indices === undefined ? [] : (origins.get(pick.indices) ?? []))
      if (pick !== undefined) found.set(`${param}:${showSize(pick.bound)}`, { param, bound: pick.bound });
    for (const body of eqn.funcs) collect(body, bodyOrigins(eqn, body, origins), found);
  }
}

/** A loop's body sees captured tensors and slices of what the loop goes along; its carries are its own. */
function bodyOrigins(eqn: Eqn, body: Func, origins: Origins): Origins {
  const { consts, carries } = scanAttrs(eqn.attrs);
  const inner: Origins = new Map();
  eqn.inputs.forEach((input, k) => {
    const from = origins.get(input);
    const param = body.params[k];
    if (from !== undefined && param !== undefined && (k < consts || k >= consts + carries)) inner.set(param, from);
  });
  return inner;
}

/** The checks of an expanded program. */
export function indexChecksOf(func: Func): readonly ParamIndexCheck[] {
  const found = new Map<string, ParamIndexCheck>();
  const integers: Origins = new Map();
  for (const [k, param] of func.params.entries()) if (param.dtype === "i32") integers.set(param, [k]);
  collect(func, integers, found);
  return [...found.values()];
}
