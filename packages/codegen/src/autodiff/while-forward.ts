/**
 * Forward mode of `while`: one loop whose carry is the pair of carry and tangent.
 *
 * Invariant: the test sees values only, so the loop takes the steps that it took.
 */
import { type Eqn, makeVar, type Trace, whileAttrs } from "@tapeless/types/compiler";
import { type Dual, zerosLike } from "./duals.js";
import { forwardBody, type JvpInto, pairUp, present } from "./scan-forward.js";
import { emitWhile, testOf, whileParts } from "./while-parts.js";

/** Duals of a loop's results: primals and tangents side by side in each group. */
export function jvpWhile(trace: Trace, eqn: Eqn, duals: readonly Dual[], jvpInto: JvpInto): readonly Dual[] {
  const { tests, consts, carries: count } = whileAttrs(eqn.attrs);
  const parts = whileParts({ ...eqn, inputs: duals.map(({ primal }) => primal) });
  const own = duals.slice(tests);
  const { func, carries, ys } = forwardBody(
    parts.body,
    { consts, carries: count },
    own.map(({ tangent }) => tangent !== undefined),
    jvpInto,
  );
  const starts = own
    .slice(consts)
    .map(({ primal, tangent }, k) => (carries[k] ? (tangent ?? zerosLike(trace, primal)) : undefined));
  const outs = trace.at(eqn.spans, () =>
    emitWhile(
      trace,
      {
        ...parts,
        test: testOf(parts.test, tests, [
          ...parts.test.params.slice(tests),
          ...present(starts).map((start) => makeVar(start)),
        ]),
        body: func,
        consts: [...parts.consts, ...present(own.slice(0, consts).map(({ tangent }) => tangent))],
        inits: [...parts.inits, ...present(starts)],
      },
      eqn.outs.slice(0, count).map((out) => out.name),
    ),
  );
  return pairUp(outs, [carries, ys]);
}
