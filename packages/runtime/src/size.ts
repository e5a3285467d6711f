/**
 * Sizes at run time: the value of a spec's dimension once the named sizes are given.
 *
 * Invariant: a result is a whole number ≥ 0; every other outcome is an error that names the dimension.
 */
import { type Dim, showSpec, type TensorSpec } from "./spec.js";

/** Values of the named dimensions, such as `{ batch: 32 }`. */
export type Sizes = Readonly<Record<string, number>>;

const polynomial = /^-?\w+(\*\w+)*([+-]\w+(\*\w+)*)*$/;

function factorValue(factor: string, text: string, sizes: Sizes): number {
  if (/^\d+$/.test(factor)) return Number(factor);
  const value = Object.hasOwn(sizes, factor) ? sizes[factor] : undefined;
  if (value !== undefined) return value;
  const of = factor === text ? "" : ` of "${text}"`;
  throw new Error(`no size given for dimension "${factor}"${of}: pass it as { sizes: { ${factor}: … } }`);
}

function termValue(term: string, text: string, sizes: Sizes): number {
  const sign = term.startsWith("-") ? -1 : 1;
  const factors = term.replace(/^[+-]/, "").split("*");
  return factors.reduce((product, factor) => product * factorValue(factor, text, sizes), sign);
}

/** The size of one dimension; texts are sums of products of names and whole numbers, such as `"2*n*m+1"`. */
export function sizeOf(dim: Dim, sizes: Sizes = {}): number {
  let size: number;
  if (typeof dim === "number") size = dim;
  else {
    const text = dim.replace(/\s+/g, "");
    if (!polynomial.test(text)) throw new Error(`cannot read the dimension "${dim}"`);
    const terms = text.match(/[+-]?[^+-]+/g) ?? [];
    size = terms.reduce((sum, term) => sum + termValue(term, text, sizes), 0);
  }
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`dimension "${dim}" is ${size}, expected a whole number ≥ 0`);
  }
  return size;
}

/** Number of elements; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((count, size) => count * size, 1);

/** A spec's shape in numbers; an error starts with `who` and the tensor, as in `init: params.w: f32["n", 3]: …`. */
export function shapeOf(who: string, path: string, spec: TensorSpec, sizes: Sizes = {}): number[] {
  try {
    return spec.shape.map((dim) => sizeOf(dim, sizes));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${who}: ${path}: ${showSpec(spec)}: ${why}`, { cause: error });
  }
}
