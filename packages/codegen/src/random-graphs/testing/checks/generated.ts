/**
 * A random graph through the whole compiler: the text of its module, imported and called as an app does.
 *
 * Invariant: what runs is the text that users get, with its types stripped.
 */
import {
  type ApproxTensor,
  type Aval,
  type DType,
  type FnValue,
  type Func,
  isFn,
  type Structure,
} from "@tapeless/types/compiler";
import { importText } from "../../../emit/ts/testing/build-module.js";
import { compileModule } from "../../../pipeline/compile-module.js";

const leafOf = ({ shape, dtype }: Aval): Structure<Aval> => ({ kind: "leaf", leaf: { shape, dtype } });

/** The program as a function value, as `fn` would have made it: one input a parameter, a list of results. */
export function asFn(func: Func): FnValue {
  const parts = {
    func,
    input: { kind: "object", entries: func.params.map((param) => [param.name, leafOf(param)] as const) },
    output: { kind: "list", items: func.outs.map(leafOf) },
    captures: [],
    donate: [],
    name: func.name,
  };
  const value = Object.assign(() => undefined, { [Symbol.for("tapeless.fn")]: parts });
  if (!isFn(value)) throw new Error("bug: functions are recognised by another symbol now");
  return value;
}

/** The module of some functions, each under its name. */
export const textOf = (funcs: Readonly<Record<string, FnValue>>): string =>
  compileModule({
    file: "random.model.ts",
    exports: Object.entries(funcs).map(([name, fn]) => ({ name, fn })),
    localNames: [],
  }).text;

type Data = Float32Array | Float64Array | Int32Array | Uint8Array;
export type Leaf = number | Data;

const arrays: Readonly<Record<DType, new (data: ArrayLike<number> | number) => Data>> = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  bool: Uint8Array,
};

/** What an app would hand in for a tensor. */
export const toLeaf = ({ shape, dtype, value }: ApproxTensor): Leaf =>
  shape.length === 0 ? (value[0] ?? 0) : new arrays[dtype](value);

export const elementsOf = (leaf: Leaf): readonly number[] => (typeof leaf === "number" ? [leaf] : [...leaf]);

export interface Runnable {
  readonly text: string;
  /** Results for inputs in the order of the parameters. */
  readonly call: (args: readonly Leaf[], out?: readonly Leaf[]) => readonly Leaf[];
}

/** Arrays for results of the same kinds and lengths as these, full of what no result is. */
export const outLike = (results: readonly Leaf[]): readonly Leaf[] =>
  results.map((leaf) => (typeof leaf === "number" ? 0 : leaf.slice().fill(77)));

/** Compiles and imports. */
export async function runnable(func: Func): Promise<Runnable> {
  const text = textOf({ random: asFn(func) });
  const module = await importText(text);
  const run = module.random;
  if (run === undefined) throw new Error("the generated module exports nothing of that name");
  return {
    text,
    call: (args, out) => {
      const input = Object.fromEntries(func.params.map((param, k) => [param.name, args[k]]));
      return out === undefined
        ? run(input)
        : run(
            input,
            out.map((leaf) => (typeof leaf === "number" ? undefined : leaf)),
          );
    },
  };
}
