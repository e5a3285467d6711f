/**
 * A random graph at every level below TensorIR: each verifies, reads back as it prints, and means the same.
 *
 * Invariant: the oracle of each level is the evaluation of the level above, within the bounds of both.
 */
import type { Approx, SizeEnv } from "@tapeless/types/compiler";
import { evalKernels, type KernelProgram, kernelLanguage, verifyKernels } from "../../../ir/kernel/index.js";
import { evalProgram, type LoopProgram, loopLanguage, type Storage, verifyProgram } from "../../../ir/loop/index.js";
import type { PlannedProgram } from "../../../passes/plan-memory/types.js";
import type { ScheduledProgram } from "../../../passes/schedule/types.js";
import { type CompileOptions, compileFunction } from "../../../pipeline/compile-function.js";
import type { RandomGraph } from "../generator/random-graph.js";
import { approxOf, blame, evaluate, expectNone, firstDisagreement } from "./compare.js";

type Results = readonly (readonly Approx[])[];

const inputNames = (program: KernelProgram): readonly string[] =>
  program.buffers.filter(({ space }) => space === "input").map(({ name }) => name);

const outputNames = (program: KernelProgram): readonly string[] =>
  program.buffers.filter(({ space }) => space === "output").map(({ name }) => name);

/** The inputs by the names that they have in a program. */
const named = (program: KernelProgram, { args }: RandomGraph): Readonly<Record<string, ArrayLike<number>>> =>
  Object.fromEntries(inputNames(program).map((name, k) => [name, args[k]?.value ?? []]));

function runKernels(program: KernelProgram, graph: RandomGraph): Results {
  const results = evalKernels(program, { sizes: graph.sizes, buffers: named(program, graph) });
  return outputNames(program).map((name) => results[name] ?? []);
}

function runLoops(
  program: LoopProgram,
  names: readonly string[],
  graph: RandomGraph,
  kernels: KernelProgram,
  storage: Storage,
): Results {
  const buffers = named(kernels, graph);
  const scalars = Object.fromEntries(Object.entries(buffers).map(([name, values]) => [name, values[0] ?? 0]));
  const sizes: SizeEnv = graph.sizes;
  const { buffers: arrays, results } = evalProgram(program, { sizes, scalars, buffers }, storage);
  return names.map((name) => {
    const scalar = results[name];
    return arrays[name] ?? (scalar === undefined ? [] : [scalar]);
  });
}

function sameText(print: () => string, reprint: (text: string) => string): void {
  const text = print();
  if (reprint(text) !== text) throw new Error(`reads back otherwise than it prints:\n${text}\n${reprint(text)}`);
}

const kernelText = (program: KernelProgram): void =>
  sameText(
    () => kernelLanguage.print(program),
    (text) => kernelLanguage.print(kernelLanguage.parse("Program", text)),
  );

const loopText = (program: LoopProgram): void =>
  sameText(
    () => loopLanguage.print(program),
    (text) => loopLanguage.print(loopLanguage.parse("Program", text)),
  );

/** What a pass gave, checked; gives its results. */
function checkPass(graph: RandomGraph, pass: string, result: unknown, kernels: KernelProgram, wanted: Results): void {
  const names = outputNames(kernels);
  const check = (level: string, got: () => Results, text: () => string): void =>
    blame(graph, `${pass} (${level})`, () => expectNone(firstDisagreement(got(), wanted)), text);
  if (pass === "lowerLoops" || pass === "unroll") {
    const program = result as LoopProgram; // what these two give
    const text = () => loopLanguage.print(program);
    blame(graph, pass, () => verifyProgram(program), text);
    blame(graph, pass, () => loopText(program), text);
    for (const storage of ["exact", "rounded"] as const)
      check(storage, () => runLoops(program, names, graph, kernels, storage), text);
    return;
  }
  const text = () => kernelLanguage.print(kernels);
  blame(graph, pass, () => verifyKernels(kernels), text);
  blame(graph, pass, () => kernelText(kernels), text);
  check("kernels", () => runKernels(kernels, graph), text);
}

/** The kernels that a pass between TensorIR and LoopIR gives. */
const kernelsIn = (pass: string, result: unknown): KernelProgram | undefined => {
  switch (pass) {
    case "fuse":
      return result as KernelProgram;
    case "schedule":
      return (result as ScheduledProgram).program;
    case "planMemory":
      return (result as PlannedProgram).program;
    default:
      return undefined;
  }
};

const kernelPassNames = ["fuse", "schedule", "planMemory"];

/** Compiles with every pass watched. */
export function checkLevels(graph: RandomGraph, options: CompileOptions = {}): void {
  let kernels: KernelProgram | undefined;
  let wanted: Results | undefined;
  const names = { results: graph.func.outs.map((_, k) => `y${k}`), ...options };
  blame(graph, "compile", () =>
    compileFunction(graph.func, names, (pass, result) => {
      if (pass === "dce") wanted = evaluate(result as RandomGraph["func"], graph).map(approxOf); // the last of TensorIR
      if (!kernelPassNames.includes(pass) && pass !== "lowerLoops" && pass !== "unroll") return;
      kernels = kernelsIn(pass, result) ?? kernels;
      if (kernels !== undefined && wanted !== undefined) checkPass(graph, pass, result, kernels, wanted);
    }),
  );
}
