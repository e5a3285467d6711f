/**
 * One check for all passes here: a function means the same as TensorIR, as KernelIR and as LoopIR, within the bounds that
 * the evaluators give. Invariant: inputs are drawn from a seed, so a failure repeats.
 */
import {
  type Approx,
  evalFunc,
  evalSize,
  exactly,
  exactTensor,
  type Func,
  type SizeEnv,
} from "@tapeless/types/compiler";
import { expect } from "vitest";
import { evalKernels, type KernelProgram, kernelLanguage, verifyKernels } from "../../ir/kernel/index.js";
import { evalProgram, type LoopProgram, verifyProgram } from "../../ir/loop/index.js";
import { fuse } from "../fuse/fuse.js";
import { inlineSingleSteps } from "../inline-single-steps.js";
import { joinEpilogues } from "../join-epilogues/join-epilogues.js";
import { joinPrologues } from "../join-prologues/join-prologues.js";
import { lowerLoops } from "../lower-loops/lower-loops.js";
import { type MemoryOptions, planMemory } from "../plan-memory/plan-memory.js";
import type { PlannedProgram } from "../plan-memory/types.js";
import { schedule } from "../schedule/schedule.js";
import { sweep } from "../sweep/sweep.js";
import { makeData, runLoops } from "./run-loops.js";

/** A small deterministic generator (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Compiled {
  readonly kernels: KernelProgram;
  readonly planned: PlannedProgram;
  readonly loops: LoopProgram;
}

export function compileFunc(func: Func, options: MemoryOptions = {}): Compiled {
  const epilogues = verifyKernels(joinEpilogues(inlineSingleSteps(verifyKernels(fuse(func))), options));
  const prologues = verifyKernels(joinPrologues(epilogues, options));
  const kernels = verifyKernels(sweep(prologues, options));
  const planned = planMemory(schedule(kernels), options);
  verifyKernels(planned.program);
  return { kernels, planned, loops: verifyProgram(lowerLoops(planned)) };
}

/** Equal within both bounds (and a little, since the bounds themselves are computed in floating point). */
function expectClose(got: readonly Approx[], want: readonly Approx[], what: string): void {
  expect(got.length, what).toBe(want.length);
  got.forEach((x, k) => {
    const y = want[k] ?? { value: Number.NaN, bound: 0 };
    if (Object.is(x.value, y.value) || (Number.isNaN(x.value) && Number.isNaN(y.value)) || x.value === y.value) return;
    const allowed = (x.bound + y.bound) * 1.01 + 1e-300;
    if (!(Math.abs(x.value - y.value) <= allowed))
      throw new Error(`${what}[${k}]: ${x.value} against ${y.value}, allowed ${allowed}`);
  });
}

/** Values for a parameter: integers are small and at least 0, so that they can be indices. */
export function drawInputs(func: Func, sizes: SizeEnv, seed = 1): readonly (readonly number[])[] {
  const next = random(seed);
  return func.params.map((param) => {
    const length = param.shape.reduce<number>((product, size) => product * evalSize(size, sizes), 1);
    const draw = (): number =>
      param.dtype === "i32" ? Math.floor(next() * 2) : param.dtype === "bool" ? Number(next() < 0.5) : next() * 2 - 1;
    return Array.from({ length }, () => (param.dtype === "f32" ? Math.fround(draw()) : draw()));
  });
}

/** Below the normal range f32 storage rounds by absolute steps. */
const withSmallest = ({ value, bound }: Approx): Approx => ({ value, bound: bound + 2 ** -149 });

export function checkLevels(func: Func, sizes: SizeEnv = {}, options: MemoryOptions = {}): Compiled {
  const inputs = drawInputs(func, sizes);
  const tensors = func.params.map((param, k) =>
    exactTensor(
      param.shape.map((size) => evalSize(size, sizes)),
      param.dtype,
      inputs[k] ?? [],
    ),
  );
  const compiled = compileFunc(func, options);
  const wanted = evalFunc(func, tensors, sizes).map(({ value, bound }) =>
    [...value].map((each, k): Approx => ({ value: each, bound: bound[k] ?? 0 })),
  );
  const { buffers } = compiled.kernels;
  const names = buffers.filter((buffer) => buffer.space === "input").map((buffer) => buffer.name);
  const byName = Object.fromEntries(names.map((name, k) => [name, inputs[k] ?? []]));
  const kernels = evalKernels(compiled.kernels, { sizes, buffers: byName });
  const outputs = buffers.filter((buffer) => buffer.space === "output");
  outputs.forEach((output, k) =>
    expectClose(
      kernels[output.name] ?? [],
      wanted[k] ?? [],
      `${kernelLanguage.print(compiled.kernels)}\nkernels ${output.name}`,
    ),
  );
  const scalars = Object.fromEntries(Object.entries(byName).map(([name, values]) => [name, values[0] ?? 0]));
  const loops = evalProgram(compiled.loops, { sizes, scalars, buffers: byName });
  const data = Object.fromEntries(
    compiled.loops.buffers.flatMap(({ name, space, dtype, size }) =>
      space === "input" || space === "output"
        ? [[name, makeData(dtype, byName[name] ?? new Array(evalSize(size, sizes)).fill(0))] as const]
        : [],
    ),
  );
  const results = runLoops(compiled.loops, data, scalars, sizes);
  for (const { name, shape } of outputs) {
    const result = loops.results[name];
    const got = shape.length === 0 && result !== undefined ? [result] : (loops.buffers[name] ?? []);
    expectClose(got, kernels[name] ?? [], `loops ${name}`);
    const rounded = shape.length === 0 ? [results[name] ?? Number.NaN] : [...(data[name] ?? [])];
    expectClose(rounded.map(exactly), got.map(withSmallest), `arrays ${name}`);
  }
  return compiled;
}
