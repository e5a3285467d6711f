/**
 * One equation of a fixture graph as an entry of the vocabulary sees it: its operands as tensors of the DSL, its attrs.
 *
 * Invariant: what the DSL cannot say is `Unsupported`, which skips the case with a reason; a fixture that contradicts its
 * own schema is a plain error.
 */
import type { AnyTensor, DType, Shape, Tensor } from "@tapeless/types";
import type { Attrs, GraphEqn } from "../case.js";

export class Unsupported extends Error {
  override readonly name = "Unsupported";
}

/** Floats of a run: f64, or f32 where the same graph is run narrow; entries need not know which. */
export type Float = Tensor<Shape, "f64">;
export type Index = Tensor<Shape, "i32">;
export type Mask = Tensor<Shape, "bool">;

const isOf = <D extends DType>(value: AnyTensor, dtype: D): value is Tensor<Shape, D> => value.dtype === dtype;

export class Call {
  readonly op: string;
  readonly attrs: Attrs;
  /** What floats of this run are, for entries that make tensors of nothing (`eye`). */
  readonly floatType: "f64" | "f32";
  readonly #operands: readonly (AnyTensor | number)[];

  constructor({ op, attrs }: GraphEqn, operands: readonly (AnyTensor | number)[], floatType: "f64" | "f32" = "f64") {
    this.op = op;
    this.attrs = attrs;
    this.floatType = floatType;
    this.#operands = operands;
  }

  /** Operand `k` as elementwise ops take it: a tensor of floats or a number. */
  operand(k: number): Float | number {
    const value = this.#at(k);
    return typeof value === "number" ? value : this.float(k);
  }

  float(k: number): Float {
    const value = this.#at(k);
    if (typeof value === "number") throw new Unsupported(`${this.op} of a number`);
    if (value.dtype === this.floatType) return value as Float; // f32 passes for f64: rules of shapes are the same
    throw new Error(`${this.op}: operand ${k} is ${value.dtype}, not ${this.floatType}`);
  }

  index(k: number): Index {
    return this.#as(k, "i32");
  }

  mask(k: number): Mask {
    return this.#as(k, "bool");
  }

  has(k: number): boolean {
    return k < this.#operands.length;
  }

  floats(): readonly Float[] {
    return this.#operands.map((_, k) => this.float(k));
  }

  number(name: string): number {
    const value = this.attrs[name];
    if (typeof value === "number") return value;
    throw new Error(`${this.op}: attr ${name} is no number`);
  }

  numbers(name: string): readonly number[] {
    const value = this.attrs[name];
    if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value;
    throw new Error(`${this.op}: attr ${name} is no list of numbers`);
  }

  flag(name: string): boolean {
    return this.attrs[name] === true;
  }

  /** Gives up unless the attr has this value: the DSL has no other. */
  only(name: string, value: string | number | boolean): void {
    if (this.attrs[name] !== value) throw new Unsupported(`${this.op} with ${name} ${String(this.attrs[name])}`);
  }

  #at(k: number): AnyTensor | number {
    const value = this.#operands[k];
    if (value !== undefined) return value;
    throw new Error(`${this.op}: there is no operand ${k}`);
  }

  #as<D extends DType>(k: number, dtype: D): Tensor<Shape, D> {
    const value = this.#at(k);
    if (typeof value === "number") throw new Unsupported(`${this.op} of a number`);
    if (isOf(value, dtype)) return value;
    throw new Error(`${this.op}: operand ${k} is ${value.dtype}, not ${dtype}`);
  }
}

/** How an op of the vocabulary is written in the DSL: one result, or a list of them. */
export type Build = (call: Call) => AnyTensor | readonly AnyTensor[];

export type Vocabulary = Readonly<Record<string, Build>>;

/** The sizes of a tensor; those of a fixture are all known. */
export const sizesOf = (x: AnyTensor): readonly number[] =>
  x.shape.map((size) => {
    if (typeof size === "number") return size;
    throw new Error(`size ${size} is not known`);
  });
