/**
 * A composition whose axes are named, compiled once and called at many sizes, against the literal model of each size.
 *
 * Invariant: where the literal model can be traced, the named function gives what `eval` gives of it, within its bound;
 * where the literal model is refused, the call is.
 */
import { type AnyTensor, fn, grad, valueAndGrad } from "@tapeless/types";
import { evalFunc, isFloat, vocabulary } from "@tapeless/types/compiler";
import { importText } from "../../../emit/ts/testing/build-module.js";
import { compileModule } from "../../../pipeline/compile-module.js";
import { type Composition, drawInputs, functionOf, hasFloatResult } from "../compositions/composition.js";
import { programOf } from "../programs-of-users.js";
import type { Tensors } from "../tensors.js";
import { literalShapes, refusal, reshaped, type Shapes } from "./namings.js";

/** Values of names. */
export type Sizes = Readonly<Record<string, number>>;

type Traced = Parameters<typeof isFloat>[0] & AnyTensor;

function leavesOf(tree: unknown): readonly Traced[] {
  if (typeof tree !== "object" || tree === null) return [];
  return "dtype" in tree ? [tree as Traced] : Object.values(tree).flatMap(leavesOf); // a tensor is what has a dtype
}

/** Σ y (y + 1)/2 over all floats: smooth, with a gradient that is not constant. */
function energy(tree: unknown): AnyTensor {
  const o = vocabulary();
  const parts = leavesOf(tree)
    .filter(isFloat)
    .map((leaf) => {
      const x = o.cast(leaf as never, { dtype: "f64" }); // tensors of the trace, as rules see them
      return o.sum(o.mul(o.mul(x, 0.5), o.add(x, 1)), { axes: x.sizes.map((_, axis) => axis) });
    });
  return parts.reduce((a, b) => o.add(a, b)) as unknown as AnyTensor; // tensors of the trace, as users see them
}

interface AnyFn {
  (input: unknown): unknown;
  readonly input: Readonly<Record<string, AnyTensor>>;
}

// The transformations check the types of functions; here they are any.
const scalar = fn as unknown as (input: unknown, body: (input: unknown) => AnyTensor) => AnyFn;
const slopeOf = grad as unknown as (f: AnyFn, wrt: readonly string[]) => AnyFn;
const valueAndSlopeOf = valueAndGrad as unknown as typeof slopeOf;

export type Part = "value" | "first" | "second";

/** The function; value and gradient of its energy; the gradient of the gradient's energy: those that are asked for. */
function functionsOf(given: Composition, parts: readonly Part[]): Readonly<Record<string, unknown>> {
  const value = functionOf(given) as AnyFn; // made by `fn`
  const isFloatInput = ({ dtype = "f64" }: Composition["inputs"][string]): boolean =>
    dtype === "f64" || dtype === "f32";
  const wrt = Object.entries(given.inputs).flatMap(([name, spec]) => (isFloatInput(spec) ? [name] : []));
  if (wrt.length === 0 || !hasFloatResult(given)) return { value };
  const loss = scalar(value.input, (input) => energy(value(input)));
  const slope = slopeOf(loss, wrt);
  const all: Readonly<Record<Part, () => unknown>> = {
    value: () => value,
    first: () => valueAndSlopeOf(loss, wrt),
    second: () =>
      slopeOf(
        scalar(value.input, (input) => energy(slope(input))),
        wrt,
      ),
  };
  return Object.fromEntries(parts.map((part) => [part, all[part]()]));
}

type Call = (input: unknown) => unknown;

async function built(given: Composition, parts: readonly Part[]): Promise<Readonly<Record<string, Call | undefined>>> {
  const exports = Object.entries(functionsOf(given, parts)).map(([name, one]) => ({ name, fn: one }));
  const { text } = compileModule({ file: "t.model.ts", exports, localNames: [] });
  return (await importText(text)) as Readonly<Record<string, Call | undefined>>; // its exports are functions
}

const arrays = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** What a generated function is called with. */
const inputOf = ({ inputs }: Composition, args: Tensors, sizes: Sizes): unknown => ({
  ...Object.fromEntries(
    Object.keys(inputs).map((name, k) => {
      const { shape = [], dtype = "f64", value = [] } = args[k] ?? {};
      if (shape.length === 0) return [name, dtype === "bool" ? value[0] === 1 : value[0]];
      return [name, arrays[dtype].from(value)];
    }),
  ),
  sizes,
});

