/**
 * Makes a program over values and tangents one in which each equation is either known (of values) or linear (in
 * tangents): loops, choices and checkpoints over both are split in two, at any depth.
 *
 * Invariant: the program means what it meant; parameters and results stay in their order.
 */
import { type Atom, addSize, type Eqn, type Func, Trace, type Var } from "@tapeless/types/compiler";
import { splitCheckpoint } from "./checkpoint.js";
import { bytesOf, Prices } from "./remade.js";
import { splitScan } from "./scan-split.js";
import { splitSwitch } from "./switch-split.js";
import { splitWhile } from "./while-split.js";

/** Equations that hold functions of values and tangents are split in two. */
const splits: Readonly<Record<string, typeof splitScan>> = {
  scan: splitScan,
  while: splitWhile,
  switch: splitSwitch,
  checkpoint: splitCheckpoint,
};

interface Linearizing {
  readonly trace: Trace;
  /** What depends on a tangent. */
  readonly linear: Set<Atom>;
  /** What values are there for the linear half anyway; undefined where all are. */
  readonly prices: Prices | undefined;
}

/** One equation in the linearised program. */
function linearizeEqn({ trace, linear, prices }: Linearizing, eqn: Eqn, inputs: readonly Atom[]): readonly Atom[] {
  const depends = inputs.some((input) => linear.has(input));
  const splitEqn = splits[eqn.op];
  if (splitEqn !== undefined && depends) {
    const isFree = (atom: Atom): boolean => prices === undefined || prices.isFree(atom);
    const isLinear = inputs.map((input) => linear.has(input));
    const split = trace.at(eqn.spans, () => splitEqn(trace, { ...eqn, inputs }, isLinear, linearize, isFree));
    split.outs.forEach((out, k) => {
      if (split.outIsLinear[k]) linear.add(out);
      else if (out.kind === "Var") prices?.addParam(out);
    });
    return split.outs;
  }
  const outs = trace.emit(
    { ...eqn, inputs },
    eqn.outs.map((out) => out.name),
  );
  if (depends) for (const out of outs) linear.add(out);
  else prices?.addEqn({ ...eqn, inputs, outs });
  return outs;
}

/**
 * The program, which is linear in the flagged parameters as forward mode leaves it, with its loops, choices and checkpoints
 * split. Where `isFree` is given (the body of a loop, a branch), only those parameters are there for the linear half anyway;
 * else all values are.
 */
export function linearize(func: Func, linearParams: readonly boolean[], isFree?: readonly boolean[]): Func {
  const trace = new Trace(func.name);
  const params = func.params.map((param) => trace.param(param, param.name));
  const env = new Map<Var, Atom>(func.params.map((param, k) => [param, params[k] ?? param]));
  const linear = new Set<Atom>(params.filter((_, k) => linearParams[k]));
  const freeParams = new Set<Atom>(params.filter((_, k) => isFree?.[k]));
  const prices =
    isFree === undefined ? undefined : new Prices((value) => (freeParams.has(value) ? 0 : addSize(bytesOf(value), 1)));
  params.forEach((param, k) => linearParams[k] || prices?.addParam(param));
  const linearizing = { trace, linear, prices };
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const eqn of func.eqns) {
    const outs = linearizeEqn(linearizing, eqn, eqn.inputs.map(read));
    eqn.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}
