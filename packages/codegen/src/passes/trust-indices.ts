/**
 * Finds out which rows are picked by integers that come straight from an input. Those inputs are checked where the
 * generated function is called, so their equations are marked `inRange` and pick without looking. An index that is
 * computed has no place to be refused: it picks with care instead (a row of zeros, an update that is dropped).
 *
 * Invariant: an equation is marked only if every element of its indices is an element of a checked input. What may never
 * run refuses nothing: in a loop of a named length the check is for lengths above 0; in a branch, or in the body of a
 * loop with a test and in loops of the length that it finds, nobody knows on entry, so indices from outside pick with care.
 */
import {
  type Atom,
  derivationOf,
  type Eqn,
  type Func,
  foundIn,
  intAttr,
  mulSize,
  namesOf,
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
  /** The steps of loops around of named lengths: where there are none, it picks nothing. */
  readonly steps?: Size;
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
  if (!(moves.has(eqn.op) || eqn.attrs.together === true) || from.some((params) => params === undefined))
    return undefined;
  return [...new Set(from.flatMap((params) => params ?? []))];
}

/**
 * A loop's body sees captured tensors and slices of what the loop goes along; its carries are its own. A branch sees nothing:
 * the choice may be there to keep an index out of it, and then the call must not refuse that index. Nor does the body of a
 * loop with a test, which may hold at once; the test runs in any case.
 */
function bodyOrigins(eqn: Eqn, at: number, origins: Origins, foundNames: ReadonlySet<string>): Origins {
  const body = eqn.funcs[at];
  const inner: Origins = new Map();
  const see = (input: Atom, k: number): void => {
    const [from, param] = [origins.get(input), body?.params[k]];
    if (from !== undefined && param !== undefined) inner.set(param, from);
  };
  if (eqn.op === "while" && at === 0) eqn.inputs.slice(0, whileAttrs(eqn.attrs).tests).forEach(see);
  if (eqn.op === "while" || eqn.op === "switch") return inner;
  const { consts, carries, length } = scanAttrs(eqn.attrs);
  if (namesOf(length).some((name) => foundNames.has(name))) return inner;
  eqn.inputs.forEach((input, k) => {
    if (k < consts || k >= consts + carries) see(input, k);
  });
  return inner;
}

/** A part of a loop that is cut takes no step where the loop takes none, whose length its own follows from. */
function lengthOf(eqn: Eqn): Size {
  const { length } = scanAttrs(eqn.attrs);
  const [derivation] = namesOf(length).flatMap((name) => derivationOf(name) ?? []);
  return derivation?.of ?? length;
}

/** How often a function of the equation runs, all loops around counted; a branch, or a while's, as often as they. */
const stepsOf = (eqn: Eqn, around: Size): Size => (eqn.op === "scan" ? mulSize(around, lengthOf(eqn)) : around);

const keyOf = ({ param, bound, steps = 1 }: IndexCheck): string => `${param}:${showSize(bound)}:${showSize(steps)}`;

/** What is known of the whole program, and what is found out about it. */
interface Search {
  /** Sizes that loops find. */
  readonly names: ReadonlySet<string>;
  readonly found: Map<string, IndexCheck>;
}

function trustIn(func: Func, origins: Origins, steps: Size, search: Search): Func {
  const eqns = func.eqns.map((eqn): Eqn => {
    const origin = originOf(eqn, origins);
    const [out] = eqn.outs;
    if (origin !== undefined && out !== undefined) origins.set(out, origin);
    const funcs = eqn.funcs.map((body, at) =>
      trustIn(body, bodyOrigins(eqn, at, origins, search.names), stepsOf(eqn, steps), search),
    );
    const pick = picked(eqn);
    const params = pick === undefined ? undefined : origins.get(pick.indices);
    if (pick === undefined || params === undefined) return { ...eqn, funcs };
    for (const param of steps === 0 ? [] : params) {
      const check = { param, bound: pick.bound, ...(typeof steps === "number" ? {} : { steps }) };
      search.found.set(keyOf(check), check);
    }
    return { ...eqn, funcs, attrs: { ...eqn.attrs, inRange: true } };
  });
  return { ...func, eqns };
}

/** The marks and checks of an expanded program. */
export function trustIndices(func: Func): TrustedProgram {
  const found = new Map<string, IndexCheck>();
  // one that is there in any case is enough
  const isNeeded = ({ param, bound, steps }: IndexCheck): boolean =>
    steps === undefined || !found.has(keyOf({ param, bound }));
  const origins: Origins = new Map();
  for (const [k, param] of func.params.entries()) if (param.dtype === "i32") origins.set(param, [k]);
  return {
    func: trustIn(func, origins, 1, { names: new Set(foundIn(func)), found }),
    checks: [...found.values()].filter(isNeeded),
  };
}
