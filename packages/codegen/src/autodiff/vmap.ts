/**
 * `vmap`: a program for each position of a new leading axis at once. TensorIR -> TensorIR.
 *
 * Elementwise equations just grow an axis; ops that can take the axis into their attributes do; for all others it is a
 * batch axis of the equation, and lowering puts a loop around it. Invariant: what no operand carries is computed once.
 */
import {
  type Atom,
  type Attrs,
  type Eqn,
  type Func,
  intAttr,
  isFloat,
  opNamed,
  type Size,
  scanAttrs,
  Trace,
  type Var,
} from "@tapeless/types/compiler";
import { batchedWhile, gatherLoops, loopOverPositions, mappedWhile } from "./vmap-while.js";

interface Batching {
  /** Equations that run for one position after the other. */
  readonly perPosition: ReadonlySet<Eqn>;
  readonly trace: Trace;
  readonly size: Size;
  readonly env: Map<Var, Atom>;
  /** Which atoms of the new program carry the axis. */
  readonly carries: Set<Atom>;
}

/** Repeats an atom along a new leading axis. */
function spread(trace: Trace, atom: Atom, size: Size): Atom {
  const shape = [size, ...atom.shape];
  const eqn = atom.kind === "Var" ? trace.definition(atom) : undefined;
  if (eqn?.op === "unwritten") return trace.emit({ ...eqn, attrs: { ...eqn.attrs, shape } })[0] ?? atom;
  const [out] = trace.emit({
    op: "broadcastTo",
    inputs: [atom],
    attrs: { shape, axes: atom.shape.map((_, k) => k + 1) },
  });
  return out ?? atom;
}

function batchElementwise({ trace, size, carries }: Batching, eqn: Eqn, inputs: readonly Atom[]): readonly Var[] {
  const full = inputs.map((atom) => (atom.kind === "Lit" || carries.has(atom) ? atom : spread(trace, atom, size)));
  return trace.emit({ ...eqn, inputs: full }, names(eqn));
}

const names = (eqn: Eqn): readonly string[] => eqn.outs.map((out) => out.name);

function batchPrimitive(
  batching: Batching,
  eqn: Eqn,
  inputs: readonly Atom[],
  mapped: readonly boolean[],
): readonly Var[] {
  const op = opNamed(eqn.op);
  if (op.elementwise) return batchElementwise(batching, eqn, inputs);
  const attrs: Attrs | undefined = eqn.batch.length === 0 ? op.absorb?.(eqn.attrs, batching.size, mapped) : undefined;
  if (attrs !== undefined) return batching.trace.emit({ ...eqn, inputs, attrs }, names(eqn));
  const batch = [{ size: batching.size, mapped }, ...eqn.batch];
  return batching.trace.emit({ ...eqn, inputs, batch }, names(eqn));
}

/** The first two axes exchanged. */
function swapLeading(trace: Trace, atom: Atom): Atom {
  const perm = [1, 0, ...atom.shape.slice(2).map((_, k) => k + 2)];
  const [out] = trace.emit({ op: "permute", inputs: [atom], attrs: { perm } });
  return out ?? atom;
}

/**
 * The axis goes into the body: all carries get it, so that each step works on all positions at once. The arrays that the
 * loop walks along keep the steps in front and the new axis second.
 */
function batchScan({ trace, size, carries }: Batching, eqn: Eqn, inputs: readonly Atom[]): readonly Atom[] {
  const { consts, carries: count } = scanAttrs(eqn.attrs);
  const [body] = eqn.funcs;
  if (body === undefined) throw new Error("bug: scan has no body");
  const isCarry = (k: number): boolean => k >= consts && k < consts + count;
  const mapped = inputs.map((atom, k) => isCarry(k) || carries.has(atom));
  const operands = inputs.map((atom, k) => {
    if (isCarry(k)) return carries.has(atom) ? atom : spread(trace, atom, size);
    return k >= consts + count && carries.has(atom) ? swapLeading(trace, atom) : atom;
  });
  const outs = trace.emit({ ...eqn, inputs: operands, funcs: [batchFunc(body, size, mapped)] }, names(eqn));
  return outs.map((out, k) => (k < count ? out : swapLeading(trace, out)));
}

