/**
 * One ONNX node as an entry of the vocabulary sees it: its inputs by position, its attributes with the defaults of the
 * operator.
 *
 * Invariant: what the DSL cannot say is `Unsupported`, which skips the case with a reason.
 */
import { type AnyTensor, cast, type DType, type Shape } from "@tapeless/types";
import { type Float, type Index, type Mask, sizesOf, Unsupported } from "../vocabulary/call.js";
import type { OnnxNode, OnnxTensor } from "./model.js";

/** A value of a running trace; `known` where its numbers are part of the model. */
export interface OnnxValue {
  readonly tensor: AnyTensor;
  readonly known?: OnnxTensor;
}

export class NodeCall {
  readonly node: OnnxNode;
  readonly #inputs: readonly (OnnxValue | undefined)[];

  constructor(node: OnnxNode, inputs: readonly (OnnxValue | undefined)[]) {
    this.node = node;
    this.#inputs = inputs;
  }

  has(k: number): boolean {
    return this.#inputs[k] !== undefined;
  }

  get count(): number {
    return this.#inputs.length;
  }

  tensor(k: number): AnyTensor {
    return this.#at(k).tensor;
  }

  /** Input `k` as functions of floats take it. It may be f32 or i32: rules of shapes are the same for all. */
  float(k: number): Float {
    return this.tensor(k) as Float; // dtypes are checked while the function is traced
  }

  index(k: number): Index {
    return cast(this.tensor(k), "i32") as Index; // ONNX has indices of several dtypes
  }

  mask(k: number): Mask {
    return this.tensor(k) as Mask; // as above
  }

  floats(): readonly Float[] {
    return this.#inputs.map((_, k) => this.float(k));
  }

  sizes(k: number): readonly number[] {
    return sizesOf(this.tensor(k));
  }

  rank(k: number): number {
    return this.tensor(k).shape.length;
  }

  /** The numbers of an input that decides about shapes. */
  known(k: number): readonly number[] {
    const { known } = this.#at(k);
    if (known === undefined) throw new Unsupported(`${this.node.op}: input ${k} is known only at run time`);
    return known.data;
  }

  knownOr(k: number, other: readonly number[]): readonly number[] {
    return this.has(k) ? this.known(k) : other;
  }

  /** The number of an input that holds one. */
  scalar(k: number): number {
    const [first] = this.known(k);
    if (first === undefined) throw new Error(`${this.node.op}: input ${k} is empty`);
    return first;
  }

  number(name: string, other: number): number {
    const value = this.node.attrs[name];
    return typeof value === "number" ? value : other;
  }

  flag(name: string, other = false): boolean {
    return this.number(name, Number(other)) !== 0;
  }

  text(name: string, other: string): string {
    const value = this.node.attrs[name];
    return typeof value === "string" ? value : other;
  }

  numbers(name: string, other: readonly number[]): readonly number[] {
    const value = this.node.attrs[name];
    return Array.isArray(value) && value.every((item) => typeof item === "number") ? value : other;
  }

  #at(k: number): OnnxValue {
    const value = this.#inputs[k];
    if (value !== undefined) return value;
    throw new Error(`${this.node.op}: there is no input ${k}`);
  }
}

/** Results of an entry: one, or several in the order of the operator's outputs. */
export type OnnxBuild = (call: NodeCall) => AnyTensor | readonly AnyTensor[];

export type OnnxVocabulary = Readonly<Record<string, OnnxBuild>>;

/** An axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const axesOf = (axes: readonly number[], rank: number): readonly number[] =>
  axes.map((axis) => axisOf(axis, rank));

export const allAxes = (rank: number): readonly number[] => Array.from({ length: rank }, (_, axis) => axis);

/** A result in the dtype of another value. */
export const like = (x: AnyTensor, other: { readonly dtype: DType }): AnyTensor => cast(x as Float, other.dtype); // any dtype casts

export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export type { Float, Shape };
export { sizesOf, Unsupported };
