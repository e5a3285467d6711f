/**
 * The real language as the subject of the tables. Snippets call `f32([3])` for a tensor; here that is an input of the
 * function under whose trace the snippet runs.
 *
 * Invariant: everything else is what users import, so what the compiler says and what is thrown is what they see.
 */
import { fileURLToPath } from "node:url";
import { runTrace } from "../src/graph/emit.js";
import { type TracedTensor, tensorOf } from "../src/graph/tensor.js";
import type { Trace } from "../src/graph/trace.js";
import * as language from "../src/index.js";
import { showShape, toSize } from "../src/shape/size.js";
import type { AnyTensor, Dim, DType } from "../src/shape/tensor.js";
import type { Subject } from "./harness.js";

let running: Trace | undefined;

const input =
  (dtype: DType) =>
  (shape: readonly Dim[]): TracedTensor => {
    if (running === undefined) throw new Error("a snippet runs inside of `underTrace`");
    return tensorOf(running.param({ shape: shape.map(toSize), dtype }));
  };

/** Runs a snippet as the body of a function. */
export function underTrace(snippet: () => unknown): unknown {
  return runTrace("snippet", (trace) => {
    running = trace;
    return snippet();
  }).result;
}

export const realOps: Subject = {
  path: fileURLToPath(new URL("../src/index.js", import.meta.url)),
  values: { ...language, f32: input("f32"), f64: input("f64"), i32: input("i32"), bool: input("bool") },
  // Snippets of the tables give tensors; the harness does not know what that is.
  shapeOf: (result) => showShape((result as AnyTensor).shape.map(toSize)),
};
