/**
 * KernelIR to LoopIR: kernels become functions as their schedules say, or, where everything is tiny, straight-line code.
 *
 * Invariant: does what the schedules say and decides nothing; the order of steps is the program's.
 */
import { productSize, type ScalarExpr } from "@tapeless/types/compiler";
import {
  type Buffers,
  bufferNamed,
  buffersOf,
  flattenKernel,
  flattenOutside,
  isInputScalar,
  wholeOf,
} from "../../ir/kernel/flat-kernel.js";
import type { Kernel, Step } from "../../ir/kernel/nodes.js";
import {
  type LoopFunction,
  type LoopProgram,
  load,
  type ProgramBuffer,
  type ProgramStep,
  programBuffer,
  type Result,
  type Stmt,
} from "../../ir/loop/index.js";
import { NameSupply } from "../fuse/names.js";
import { inArena } from "../plan-memory/lifetimes.js";
import type { PlannedProgram } from "../plan-memory/types.js";
import { applyOrder } from "../schedule/collapse.js";
import { isStraight, type LoopSchedule } from "../schedule/types.js";
import { makeFunction, spaceOf } from "./kernel-function.js";
import { buildNest } from "./nest.js";
import { straightBody } from "./straight.js";
import { tileFunctions } from "./tile.js";

class Lowering {
  readonly functions: LoopFunction[] = [];
  readonly scratch = new Map<string, ProgramBuffer>();
  private readonly buffers: Buffers;

  constructor(private readonly planned: PlannedProgram) {
    this.buffers = buffersOf(planned.program);
  }

  /** Names that the kernel's function may not use: those that it is given, and its own axes and lets. */
  private namesOf(kernel: Kernel): NameSupply {
    const { sizes } = this.planned.program;
    const own = [...kernel.axes, ...kernel.lets].map((each) => each.name);
    return new NameSupply([...sizes, ...this.buffers.keys(), ...own]);
  }

  private nestOf(kernel: Kernel, schedule: LoopSchedule): ProgramStep {
    const { buffers } = this;
    const names = this.namesOf(kernel);
    const flat = applyOrder(flattenKernel(kernel, buffers), schedule.order);
    const body = buildNest(flat, {
      fresh: (hint) => names.fresh(hint),
      aliases: (a, b) => wholeOf(buffers, a) === wholeOf(buffers, b),
      dtypeOf: (name) => bufferNamed(buffers, name).dtype,
      elementsOf: (name) => productSize(bufferNamed(buffers, name).shape),
      unroll: schedule.unroll,
      totals: schedule.totals,
    });
    const { fn, call } = makeFunction(kernel.name, commentOf(kernel), body, buffers);
    this.functions.push(fn);
    return call;
  }

  private kernel(kernel: Kernel): ProgramStep {
    const schedule = this.planned.schedules.get(kernel.name);
    switch (schedule?.form) {
      case "loops":
        return this.nestOf(kernel, schedule);
      case "tile": {
        const { functions, scratch, call } = tileFunctions(
          kernel,
          schedule,
          this.buffers,
          this.namesOf(kernel),
          commentOf(kernel),
        );
        this.functions.push(...functions);
        for (const buffer of scratch) this.scratch.set(buffer.name, buffer);
        return call;
      }
      case "straight":
      case undefined:
        throw new Error(`bug: kernel '${kernel.name}' has no schedule for itself`);
    }
  }

  private step(step: Step): ProgramStep {
    switch (step.kind) {
      case "Kernel":
        return this.kernel(step);
      case "Repeat":
        return { kind: "RepeatSteps", index: step.index, length: step.length, body: this.steps(step.body) };
      case "Choose": {
        const branches = step.branches.map(({ steps }) => ({ kind: "StepBranch", steps: this.steps(steps) }) as const);
        return { kind: "ChooseSteps", selector: flattenOutside(step.selector, this.buffers), branches };
      }
    }
  }

  steps(steps: readonly Step[]): readonly ProgramStep[] {
    return steps.map((step) => this.step(step));
  }
}

