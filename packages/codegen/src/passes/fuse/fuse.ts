/**
 * Fusion: TensorIR to KernelIR. Decides which values get a buffer and which loop nests compute them.
 *
 * Invariant: the program computes what the function's definitions say, up to rounding; each result has an output buffer
 * of its own, inputs are never written.
 */
import {
  type Func,
  foundBy,
  foundIn,
  type Lit,
  namedSize,
  opNamed,
  substituteFunc,
  type Var,
  whileAttrs,
} from "@tapeless/types/compiler";
import type { KernelProgram } from "../../ir/kernel/nodes.js";
import { dimensionNames } from "../dimension-names.js";
import { ProgramBuilder } from "./builder.js";
import { lowerRegion } from "./lower-region.js";
import { identifier, NameSupply } from "./names.js";
import type { Define } from "./recipe.js";
import { type Destination, Region } from "./region.js";

/** The meaning that the op table gives; what is still to be decomposed or expanded has none. */
export const defineByOp: Define = (eqn, context) => {
  const { lowering } = opNamed(eqn.op);
  if (lowering.form !== "define") throw new Error(`bug: '${eqn.op}' must be expanded before fusion`);
  return lowering.define(context, eqn.attrs);
};

export interface FuseOptions {
  /** The meaning of an equation's op on core shapes; absent: the op table's. */
  readonly define?: Define;
  /** Names of the results, for readers; else the names of the variables. */
  readonly results?: readonly string[];
}

/** The program with a name of its own for each size that a loop finds; the builder learns them, and the most they can be. */
function nameFound(func: Func, builder: ProgramBuilder): Func {
  if (foundIn(func).length === 0) return func;
  const names = func.eqns.flatMap(foundBy).map((name) => [name, namedSize(builder.names.fresh("steps"))] as const);
  const named = substituteFunc(func, Object.fromEntries(names));
  const eqns = named.eqns.map((eqn) => {
    for (const name of foundBy(eqn)) builder.found.set(name, whileAttrs(eqn.attrs).bound);
    return { ...eqn, funcs: eqn.funcs.map((nested) => nameFound(nested, builder)) };
  });
  return { ...named, eqns };
}

export function fuse(given: Func, options: FuseOptions = {}): KernelProgram {
  const sizes = dimensionNames(given);
  const builder = new ProgramBuilder(new NameSupply(sizes), sizes);
  const func = nameFound(given, builder);
  const bindings = new Map<Var, string | Lit>();
  for (const param of func.params) bindings.set(param, builder.input(param.name, param.dtype, param.shape));
  const destinations = func.outs.map((out, k): Destination => {
    const hint = options.results?.[k] ?? (out.kind === "Var" ? out.name : "");
    return { buffer: builder.output(hint, out.dtype, out.shape) };
  });
  const region = new Region(func, options.define ?? defineByOp, builder, bindings, destinations);
  const steps = lowerRegion(region, new NameSupply());
  return { kind: "KernelProgram", name: identifier(func.name, "program"), sizes, buffers: builder.buffers, steps };
}
