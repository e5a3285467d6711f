/** Functions as regions, before anything is decided. */
import { type FnValue, type Func, traceFn } from "@tapeless/types/compiler";
import { tensorPasses } from "../../../pipeline/compile-function.js";
import { ProgramBuilder } from "../builder.js";
import { defineByOp } from "../fuse.js";
import { NameSupply } from "../names.js";
import { Region } from "../region.js";

/** The region of a function of the dimensions n and m. */
export function regionOf(func: Func): Region {
  const builder = new ProgramBuilder(new NameSupply(["n", "m"]), ["n", "m"]);
  const bindings = new Map(
    func.params.map((param) => [param, builder.input(param.name, param.dtype, param.shape)] as const),
  );
  const destinations = func.outs.map((out) => ({ buffer: builder.output("", out.dtype, out.shape) }));
  return new Region(func, defineByOp, builder, bindings, destinations);
}

export const regionOfFn = (value: FnValue): Region => regionOf(tensorPasses.run(traceFn(value, "f").func));