/**
 * Where all positions take the same branch, the branches get the axis. Where each takes its own, it is a loop over the
 * positions with the choice inside: only the branch taken runs.
 */
function batchSwitch(
  { trace, size }: Batching,
  eqn: Eqn,
  inputs: readonly Atom[],
  mapped: readonly boolean[],
): readonly Atom[] {
  if (mapped[0] !== true) {
    const funcs = eqn.funcs.map((branch) => batchFunc(branch, size, mapped.slice(1)));
    return trace.emit({ ...eqn, inputs, funcs }, names(eqn));
  }
  const inner = new Trace("each");
  const params = new Map<number, Atom>();
  const order = [...inputs.keys()].sort((a, b) => Number(mapped[a]) - Number(mapped[b])); // what is shared comes first
  for (const k of order) {
    const { shape, dtype } = inputs[k] as Atom; // one of its positions
    params.set(k, inner.param({ shape: mapped[k] ? shape.slice(1) : shape, dtype }));
  }
  const outs = inner.emit({ ...eqn, inputs: inputs.map((atom, k) => params.get(k) ?? atom) }, names(eqn));
  const attrs = { length: size, consts: mapped.filter((on) => !on).length, carries: 0, reverse: false };
  const operands = order.map((k) => inputs[k] as Atom); // likewise
  return trace.emit({ op: "scan", inputs: operands, attrs, funcs: [inner.finish(outs)] }, names(eqn));
}

/** A while whose test sees nothing that is mapped: the axis goes into the body. Results that do not depend on it stay alone. */
function batchWhile({ trace, size, carries, env }: Batching, eqn: Eqn, inputs: readonly Atom[]): void {
  const mapped = inputs.map((atom) => carries.has(atom));
  const found = mappedWhile(eqn, mapped);
  const from = inputs.length - found.carries.length;
  const operands = inputs.map((atom, k) =>
    found.carries[k - from] === true && !carries.has(atom) ? spread(trace, atom, size) : atom,
  );
  const outs = trace.emit(batchedWhile(eqn, operands, size, mapped, found, batchFunc), names(eqn));
  eqn.outs.forEach((old, k) => {
    const out = outs[k] ?? old;
    const made = found.outs[k] === true && k >= found.carries.length ? swapLeading(trace, out) : out;
    env.set(old, made);
    if (found.outs[k] === true) carries.add(made);
  });
}

/** The axis goes into the function. */
const batchedCheckpoint = (eqn: Eqn, inputs: readonly Atom[], size: Size, mapped: readonly boolean[]): Eqn => ({
  ...eqn,
  inputs,
  funcs: eqn.funcs.map((func) => batchFunc(func, size, mapped)),
});

/** Parameters of a rule: one for each float input, the operands, those for each result; which of them have the axis. */
interface RuleFlags {
  /** Operands of the equation that are inputs of the function. */
  readonly own: readonly boolean[];
  readonly captured: readonly boolean[];
  /** The inputs that are floats. */
  readonly floats: readonly boolean[];
}

function ruleFlags(eqn: Eqn, mapped: readonly boolean[]): RuleFlags {
  const count = eqn.inputs.length - intAttr(eqn.attrs, "captures");
  const own = mapped.slice(0, count);
  return { own, captured: mapped.slice(count), floats: own.filter((_, k) => isFloat(eqn.inputs[k] ?? eqn.outs[0]!)) };
}

/** The axis goes into the function and its rule; the tangent of what all positions share is shared. */
function batchedCustomJvp(eqn: Eqn, inputs: readonly Atom[], size: Size, mapped: readonly boolean[]): Eqn {
  const [f, rule] = eqn.funcs;
  if (f === undefined || rule === undefined) throw new Error("bug: customJvp has two functions");
  const { own, captured, floats } = ruleFlags(eqn, mapped);
  const flags = [...floats, ...own, ...eqn.outs.map(() => true), ...captured];
  return { ...eqn, inputs, funcs: [batchFunc(f, size, mapped), batchFunc(rule, size, flags)] };
}

