/** What stands in the loops of a program: for tests that count. */
import { type Eqn, type Func, scanAttrs } from "@tapeless/types/compiler";

/** Equations of an op with the number of loops around each. */
export const depthsOf = (func: Func, op: string, depth = 0): readonly number[] =>
  func.eqns.flatMap((eqn) => [
    ...(eqn.op === op ? [depth] : []),
    ...eqn.funcs.flatMap((inner) => depthsOf(inner, op, depth + (eqn.op === "scan" ? 1 : 0))),
  ]);

const eqnsOf = (func: Func): readonly Eqn[] => func.eqns.flatMap((eqn) => [eqn, ...eqn.funcs.flatMap(eqnsOf)]);

/** Shapes of the carries of loops, at any depth. */
export const carriesOf = (func: Func): readonly string[] =>
  eqnsOf(func).flatMap((eqn) =>
    eqn.op === "scan" ? eqn.outs.slice(0, scanAttrs(eqn.attrs).carries).map(({ shape }) => shape.join("×")) : [],
  );
