/**
 * A public function that is made of ops, as what the checks of ops are run on: inputs to draw, a body, known values.
 *
 * Invariant: samples come from theory or an independent source; everything else about a composition is checked by
 * properties that need no stored number.
 */
import {
  type AnyTensor,
  bool,
  concat,
  type Dim,
  type DType,
  f32,
  f64,
  fn,
  i32,
  reshape,
  type Tensor,
} from "@tapeless/types";
import { exactTensor, isFloat, type Nested } from "@tapeless/types/compiler";
import { flatten, shapeOf } from "../cases.js";
import type { Subject } from "../programs.js";
import { programOf } from "../programs-of-users.js";
import { drawApart, drawInteger, randomFrom } from "../random.js";
import { countOf, isOnDiagonal, type Tensors } from "../tensors.js";

/** An input: floats are drawn from `domain` and keep apart, integers from 0 … below - 1. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** f64 when left out. */
  readonly dtype?: DType;
  /** [-2, 2] when left out. */
  readonly domain?: readonly [number, number];
  readonly below?: number;
  /** Added to the diagonal of a random matrix, where a function wants a regular one. */
  readonly onDiagonal?: number;
}

type Inputs = Readonly<Record<string, InputSpec>>;

/** The tensor of an input, of the shape that was written. */
type TensorOf<I extends InputSpec> = I["shape"] extends readonly [...infer S extends Dim[]]
  ? Tensor<S, I["dtype"] extends DType ? I["dtype"] : "f64">
  : never;

/** One result, or several by name or position. */
type Result = AnyTensor | readonly AnyTensor[] | Readonly<Record<string, AnyTensor>>;

export interface CompositionSample {
  readonly in: Readonly<Record<string, Nested>>;
  /** The result; a list of results where the body gives several. */
  readonly out: Nested;
  /** Largest error relative to max(1, |out|); 1e-14 when left out. */
  readonly tolerance?: number;
}

export interface Composition {
  /** The public function it shows. */
  readonly name: string;
  /** What is special about this use, where there are several. */
  readonly title?: string;
  readonly inputs: Inputs;
  readonly body: (inputs: never) => Result;
  readonly samples: readonly CompositionSample[];
  /** Places that random operands keep away from. */
  readonly kinks?: readonly number[];
}

interface Typed<I extends Inputs> extends Composition {
  readonly inputs: I;
  readonly body: (inputs: { readonly [k in keyof I]: TensorOf<I[k]> }) => Result;
}

/** Gives the body of a composition the types of its inputs. */
export const composition = <const I extends Inputs>(given: Typed<I>): Composition => given;

const declare = { f64, f32, i32, bool } as const;

const declared = (inputs: Inputs): Readonly<Record<string, AnyTensor>> =>
  Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype = "f64" }]) => [name, declare[dtype](shape)]));

// Bodies are written against the shapes of their inputs, which only `composition` knows.
type AnyBody = (inputs: Readonly<Record<string, AnyTensor>>) => Result;

/** The function as a user would write it. */
export const functionOf = ({ inputs, body }: Composition): unknown => fn(declared(inputs), body as AnyBody);

const isTensor = (result: Result): result is AnyTensor => "dtype" in result && "shape" in result;

/** All float results behind each other, so that derivatives of all of them are checked at once. */
function joined(result: Result): AnyTensor {
  const all = isTensor(result) ? [result] : Object.values(result);
  const floats = all.filter((one) => one.dtype === "f64" || one.dtype === "f32");
  const [only, ...more] = floats;
  if (only === undefined) throw new Error("no float result");
  if (more.length === 0) return only;
  const flat = floats.map((one) => reshape(one, [-1]));
  return concat(flat as unknown as [Tensor<[number]>], 0); // as many as there are; their dtypes are equal
}

export const hasFloatResult = ({ inputs, body }: Composition): boolean => {
  const { outs } = programOf(fn(declared(inputs), body as AnyBody));
  return outs.some(isFloat);
};

export const titleOf = ({ name, title }: Composition): string => (title === undefined ? name : `${name}: ${title}`);

/** Random inputs; the floats of one input keep apart from each other, so that there are no ties. */
export function drawInputs({ inputs, kinks = [] }: Composition, seed: number): Tensors {
  const random = randomFrom(seed);
  return Object.values(inputs).map(({ shape, dtype = "f64", domain = [-2, 2], below = 2, onDiagonal = 0 }) => {
    const count = countOf(shape);
    const float = dtype === "f64" || dtype === "f32";
    const data = float
      ? drawApart(random, count, domain, kinks)
          .map((value, at) => (isOnDiagonal(shape, at) ? value + onDiagonal : value))
          .map((value) => (dtype === "f32" ? Math.fround(value) : value))
      : Array.from({ length: count }, () => drawInteger(random, dtype === "bool" ? 2 : below));
    return exactTensor(shape, dtype, data);
  });
}

/** The program whose derivatives are checked. */
export function subjectOf(given: Composition, seed = 1): Subject {
  const f = fn(declared(given.inputs), (inputs) => joined((given.body as AnyBody)(inputs)));
  const func = programOf(f, given.name);
  const wrt = func.params.flatMap((param, k) => (isFloat(param) ? [k] : []));
  return { title: titleOf(given), func, wrt, args: drawInputs(given, seed) };
}

/** The inputs of a sample, in the order of the parameters. */
export const sampleArgs = ({ inputs }: Composition, sample: CompositionSample): Tensors =>
  Object.entries(inputs).map(([name, { shape, dtype = "f64" }]) => {
    const given = sample.in[name];
    if (given === undefined) throw new Error(`the sample has no input ${name}`);
    if (`${shapeOf(given)}` !== `${shape}`) throw new Error(`${name}: [${shapeOf(given)}] instead of [${shape}]`);
    return exactTensor(shape, dtype, flatten(given));
  });