/** The formula, and the lines of the model. */
function commentOf(kernel: Kernel): string {
  const places = kernel.spans.map((span) => `${span.file}:${span.line}`);
  const unique = [...new Set(places)];
  return unique.length === 0 ? kernel.comment : `${kernel.comment}\n${unique.join(", ")}`;
}

/** What straight-line code computes, before the code: nothing in it belongs to one kernel alone. */
const notesOf = (steps: readonly Step[]): readonly Stmt[] =>
  steps.flatMap((step) =>
    step.kind === "Kernel"
      ? commentOf(step)
          .split("\n")
          .map((comment): Stmt => ({ kind: "Block", comment, body: [] }))
      : [],
  );

/** Name of the arena cell behind an output scalar, which itself is the name of the result. */
const cellOf = (name: string): string => `${name}$`;

function storageOf(planned: PlannedProgram): readonly ProgramBuffer[] {
  const { program, memory } = planned;
  const buffers = buffersOf(program);
  return program.buffers.flatMap((buffer) => {
    if (buffer.space === "view" || isInputScalar(buffer)) return [];
    const offset = memory.offsets.get(buffer.name);
    if (inArena(buffer) && offset === undefined) return []; // nothing uses it
    const space = spaceOf(buffers, buffer.name);
    return [programBuffer(buffer.name, space, buffer.dtype, productSize(buffer.shape), offset)];
  });
}

export function lowerLoops(planned: PlannedProgram): LoopProgram {
  const { program } = planned;
  const scalars = program.buffers
    .filter(isInputScalar)
    .map(({ name, dtype }) => ({ kind: "ScalarParam", name, dtype }) as const);
  const outputs = program.buffers.filter((buffer) => buffer.space === "output" && buffer.shape.length === 0);
  const base = {
    kind: "LoopProgram",
    name: program.name,
    sizes: program.sizes,
    scalars,
    arena: planned.memory.bytes,
  } as const;
  if (isStraight(planned)) {
    const { body, results } = straightBody(program);
    return {
      ...base,
      buffers: storageOf(planned),
      functions: [],
      steps: body.length === 0 ? [] : [{ kind: "Inline", body: [...notesOf(program.steps), ...body] }],
      results,
    };
  }
  const lowering = new Lowering(planned);
  const steps = lowering.steps(program.steps);
  const results = outputs.map(
    ({ name, dtype }): Result => ({ kind: "Result", name, dtype, value: load(cellOf(name), 0, dtype) }),
  );
  const renamed = renameCells({ steps, buffers: storageOf(planned) }, new Set(outputs.map((output) => output.name)));
  return {
    ...base,
    buffers: [...renamed.buffers, ...lowering.scratch.values()],
    functions: lowering.functions,
    steps: renamed.steps,
    results,
  };
}

interface Storage {
  readonly steps: readonly ProgramStep[];
  readonly buffers: readonly ProgramBuffer[];
}

/** Gives the cells of output scalars their own names, in the storage and where they are passed. */
function renameCells({ steps, buffers }: Storage, scalars: ReadonlySet<string>): Storage {
  const rename = (name: string): string => (scalars.has(name) ? cellOf(name) : name);
  const inExpr = (expr: ScalarExpr): ScalarExpr => {
    if (expr.kind === "Call") return { ...expr, args: expr.args.map(inExpr) };
    return expr.kind === "Load" ? { ...expr, buffer: rename(expr.buffer) } : expr;
  };
  const inStep = (step: ProgramStep): ProgramStep => {
    switch (step.kind) {
      case "CallFunction":
        return {
          ...step,
          args: step.args.map((arg) => (arg.kind === "BufferArg" ? { ...arg, buffer: rename(arg.buffer) } : arg)),
        };
      case "RepeatSteps":
        return { ...step, body: step.body.map(inStep) };
      case "ChooseSteps": {
        const branches = step.branches.map((branch) => ({ ...branch, steps: branch.steps.map(inStep) }));
        return { ...step, selector: inExpr(step.selector), branches };
      }
      case "Inline":
        return step; // straight-line code has no cells
    }
  };
  return { steps: steps.map(inStep), buffers: buffers.map((buffer) => ({ ...buffer, name: rename(buffer.name) })) };
}
