/** Runs functions as users write them: traced, expanded, verified, evaluated. Invariant: inputs go in as flat lists. */
import {
  type ApproxTensor,
  evalFunc,
  exactTensor,
  type Func,
  isFn,
  type SizeEnv,
  traceFn,
  verifyFunc,
} from "@tapeless/types/compiler";
import { expand } from "../../autodiff/expand.js";
import { countOf, type Tensors } from "./tensors.js";

/** The program of a function, with all transformations expanded. */
export function programOf(f: unknown, name = "f"): Func {
  if (!isFn(f)) throw new Error("a function made by fn is expected");
  return verifyFunc(expand(verifyFunc(traceFn(f, name).func)));
}

/** The values of an input in row-major order, or one number for all of its elements. */
export type Data = readonly number[] | number;

/** Tensors for a program's parameters, in their order. */
export function argsOf(func: Func, data: readonly Data[], sizes: SizeEnv = {}): Tensors {
  return func.params.map((param, k): ApproxTensor => {
    const shape = param.shape.map((size) => (typeof size === "number" ? size : (sizes[shownName(size)] ?? 0)));
    const given = data[k] ?? 0;
    const values = typeof given === "number" ? Array.from({ length: countOf(shape) }, () => given) : given;
    if (values.length !== countOf(shape)) throw new Error(`${param.name}: ${values.length} values for [${shape}]`);
    return exactTensor(shape, param.dtype, values);
  });
}

/** Named sizes in tests are single names. */
const shownName = (size: Exclude<Func["params"][number]["shape"][number], number>): string =>
  size.terms[0]?.names[0] ?? "";

/** The results of a function for flat inputs. */
export const resultsOf = (f: unknown, data: readonly Data[], sizes: SizeEnv = {}): readonly (readonly number[])[] => {
  const func = programOf(f);
  return evalFunc(func, argsOf(func, data, sizes), sizes).map(({ value }) => [...value]);
};
