/**
 * Carries that count the steps: the linear half of a loop makes them from the number of the step.
 *
 * Invariant: integers wrap in sums and products alike, so start + step · n is what n steps add up to.
 */
import { type Atom, type Eqn, type Func, makeLit, makeVar, type Var } from "@tapeless/types/compiler";

export interface Counters {
  /** The number of the step, which the linear half walks along. */
  readonly steps: Var;
  /** What each counter starts at, captured by the linear half. */
  readonly starts: readonly Var[];
  readonly inits: readonly Atom[];
  /** Define the carries. */
  readonly eqns: readonly Eqn[];
}

const scalar = { shape: [], dtype: "i32" } as const;

const plain = (op: string, inputs: readonly Atom[], out: Var): Eqn => ({
  op,
  inputs,
  attrs: {},
  funcs: [],
  batch: [],
  outs: [out],
  spans: [],
});

/** What every step adds to a carry, if it is the same: a literal, or a captured number. */
function incrementOf(func: Func, captured: ReadonlySet<Atom>, carry: Var, next: Atom | undefined): Atom | undefined {
  if (carry.dtype !== "i32" || carry.shape.length > 0) return undefined;
  const eqn = func.eqns.find(({ outs }) => outs[0] === next);
  const [x, y] = eqn?.inputs ?? [];
  if (eqn === undefined || eqn.batch.length > 0 || eqn.inputs.length !== 2 || x === undefined || y === undefined)
    return undefined;
  const isFixed = (atom: Atom): boolean => atom.kind === "Lit" || captured.has(atom);
  if (eqn.op === "add" && x === carry && isFixed(y)) return y;
  if (eqn.op === "add" && y === carry && isFixed(x)) return x;
  return eqn.op === "sub" && x === carry && y.kind === "Lit" ? makeLit(-y.value, "i32") : undefined;
}

/** The counters among the carries of a loop whose steps go upwards; `inits` are what the carries start at. */
export function countersOf(
  func: Func,
  captured: ReadonlySet<Atom>,
  carries: readonly Var[],
  inits: readonly Atom[],
): Counters {
  const steps = makeVar(scalar, "step");
  const found = carries.flatMap((carry, k) => {
    const [increment, init] = [incrementOf(func, captured, carry, func.outs[k]), inits[k]];
    return increment === undefined || init === undefined
      ? []
      : [{ carry, increment, init, start: makeVar(scalar, carry.name) }];
  });
  return {
    steps,
    starts: found.map(({ start }) => start),
    inits: found.map(({ init }) => init),
    eqns: found.flatMap(({ carry, increment, start, init }) => {
      const from = init.kind === "Lit" ? init : start;
      if (increment.kind === "Lit" && increment.value === 1) return [plain("add", [from, steps], carry)];
      const walked = makeVar(scalar);
      return [plain("mul", [steps, increment], walked), plain("add", [from, walked], carry)];
    }),
  };
}
