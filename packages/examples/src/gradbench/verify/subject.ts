/** What a derivative is verified of, and what subjects are made with. */
import { random } from "tapeless/runtime";

/** A scalar function of arrays at a point. */
export interface Subject {
  readonly point: readonly Float64Array[];
  /** The first width of the differences, small enough for the curvature. */
  readonly width: number;
  value(at: readonly Float64Array[]): number;
  /** Reverse mode. */
  gradient(): readonly Float64Array[];
  /** Forward mode: the derivative along a direction. */
  forward(direction: readonly Float64Array[]): number;
}

/** Sizes by name. */
export type Sizes = Readonly<Record<string, number>>;

/** A source of random arrays, the same in every run. */
export const draws = () => {
  let seed = 0;
  const next = () => random.key(31_337 + seed++);
  return {
    uniform: (length: number): Float64Array => random.uniform(next(), [length], { dtype: "f64" }),
    normal: (length: number): Float64Array => random.normal(next(), [length], { dtype: "f64" }),
  };
};

/** The part of a point or direction that is there by its type. */
export function part(parts: readonly Float64Array[], k: number): Float64Array {
  const found = parts[k];
  if (found === undefined) throw new Error(`bug: there is no part ${k}`);
  return found;
}

export const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);

export const size = (sizes: Sizes, name: string): number => sizes[name] ?? Number.NaN;
