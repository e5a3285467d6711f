/**
 * A while's operands and its functions by role: what the test captures, what the body captures, what is carried.
 *
 * Invariant: the groups stand in this order, as ops/structure/while.op.ts says; results are carries, then what is stacked.
 */
import { type Atom, type Eqn, type Func, namedSize, type Trace, type Var, whileAttrs } from "@tapeless/types/compiler";

export interface WhileParts {
  readonly test: Func;
  readonly body: Func;
  /** What the test captures. */
  readonly tests: readonly Atom[];
  /** What the body captures. */
  readonly consts: readonly Atom[];
  readonly inits: readonly Atom[];
  /** The name of the number of steps. */
  readonly trips?: string | undefined;
  readonly bound?: ReturnType<typeof whileAttrs>["bound"];
}

/** The parts of an equation. */
export function whileParts(eqn: Pick<Eqn, "inputs" | "attrs" | "funcs">): WhileParts {
  const { tests, consts, trips, bound } = whileAttrs(eqn.attrs);
  const [test, body] = eqn.funcs;
  if (test === undefined || body === undefined) throw new Error("bug: while has two functions");
  return {
    test,
    body,
    tests: eqn.inputs.slice(0, tests),
    consts: eqn.inputs.slice(tests, tests + consts),
    inits: eqn.inputs.slice(tests + consts),
    trips,
    bound,
  };
}

/** The equation of parts. */
export const whileEqnOf = ({ test, body, tests, consts, inits, trips, bound }: WhileParts) => ({
  op: "while",
  inputs: [...tests, ...consts, ...inits],
  attrs: {
    tests: tests.length,
    consts: consts.length,
    carries: inits.length,
    ...(trips === undefined ? {} : { trips: namedSize(trips) }),
    ...(bound === undefined ? {} : { bound }),
  },
  funcs: [test, body],
});

export const emitWhile = (trace: Trace, parts: WhileParts, names: readonly string[]): readonly Var[] =>
  trace.emit(whileEqnOf(parts), names);

/** The test of a loop with other carries: it takes them all, and looks at those that `carries` puts in its own's places. */
export const testOf = (test: Func, tests: number, carries: readonly Var[]): Func => ({
  ...test,
  params: [...test.params.slice(0, tests), ...carries],
});
