/**
 * A model as the pipeline gets it: its functions, as values and as source text has them.
 *
 * Invariant: files are relative to the project (the folder of the nearest package.json), with forward slashes, so that
 * the same model gives the same bytes wherever the project lies and from wherever it is built.
 */
import type { Span } from "@tapeless/types/compiler";

/** An exported `fn`. */
export interface LoadedExport {
  readonly name: string;
  /** A value for which `isFn` holds. */
  readonly fn: unknown;
  /** The text of its doc comment, without stars. */
  readonly doc?: string;
  /** Where the model names it. */
  readonly span?: Span;
}

/**
 * The user's name of a result: of `const h = relu(x)` inside a function, `h`, and the place of `relu`, which is the
 * span of the equation that the call makes.
 */
export interface LocalName extends Span {
  readonly name: string;
}

export interface LoadedModel {
  readonly file: string;
  /** Where the generated file imports the types of arrays from; default `tapeless`. */
  readonly brands?: string;
  /** In the order of the model. */
  readonly exports: readonly LoadedExport[];
  /** Of the model and of the files of the project that it imports. */
  readonly localNames: readonly LocalName[];
}