/** The numbers of a result of generated code, in order. */
function numbersIn(result: unknown): readonly number[] {
  if (result === null) return [];
  if (typeof result === "number") return [result];
  if (typeof result === "boolean") return [result ? 1 : 0];
  if (ArrayBuffer.isView(result)) return [...(result as Float64Array)]; // a typed array of some kind
  return Object.values(result as Readonly<Record<string, unknown>>).flatMap(numbersIn); // a tree of results
}

const words = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : `${error}`);

/** Integers that are indices into an axis follow its size; undefined where there is nothing that they could point to. */
function drawn(given: Composition, literal: Composition, seed: number): Tensors | undefined {
  const inputs = Object.entries(literal.inputs).map(([name, spec]) => {
    const { below } = spec;
    const sizes = Object.entries(given.inputs).flatMap(([other, { shape }]) =>
      other === name ? [] : shape.map((size, axis) => [size, literal.inputs[other]?.shape[axis] ?? size] as const),
    );
    const indexed = sizes.filter(([size]) => size === below).map(([, now]) => now);
    return [name, below === undefined ? spec : { ...spec, below: Math.min(below, ...indexed) }] as const;
  });
  if (inputs.some(([, { below, shape }]) => below === 0 && !shape.includes(0))) return undefined;
  return drawInputs({ ...literal, inputs: Object.fromEntries(inputs) }, seed);
}

/** What a function gives; undefined for indices out of range, which generated code takes with care and `eval` refuses. */
function evaluated(f: unknown, args: Tensors): Tensors | undefined {
  try {
    return evalFunc(programOf(f), args);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What is wrong with a result, within the bounds of `eval`. */
function difference(got: readonly number[], f: unknown, args: Tensors): string | undefined {
  const want = evaluated(f, args);
  if (want === undefined) return undefined;
  const [values, bounds] = [want.flatMap(({ value }) => [...value]), want.flatMap(({ bound }) => [...bound])];
  if (got.length !== values.length) return `${got.length} numbers instead of ${values.length}`;
  const at = values.findIndex((value, k) => {
    const [one = Number.NaN, bound = 0] = [got[k], bounds[k]];
    if (Object.is(one, value) || one === value || !Number.isFinite(bound)) return false;
    return !(Math.abs(one - value) <= 2 * bound + 1e-12 * Math.max(1, Math.abs(value)));
  });
  return at < 0 ? undefined : `element ${at} is ${got[at]} instead of ${values[at]} (± ${bounds[at]})`;
}

/** What is wrong with a call that should succeed. */
function wrongCall(call: Call | undefined, input: unknown, f: unknown, args: Tensors): string | undefined {
  let got: readonly number[];
  try {
    got = numbersIn(call?.(input));
  } catch (error) {
    return `throws ${words(error)}`;
  }
  return difference(got, f, args);
}

function succeeds(call: Call | undefined, input: unknown): boolean {
  try {
    call?.(input);
    return true;
  } catch {
    return false;
  }
}

export interface Plan {
  /** Sizes to call at, in this order. */
  readonly sizes: Sizes;
  /** Which of the functions to call. */
  readonly parts: readonly Part[];
}

/** What differs, at each of the given sizes. */
export async function disagreements(
  given: Composition,
  shapes: Shapes,
  plan: readonly Plan[],
): Promise<readonly string[]> {
  const calls = await built(reshaped(given, shapes), ["value", "first", "second"]);
  return plan.flatMap(({ sizes, parts }, seed) => {
    const literal = reshaped(given, literalShapes(shapes, sizes));
    const args = drawn(given, literal, seed + 1);
    if (args === undefined) return [];
    const input = inputOf(literal, args, sizes);
    const at = JSON.stringify(sizes);
    const refused = refusal(literal);
    if (refused !== undefined)
      return succeeds(calls["value"], input) ? [`${at}: a result where the literal model says '${refused}'`] : [];
    return Object.entries(functionsOf(literal, parts)).flatMap(([name, f]) => {
      const what = wrongCall(calls[name], input, f, args);
      return what === undefined ? [] : [`${at}: ${name} ${what}`];
    });
  });
}