/** Likewise; the cotangent of what all positions share is the sum of theirs. */
function batchedCustomVjp(eqn: Eqn, inputs: readonly Atom[], size: Size, mapped: readonly boolean[]): Eqn {
  const [f, forward, backward] = eqn.funcs;
  if (f === undefined || forward === undefined || backward === undefined)
    throw new Error("bug: customVjp has three functions");
  const { captured, floats } = ruleFlags(eqn, mapped);
  const given = backward.params.length - captured.length;
  const flags = [...Array.from({ length: given }, () => true), ...captured];
  const summed = withSummed(batchFunc(backward, size, flags), (k) => floats[k] !== true);
  return { ...eqn, inputs, funcs: [batchFunc(f, size, mapped), batchFunc(forward, size, mapped), summed] };
}

/** The function with some of its results summed over their first axis. */
function withSummed(func: Func, isShared: (result: number) => boolean): Func {
  const trace = new Trace(func.name);
  const outs = trace.inline(
    func,
    func.params.map((param) => trace.param(param, param.name)),
  );
  return trace.finish(
    outs.map((out, k) =>
      isShared(k) ? (trace.emit({ op: "sum", inputs: [out], attrs: { axes: [0] } })[0] ?? out) : out,
    ),
  );
}

function batchEqn(batching: Batching, eqn: Eqn): void {
  const { trace, env, carries } = batching;
  const inputs = eqn.inputs.map((atom) => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom)));
  const mapped = inputs.map((atom) => carries.has(atom));
  const some = mapped.includes(true);
  if (some && eqn.op === "while") {
    trace.at(eqn.spans, () => batchWhile(batching, eqn, inputs));
    return;
  }
  const outs: readonly Atom[] = trace.at(eqn.spans, () => {
    if (batching.perPosition.has(eqn)) return loopOverPositions(trace, eqn, inputs, batching.size, mapped);
    if (!some) return trace.emit({ ...eqn, inputs }, names(eqn));
    switch (eqn.op) {
      case "scan":
        return batchScan(batching, eqn, inputs);
      case "switch":
        return batchSwitch(batching, eqn, inputs, mapped);
      case "checkpoint":
        return trace.emit(batchedCheckpoint(eqn, inputs, batching.size, mapped), names(eqn));
      case "customJvp":
        return trace.emit(batchedCustomJvp(eqn, inputs, batching.size, mapped), names(eqn));
      case "customVjp":
        return trace.emit(batchedCustomVjp(eqn, inputs, batching.size, mapped), names(eqn));
      default:
        return batchPrimitive(batching, eqn, inputs, mapped);
    }
  });
  eqn.outs.forEach((out, k) => {
    const made = outs[k] ?? out;
    env.set(out, made);
    if (some) carries.add(made);
  });
}

/**
 * The batched program: parameters flagged in `mapped` carry the axis in front, and so do all results but those that are
 * `shared`, which must not depend on what is mapped.
 */
export function batchFunc(given: Func, size: Size, mapped: readonly boolean[], shared: readonly boolean[] = []): Func {
  const trace = new Trace(given.name);
  const { func, perPosition } = gatherLoops(given, mapped);
  const batching: Batching = { perPosition, trace, size, env: new Map(), carries: new Set() };
  func.params.forEach((param, k) => {
    const shape = mapped[k] ? [size, ...param.shape] : param.shape;
    const made = trace.param({ shape, dtype: param.dtype }, param.name);
    batching.env.set(param, made);
    if (mapped[k]) batching.carries.add(made);
  });
  for (const eqn of func.eqns) batchEqn(batching, eqn);
  const outs = func.outs.map((atom, k) => {
    const made = atom.kind === "Lit" ? atom : (batching.env.get(atom) ?? atom);
    return batching.carries.has(made) || shared[k] === true ? made : spread(trace, made, size);
  });
  return trace.finish(outs);
}
