/**
 * Finds out which rows are picked by integers that come straight from an input. Those inputs are checked where the
 * generated function is called, so their equations are marked `inRange` and pick without looking. An index that is
 * computed has no place to be refused: it picks with care instead (a row of zeros, an update that is dropped).
 *
 * Invariant: an equation is marked only if every element of its indices is an element of a checked input.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  intAttr,
  type Size,
  scanAttrs,
  showSize,
  whileAttrs,
} from "@tapeless/types/compiler";

export interface IndexCheck {
  /** Position of the parameter. */
  readonly param: number;
  /** Exclusive. */
  readonly bound: Size;
}

/** The program with its marks, and what must be checked for them to be true. */
export interface TrustedProgram {
  readonly func: Func;
  readonly checks: readonly IndexCheck[];
}

/** The parameters whose elements a value is made of, all of them and nothing else. */
type Origins = Map<Atom, readonly number[]>;

/** Ops that hand on all elements as they are. Not `slice`: what it leaves out need not be in range. */
const moves = new Set(["reshape", "broadcastTo", "permute", "concat", "stopGradient"]);

/** The indices an equation picks with, and their bound. */
function picked(eqn: Eqn): { readonly indices: Atom; readonly bound: Size } | undefined {
  const batched = eqn.batch.filter((axis) => axis.mapped[0] === true).length;
  const [table, second] = eqn.inputs;
  switch (eqn.op) {
    case "gather":
    case "scatterAdd":
      return second === undefined ? undefined : { indices: second, bound: table?.shape[batched] ?? 0 };
    case "takeAlongAxis":
    case "addAlongAxis":
      return second === undefined
        ? undefined
        : { indices: second, bound: table?.shape[batched + intAttr(eqn.attrs, "axis")] ?? 0 };
    case "oneHot":
      // A class that does not exist is a mistake in a loss, and a row of zeros anywhere else.
      return table === undefined || eqn.attrs.checked !== true
        ? undefined
        : { indices: table, bound: eqn.attrs.depth as Size }; // its attribute
    default:
      return undefined;
  }
}

/** Where the elements of an equation's result come from, if from parameters alone. */
function originOf(eqn: Eqn, origins: Origins): readonly number[] | undefined {
  const from = eqn.inputs.map((input) => origins.get(input));
  if (!moves.has(eqn.op) || from.some((params) => params === undefined)) return undefined;
  return [...new Set(from.flatMap((params) => params ?? []))];
}

/**
 * A loop's body sees captured tensors and slices of what the loop goes along; its carries are its own. A branch sees nothing:
 * the choice may be there to keep an index out of it, and then the call must not refuse that index.
 */
function bodyOrigins(eqn: Eqn, at: number, body: Func, origins: Origins): Origins {
  if (eqn.op === "while") return capturedOrigins(eqn, at, body, origins);
  const inner: Origins = new Map();
  if (eqn.op === "switch") return inner;
  const { consts, carries } = scanAttrs(eqn.attrs);
  eqn.inputs.forEach((input, k) => {
    const from = origins.get(input);
    const param = body.params[k];
    if (from !== undefined && param !== undefined && (k < consts || k >= consts + carries)) inner.set(param, from);
  });
  return inner;
}

/** The test and the body of a `while`, each with what it captures. */
function capturedOrigins(eqn: Eqn, at: number, body: Func, origins: Origins): Origins {
  const { tests, consts } = whileAttrs(eqn.attrs);
  const inner: Origins = new Map();
  const captured = at === 0 ? eqn.inputs.slice(0, tests) : eqn.inputs.slice(tests, tests + consts);
  captured.forEach((input, k) => {
    const from = origins.get(input);
    const param = body.params[k];
    if (from !== undefined && param !== undefined) inner.set(param, from);
  });
  return inner;
}

function trustIn(func: Func, origins: Origins, found: Map<string, IndexCheck>): Func {
  const eqns = func.eqns.map((eqn): Eqn => {
    const origin = originOf(eqn, origins);
    const [out] = eqn.outs;
    if (origin !== undefined && out !== undefined) origins.set(out, origin);
    const funcs = eqn.funcs.map((body, at) => trustIn(body, bodyOrigins(eqn, at, body, origins), found));
    const pick = picked(eqn);
    const params = pick === undefined ? undefined : origins.get(pick.indices);
    if (pick === undefined || params === undefined) return { ...eqn, funcs };
    for (const param of params) found.set(`${param}:${showSize(pick.bound)}`, { param, bound: pick.bound });
    return { ...eqn, funcs, attrs: { ...eqn.attrs, inRange: true } };
  });
  return { ...func, eqns };
}

/** The marks and checks of an expanded program. */
export function trustIndices(func: Func): TrustedProgram {
  const found = new Map<string, IndexCheck>();
  const origins: Origins = new Map();
  for (const [k, param] of func.params.entries()) if (param.dtype === "i32") origins.set(param, [k]);
  return { func: trustIn(func, origins, found), checks: [...found.values()] };
}
