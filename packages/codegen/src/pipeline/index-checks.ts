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

/** Ops that hand elements on as they are. */
const moves = new Set(["reshape", "broadcastTo", "permute", "slice"]);

function collect(func: Func, origins: Map<Atom, number>, found: Map<string, ParamIndexCheck>): void {
  for (const eqn of func.eqns) {
    const [first] = eqn.inputs;
    const origin = first === undefined ? undefined : origins.get(first);
    const [out] = eqn.outs;
    if (moves.has(eqn.op) && origin !== undefined && out !== undefined) origins.set(out, origin);
    const pick = picked(eqn);
    const param = pick?.indices === undefined ? undefined : origins.get(pick.indices);
    if (pick !== undefined && param !== undefined)
      found.set(`${param}:${showSize(pick.bound)}`, { param, bound: pick.bound });
    for (const body of eqn.funcs) collect(body, bodyOrigins(eqn, body, origins), found);
  }
}

/** A loop's body sees captured tensors and slices of what the loop goes along; its carries are its own. */
function bodyOrigins(eqn: Eqn, body: Func, origins: ReadonlyMap<Atom, number>): Map<Atom, number> {
  const { consts, carries } = scanAttrs(eqn.attrs);
  const inner = new Map<Atom, number>();
  eqn.inputs.forEach((input, k) => {
    const origin = origins.get(input);
    const param = body.params[k];
    if (origin !== undefined && param !== undefined && (k < consts || k >= consts + carries)) inner.set(param, origin);
  });
  return inner;
}

/** The checks of an expanded program. */
export function indexChecksOf(func: Func): readonly ParamIndexCheck[] {
  const found = new Map<string, ParamIndexCheck>();
  collect(func, new Map(func.params.flatMap((param, k) => (param.dtype === "i32" ? [[param, k]] : []))), found);
  return [...found.values()];
}
