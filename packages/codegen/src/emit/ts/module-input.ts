/**
 * What `emitModule` is given: the functions of a model file as LoopPrograms, with the trees of their inputs and outputs.
 *
 * Invariant: every leaf names storage of its program: an input leaf a buffer of space "input" or a scalar parameter, an
 * output leaf a buffer of space "output" or a result.
 */
import type { DType, Size, Span } from "@tapeless/types/compiler";
import type { LoopProgram } from "../../ir/loop/index.js";

export interface SpecLeaf {
  readonly kind: "leaf";
  /** The ProgramBuffer, ScalarParam or Result that holds it. */
  readonly buffer: string;
  readonly dtype: DType;
  readonly shape: readonly Size[];
}

export type SpecTree =
  | SpecLeaf
  | { readonly kind: "object"; readonly entries: readonly (readonly [key: string, tree: SpecTree])[] }
  | { readonly kind: "list"; readonly items: readonly SpecTree[] }
  /** `null`: where a tree of derivatives has no leaf. */
  | { readonly kind: "none" };

/** An i32 input that picks rows: each of its values must lie in 0 … bound-1, unless that is in a loop of no steps. */
export interface IndexCheck {
  readonly buffer: string;
  readonly bound: Size;
  readonly steps?: Size;
}

/** A size that must not fall below a minimum when the function is called, or must be another; `what` says it in words. */
export type SizeCheck =
  | { readonly size: Size; readonly minimum: 0 | 1; readonly what: string }
  | { readonly size: Size; readonly equals: Size; readonly what: string };

export interface EmitFunction {
  readonly name: string;
  /** The user's doc comment, without its stars. */
  readonly doc?: string;
  /** Where the model exports it. */
  readonly span?: Span;
  /** An object whose entries are the inputs of the function. */
  readonly input: SpecTree;
  readonly output: SpecTree;
  /** Inputs (keys of `input`) whose memory outputs may take over. */
  readonly donate: readonly string[];
  readonly program: LoopProgram;
  readonly indexChecks: readonly IndexCheck[];
  readonly sizeChecks: readonly SizeCheck[];
}

export interface EmitModule {
  /** As it shall stand in comments: relative, so that equal models give equal bytes. */
  readonly modelFile: string;
  /** Where the types of arrays are imported from, as the generated file sees it; default `tapeless`. */
  readonly brands?: string;
  readonly functions: readonly EmitFunction[];
}

/** The model asks for something that the generated module cannot do; the message says what and for which function. */
export class EmitError extends Error {
  override readonly name = "EmitError";
  readonly class = "unsupported";
  /** Where the model exports the function. */
  span?: Span | undefined;
}
