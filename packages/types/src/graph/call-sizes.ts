/** Sizes that a call makes known: what the callee could only leave to its caller. */
import { namesOf, type Size, showSize, substituteSize } from "../shape/size.js";
import { TraceError } from "./errors.js";
import type { Func } from "./ir.js";
import type { SizeSubstitution } from "./substitute.js";

/** The sizes with names of a program, in its functions too. */
const sizesOf = (func: Func): readonly Size[] =>
  func.eqns.flatMap(({ outs, funcs }) => [
    ...outs.flatMap(({ shape }) => shape.filter((size) => typeof size !== "number")),
    ...funcs.flatMap(sizesOf),
  ]);

/** A difference of names is a size where it is 0 or more; of names that stay names the generated function checks it. */
export function checkCalledSizes(func: Func, env: SizeSubstitution, name: string): void {
  for (const size of sizesOf(func)) {
    const known = substituteSize(size, env);
    if (typeof known !== "number" || known >= 0) continue;
    const given = namesOf(size).map((dim) => `${dim} = ${showSize(env[dim] ?? 0)}`);
    throw new TraceError(
      "TL0395",
      `${name}: ${showSize(size)} is ${known} in this call, where ${given.join(" and ")}; a size must be 0 or more`,
    );
  }
}
