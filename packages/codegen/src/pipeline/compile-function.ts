/**
 * The whole compiler on one screen: from a traced function to loops, level by level.
 *
 * Invariant: derivatives come before fusion, so the backward pass is ordinary TensorIR and is simplified, fused and
 * scheduled together with the forward pass.
 */
import type { Func } from "@tapeless/types/compiler";
import { decompose } from "../autodiff/decompose.js";
import { earlyProducts } from "../autodiff/early-products.js";
import { expand } from "../autodiff/expand.js";
import { hoistLoops } from "../autodiff/hoist-loops.js";
import { lateProducts } from "../autodiff/late-products.js";
import type { KernelProgram } from "../ir/kernel/nodes.js";
import type { LoopProgram } from "../ir/loop/index.js";
import { cse } from "../passes/cse.js";
import { dce } from "../passes/dce.js";
import { earlySums } from "../passes/early-sums.js";
import { fuse } from "../passes/fuse/fuse.js";
import { inlineSingleSteps } from "../passes/inline-single-steps.js";
import { joinChoices } from "../passes/join-choices.js";
import { joinEpilogues } from "../passes/join-epilogues/join-epilogues.js";
import { joinPrologues } from "../passes/join-prologues/join-prologues.js";
import { lowerLoops } from "../passes/lower-loops/lower-loops.js";
import { placeSlices } from "../passes/place-slices.js";
import { planMemory } from "../passes/plan-memory/plan-memory.js";
import type { PlannedProgram } from "../passes/plan-memory/types.js";
import { relaxStrongZeros } from "../passes/relax-strong-zeros.js";
import { schedule } from "../passes/schedule/schedule.js";
import { simplify } from "../passes/simplify.js";
import { sweep } from "../passes/sweep/sweep.js";
import { tabulate } from "../passes/tabulate.js";
import { trustIndices } from "../passes/trust-indices.js";
import { unroll } from "../passes/unroll/index.js";
import { type Observer, Passes } from "./passes.js";

export interface CompileOptions {
  /** Names of the results, for readers. */
  readonly results?: readonly string[];
  /** Positions of parameters whose memory results may take over. */
  readonly donated?: readonly number[];
}

/** What is kept of each level, for `--dump` and `explain`. */
export interface Compiled {
  /** Without transformations, otherwise as it was written. */
  readonly expanded: Func;
  readonly tensor: Func;
  readonly planned: PlannedProgram;
  readonly loop: LoopProgram;
}

/** Transformations become equations, innermost first. */
const expandPass = Passes.start<Func>().pass("expand", expand);

/** Equations become plain, few and simple. */
const plainPasses = Passes.start<Func>()
  .pass("trustIndices", (func) => trustIndices(func).func) // rows picked by inputs that are checked
  .pass("decompose", decompose) // ops that are made of ops
  .pass("placeSlices", placeSlices) // starts that are known to be inside
  .pass("relaxStrongZeros", relaxStrongZeros)
  .pass("joinChoices", joinChoices) // choices by one selector are one
  .pass("simplify", (func) => simplify(func))
  .pass("earlySums", earlySums) // factors that are made of later sums
  .pass("hoistLoops", hoistLoops) // what no step changes
  .pass("lateProducts", lateProducts) // what steps only add up
  .pass("earlyProducts", earlyProducts) // what steps make of no carry
  .pass("cse", cse)
  .pass("dce", dce);

/** TensorIR to TensorIR. */
export const tensorPasses = expandPass.followedBy(plainPasses);

/** TensorIR to KernelIR, with schedule and memory. */
export function kernelPasses(options: CompileOptions) {
  const donatedIn = ({ buffers }: KernelProgram): readonly string[] => {
    const inputs = buffers.filter((buffer) => buffer.space === "input");
    return (options.donated ?? []).flatMap((k) => inputs[k]?.name ?? []);
  };
  return Passes.start<Func>()
    .pass("fuse", (func) => fuse(func, options.results === undefined ? {} : { results: options.results }))
    .pass("inlineSingleSteps", inlineSingleSteps)
    .pass("joinEpilogues", (program) => joinEpilogues(program, { donated: donatedIn(program) }))
    .pass("joinPrologues", (program) => joinPrologues(program, { donated: donatedIn(program) }))
    .pass("sweep", (program) => sweep(program, { donated: donatedIn(program) }))
    .pass("schedule", schedule)
    .pass("planMemory", (scheduled) => planMemory(scheduled, { donated: donatedIn(scheduled.program) }));
}

/** KernelIR to LoopIR. */
export const loopPasses = Passes.start<PlannedProgram>()
  .pass("lowerLoops", lowerLoops)
  .pass("unroll", unroll)
  .pass("tabulate", tabulate);

/** Compiles one function. */
export function compileFunction(func: Func, options: CompileOptions = {}, observe?: Observer): Compiled {
  const expanded = expandPass.run(func, observe);
  const tensor = plainPasses.run(expanded, observe);
  const planned = kernelPasses(options).run(tensor, observe);
  return { expanded, tensor, planned, loop: loopPasses.run(planned, observe) };
}
