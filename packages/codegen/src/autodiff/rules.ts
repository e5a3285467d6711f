/**
 * Runs a derivative rule for an equation and writes what it says into a trace.
 *
 * Invariant: rules see core shapes only. For an equation with batch axes the rule is traced on its own and then batched
 * as the equation is, so no rule knows about batching.
 */
import {
  type Atom,
  type Aval,
  asTraced,
  atomOf,
  coreAval,
  type Eqn,
  emit,
  type Func,
  type RuleOperand,
  runTrace,
  type Trace,
  type TracedTensor,
  tensorOf,
  traceRule,
  type Vocabulary,
  vocabulary,
  within,
} from "@tapeless/types/compiler";
import { batchFunc } from "./vmap.js";

/** A value handed to a rule; `like` is the operand of the equation whose batch axes it shares (-1: a result). */
export interface RuleArgument {
  readonly atom: Atom;
  readonly like: number;
}

export type Rule = (o: Vocabulary, values: readonly TracedTensor[]) => RuleOperand;

const isMapped = (eqn: Eqn, depth: number, like: number): boolean =>
  like < 0 || eqn.batch[depth]?.mapped[like] === true;

/** The rule's program on core shapes, with the equation's batch axes put around it, innermost first. */
function batchedRule(eqn: Eqn, args: readonly RuleArgument[], rule: Rule, sumLike: number): Func {
  const cores = args.map(
    ({ atom, like }): Aval =>
      like < 0 ? { shape: atom.shape.slice(eqn.batch.length), dtype: atom.dtype } : coreAval(atom, eqn.batch, like),
  );
  let func = traceRule(eqn.op, cores, (o, values) => [rule(o, values)], eqn.spans);
  for (let depth = eqn.batch.length - 1; depth >= 0; depth--) {
    const size = eqn.batch[depth]?.size ?? 1;
    func = batchFunc(
      func,
      size,
      args.map(({ like }) => isMapped(eqn, depth, like)),
    );
    if (sumLike >= 0 && !isMapped(eqn, depth, sumLike)) func = withSummedResult(func);
  }
  return func;
}

/** The result summed over its leading axis: the cotangent of an operand that all positions of the axis share. */
function withSummedResult(func: Func): Func {
  const types = func.params.map(({ shape, dtype }) => ({ shape, dtype }));
  const { trace, result } = runTrace(
    func.name,
    (running) => {
      const [out] = running.inline(
        func,
        types.map((type) => running.param(type)),
      );
      if (out === undefined) throw new Error(`bug: the rule of '${func.name}' gave no result`);
      return emit("sum", [tensorOf(out)], { axes: [0] });
    },
    true,
  );
  return trace.finish([atomOf(result, func.name)]);
}

/**
 * Applies a rule. With `sumLike` the result is that operand's cotangent, so batch axes that the operand does not carry
 * are summed over.
 */
export function applyRule(trace: Trace, eqn: Eqn, args: readonly RuleArgument[], rule: Rule, sumLike = -1): Atom {
  return trace.at(eqn.spans, () => {
    if (eqn.batch.length > 0) {
      const [out] = trace.inline(
        batchedRule(eqn, args, rule, sumLike),
        args.map(({ atom }) => atom),
      );
      if (out === undefined) throw new Error(`bug: the rule of '${eqn.op}' gave no result`);
      return out;
    }
    return within(trace, () => {
      const result = rule(
        vocabulary(),
        args.map(({ atom }) => tensorOf(atom)),
      );
      const [like] = eqn.outs;
      if (typeof result === "number") return { kind: "Lit", value: result, dtype: like?.dtype ?? "f32", shape: [] };
      return atomOf(asTraced(result, eqn.op), eqn.op);
    });
  });
}
