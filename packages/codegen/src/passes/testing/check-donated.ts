/** Donated inputs on real arrays. Invariant: inputs are drawn from a seed, so a failure repeats. */
import { evalSize, parseFunc, type SizeEnv } from "@tapeless/types/compiler";
import { expect } from "vitest";
import { type Compiled, compileFunc, drawInputs } from "./check-levels.js";
import { type Data, makeData, runLoops } from "./run-loops.js";

interface Ran {
  readonly compiled: Compiled;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

interface Sharing {
  readonly donated?: readonly string[];
  /** An input whose array is handed in as an output. */
  readonly shared?: readonly [input: string, output: string];
}

/** Runs the generated loops on typed arrays. */
export function runOnArrays(text: string, sizes: SizeEnv = {}, { donated = [], shared }: Sharing = {}): Ran {
  const func = parseFunc(text);
  const compiled = compileFunc(func, { donated });
  const inputs = drawInputs(func, sizes);
  const data: Record<string, Data> = {};
  const scalars: Record<string, number> = {};
  func.params.forEach((param, k) => {
    data[param.name] = makeData(param.dtype, inputs[k] ?? []);
    scalars[param.name] = inputs[k]?.[0] ?? 0;
  });
  const outputs = compiled.loops.buffers.filter((buffer) => buffer.space === "output");
  for (const { name, dtype, size } of outputs) {
    const taken = shared?.[1] === name ? data[shared[0]] : undefined;
    data[name] = taken ?? makeData(dtype, new Array(evalSize(size, sizes)).fill(0));
  }
  runLoops(compiled.loops, data, scalars, sizes);
  return { compiled, inputs, outputs: Object.fromEntries(outputs.map(({ name }) => [name, [...(data[name] ?? [])]])) };
}

/** Runs with the donated input and the output as one array, and with arrays apart: both must be the same. */
export function checkDonated(text: string, input: string, output: string, sizes: SizeEnv = {}): Compiled {
  const apart = runOnArrays(text, sizes, { donated: [input] });
  const together = runOnArrays(text, sizes, { donated: [input], shared: [input, output] });
  expect(together.outputs).toEqual(apart.outputs);
  return together.compiled;
}
