/**
 * KernelIR to LoopIR: kernels become functions as their schedules say, or, where everything is tiny, straight-line code.
 *
 * Invariant: does what the schedules say and decides nothing; the order of steps is the program's; kernels that are equal
 * but for names are calls of one function.
 */
import { addSize, namedSize, namesOf, productSize, type ScalarExpr, substituteSize } from "@tapeless/types/compiler";
import { letNames } from "../../ir/kernel/epilogue.js";
import {
  type Buffers,
  bufferNamed,
  buffersOf,
  flattenKernel,
  flattenOutside,
  isInputScalar,
  roomOf,
} from "../../ir/kernel/flat-kernel.js";
import { innerSteps, type Kernel, type Step, type While } from "../../ir/kernel/nodes.js";
import { type Signature, signatureOf } from "../../ir/kernel/signature.js";
import {
  type CallFunction,
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
import { isStraight, type LoopSchedule, type TileSchedule } from "../schedule/types.js";
import { type KernelFunction, makeFunction, spaceOf } from "./kernel-function.js";
import { buildNest, nestContext } from "./nest.js";
import { settleParameters } from "./parameters.js";
import { PartSupply } from "./part-supply.js";
import { callFor, scheduleKey } from "./shared-call.js";
import { straightBody } from "./straight.js";
import { keptFunction, tileFunctions } from "./tile.js";

/** The functions of a kernel, and how it is called. */
interface Made {
  readonly kernel: Kernel;
  readonly schedule: LoopSchedule | TileSchedule;
  readonly signature: Signature;
  readonly fn: LoopFunction;
  readonly call: CallFunction;
  /** Where in the model it is computed, here and wherever else. */
  readonly places: Set<string>;
}

class Lowering {
  private readonly functions: LoopFunction[] = [];
  readonly scratch = new Map<string, ProgramBuffer>();
  private readonly buffers: Buffers;
  private readonly names: NameSupply;
  /** What tiled contractions share. */
  private readonly parts: PartSupply;
  /** What equal kernels share. */
  private readonly made = new Map<string, Made>();

  constructor(private readonly planned: PlannedProgram) {
    this.buffers = buffersOf(planned.program);
    this.names = new NameSupply([...planned.program.sizes, ...this.buffers.keys()]);
    this.parts = new PartSupply(new NameSupply([...planned.schedules.keys()]));
  }

  /** Names that the kernel's function may not use: those that it is given, and its own axes and lets. */
  private namesOf(kernel: Kernel): NameSupply {
    return new NameSupply([...kernel.axes.map((axis) => axis.name), ...letNames(kernel)], this.names);
  }

  private nestOf(kernel: Kernel, schedule: LoopSchedule): KernelFunction {
    const { buffers } = this;
    const names = this.namesOf(kernel);
    const flat = applyOrder(flattenKernel(kernel, buffers), schedule.order);
    const body = buildNest(flat, {
      ...nestContext(buffers, names),
      unroll: schedule.unroll,
      totals: schedule.totals,
      held: schedule.held,
    });
    const made = makeFunction(kernel.name, kernel.comment, body, buffers);
    this.functions.push(made.fn);
    return made;
  }

  private tileOf(kernel: Kernel, schedule: TileSchedule): KernelFunction {
    const tiled = tileFunctions(kernel, schedule, this.buffers, this.namesOf(kernel), kernel.comment, this.parts);
    this.functions.push(...tiled.functions);
    for (const buffer of tiled.scratch) this.scratch.set(buffer.name, buffer);
    return tiled;
  }

  private make(kernel: Kernel, schedule: LoopSchedule | TileSchedule, signature: Signature): Made {
    const { fn, call } = schedule.form === "loops" ? this.nestOf(kernel, schedule) : this.tileOf(kernel, schedule);
    return { kernel, schedule, signature, fn, call, places: new Set() };
  }

  private kernel(kernel: Kernel): ProgramStep {
    const schedule = this.planned.schedules.get(kernel.name);
    if (schedule === undefined || schedule.form === "straight")
      throw new Error(`bug: kernel '${kernel.name}' has no schedule for itself`);
    const signature = signatureOf(kernel, this.buffers);
    const key = `${signature.text} ${scheduleKey(schedule, signature)}`;
    const made = this.made.get(key) ?? this.make(kernel, schedule, signature);
    this.made.set(key, made);
    for (const { file, line } of kernel.spans) made.places.add(`${file}:${line}`);
    return made.kernel === kernel ? made.call : callFor(made, signature, schedule, this.buffers);
  }

  /** The functions, with all that their calls hand them, and with their formula and the lines of the model. */
  finish(steps: readonly ProgramStep[], buffers: readonly ProgramBuffer[]): readonly LoopFunction[] {
    const places = new Map([...this.made.values()].map((made) => [made.fn.name, made.places] as const));
    return settleParameters([...this.parts.functions, ...this.functions], steps, buffers).map((fn) => ({
      ...fn,
      comment: withPlaces(fn.comment, [...(places.get(fn.name) ?? [])]),
    }));
  }

  /** Stacks have room for a row more before each step; what else is as long as the loop took gets its room after it. */
  private loop(step: While, depth: number): readonly ProgramStep[] {
    const { index, bound, stacks } = step;
    const condition = load(step.condition, 0, "bool");
    const rows = stacks.map((name): ProgramStep => {
      const elements = productSize(bufferNamed(this.buffers, name).shape);
      const size = substituteSize(elements, { [index]: addSize(namedSize(index), 1) });
      return { kind: "Reserve", buffer: name, size, keep: true };
    });
    const others = [...this.buffers.values()].filter(
      ({ name, space, shape }) => space === "heap" && !stacks.includes(name) && shape.flatMap(namesOf).includes(index),
    );
    const loop: ProgramStep = {
      kind: "WhileSteps",
      index,
      ...(bound === undefined ? {} : { bound }),
      test: this.steps(step.test, depth + 1),
      condition,
      body: [...rows, ...this.steps(step.body, depth + 1)],
    };
    return [
      ...this.packed(step, depth),
      loop,
      ...others.map(
        ({ name, shape }): ProgramStep => ({ kind: "Reserve", buffer: name, size: productSize(shape), keep: false }),
      ),
    ];
  }

  /** Packs what is kept in panels while a loop runs: each panel once. */
  private packed(loop: Step, depth: number): readonly ProgramStep[] {
    const calls = new Map<number, CallFunction>();
    for (const kernel of kernelsIn(loop)) {
      const schedule = this.planned.schedules.get(kernel.name);
      if (schedule?.form !== "tile" || schedule.kept?.depth !== depth || calls.has(schedule.kept.place)) continue;
      const { fn, call } = keptFunction(kernel, schedule, this.buffers, this.namesOf(kernel), this.parts);
      this.functions.push(fn);
      calls.set(schedule.kept.place, call);
    }
    return [...calls.values()];
  }

  /** `depth` is how many loops are around. */
  private step(step: Step, depth: number): readonly ProgramStep[] {
    switch (step.kind) {
      case "Kernel":
        return [this.kernel(step)];
      case "Repeat":
        return [
          ...this.packed(step, depth),
          { kind: "RepeatSteps", index: step.index, length: step.length, body: this.steps(step.body, depth + 1) },
        ];
      case "While":
        return this.loop(step, depth);
      case "Choose": {
        const branches = step.branches.map(
          ({ steps }) => ({ kind: "StepBranch", steps: this.steps(steps, depth) }) as const,
        );
        return [{ kind: "ChooseSteps", selector: flattenOutside(step.selector, this.buffers), branches }];
      }
    }
  }

  steps(steps: readonly Step[], depth = 0): readonly ProgramStep[] {
    return steps.flatMap((step) => this.step(step, depth));
  }
}

const kernelsIn = (step: Step): readonly Kernel[] =>
  step.kind === "Kernel" ? [step] : innerSteps(step).flatMap(kernelsIn);

const withPlaces = (comment: string, places: readonly string[]): string =>
  places.length === 0 ? comment : `${comment}\n${places.join(", ")}`;

/** The formula, and the lines of the model. */
function commentOf(kernel: Kernel): string {
  const places = kernel.spans.map((span) => `${span.file}:${span.line}`);
  return withPlaces(kernel.comment, [...new Set(places)]);
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
    const space = buffer.space === "heap" ? "heap" : spaceOf(buffers, buffer.name);
    return [programBuffer(buffer.name, space, buffer.dtype, roomOf(buffer), offset)];
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
    functions: lowering.finish(renamed.steps, renamed.buffers),
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
      case "WhileSteps":
        return { ...step, test: step.test.map(inStep), body: step.body.map(inStep) }; // its condition is no output
      case "Reserve":
        return step;
      case "Inline":
        return step; // straight-line code has no cells
    }
  };
  return { steps: steps.map(inStep), buffers: buffers.map((buffer) => ({ ...buffer, name: rename(buffer.name) })) };
}
