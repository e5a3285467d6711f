/**
 * The meaning of LoopIR, slow and obvious: the oracle for unroll and for every target.
 *
 * Invariant: statements run one after the other in doubles, so with "exact" storage two programs that differ only in
 * loops and temporaries give the same bits; the bound beside a value covers what rounding of f32 storage may change.
 */
import {
  type Approx,
  applyBuiltin,
  type Combine,
  type DType,
  evalSize,
  evaluateIndex,
  evaluateScalar,
  exactly,
  type ScalarScope,
  type SizeEnv,
} from "@tapeless/types/compiler";
import { LoopBug } from "./bug.js";
import { loopLanguage } from "./language.js";
import { type Cells, elementBytes, type Memory, makeMemory, reserve, type Storage, writeCell } from "./memory.js";
import type { Arg, CallFunction, LoopFunction, LoopProgram, ProgramStep, Stmt, WhileSteps } from "./nodes.js";
import { passedParams } from "./verify.js";

export interface LoopInputs {
  readonly sizes?: SizeEnv;
  readonly scalars?: Readonly<Record<string, number>>;
  readonly buffers: Readonly<Record<string, ArrayLike<number>>>;
}

export interface LoopOutputs {
  readonly buffers: Readonly<Record<string, readonly Approx[]>>;
  readonly results: Readonly<Record<string, Approx>>;
}

/** A buffer as a function sees it: from `start` on. */
interface View {
  readonly cells: Cells;
  readonly start: number;
}

/** Names of one call: buffers, integers (sizes and loop indices) and scalars. */
interface Frame {
  readonly where: string;
  readonly program: LoopProgram;
  readonly memory: Memory;
  readonly storage: Storage;
  readonly views: Map<string, View>;
  readonly integers: Record<string, number>;
  readonly scalars: Map<string, Approx>;
}

const combineBuiltin = { sum: "add", max: "max", min: "min" } as const;

const join = (combine: Combine, dtype: DType, held: Approx, value: Approx): Approx =>
  applyBuiltin(combineBuiltin[combine], dtype, [held, value]);

function found<T>(value: T | undefined, name: string, frame: Frame): T {
  if (value === undefined) throw new LoopBug(frame.where, name, "a name that is defined");
  return value;
}

function readCell(buffer: string, index: number, frame: Frame): Approx {
  const { cells, start } = found(frame.views.get(buffer), buffer, frame);
  const at = start + index;
  if (!(at >= 0 && at < cells.elements.length))
    throw new LoopBug(
      frame.where,
      `${buffer}[${index}]`,
      `an index into ${cells.elements.length} elements from ${start} on`,
    );
  const value = cells.elements[at];
  if (value === undefined)
    throw new LoopBug(frame.where, `${buffer}[${index}]`, "an element that was written and not overwritten");
  return value;
}

const scopeOf = (frame: Frame): ScalarScope => ({
  load: (buffer, index) => readCell(buffer, index[0] ?? Number.NaN, frame),
  scalar: (name) => found(frame.scalars.get(name), name, frame),
  sizes: frame.integers,
});

function write(stmt: Extract<Stmt, { kind: "Store" | "Accumulate" }>, frame: Frame): void {
  const scope = scopeOf(frame);
  const index = evaluateIndex(stmt.index, scope);
  const { cells, start } = found(frame.views.get(stmt.buffer), stmt.buffer, frame);
  if (!(start + index >= 0 && start + index < cells.elements.length))
    throw new LoopBug(
      frame.where,
      loopLanguage.print(stmt),
      `an index into ${cells.elements.length} elements, not ${start + index}`,
    );
  const value = evaluateScalar(stmt.value, scope);
  const held =
    stmt.kind === "Store" ? value : join(stmt.combine, cells.dtype, readCell(stmt.buffer, index, frame), value);
  writeCell(cells, start + index, held, frame.storage);
}

function runFor(stmt: Extract<Stmt, { kind: "For" }>, frame: Frame): void {
  const scope = scopeOf(frame);
  const [from, to] = [evaluateIndex(stmt.from, scope), evaluateIndex(stmt.to, scope)];
  const isDown = stmt.step < 0;
  for (let i = isDown ? to - 1 : from; i >= from && i < to; i += stmt.step) {
    frame.integers[stmt.index] = i;
    runBody(stmt.body, frame);
  }
}

function runStmt(stmt: Stmt, frame: Frame): void {
  switch (stmt.kind) {
    case "For":
      runFor(stmt, frame);
      return;
    case "If": {
      const { value } = evaluateScalar(stmt.condition, scopeOf(frame));
      runBody(value === 0 ? stmt.otherwise : stmt.body, frame);
      return;
    }
    case "Let":
    case "Local":
      frame.scalars.set(stmt.name, evaluateScalar(stmt.value, scopeOf(frame)));
      return;
    case "Update": {
      const held = found(frame.scalars.get(stmt.name), stmt.name, frame);
      const value = evaluateScalar(stmt.value, scopeOf(frame));
      frame.scalars.set(stmt.name, stmt.combine === "set" ? value : join(stmt.combine, stmt.value.dtype, held, value));
      return;
    }
    case "Store":
    case "Accumulate":
      write(stmt, frame);
      return;
    case "Block":
      runBody(stmt.body, frame);
      return;
    case "CallFunction":
      runCall(stmt, frame);
      return;
  }
}

function runBody(body: readonly Stmt[], frame: Frame): void {
  for (const stmt of body) runStmt(stmt, frame);
}

function passArg(arg: Arg, name: string, caller: Frame, callee: Frame): void {
  switch (arg.kind) {
    case "BufferArg": {
      const view = found(caller.views.get(arg.buffer), arg.buffer, caller);
      callee.views.set(name, { cells: view.cells, start: view.start + evaluateIndex(arg.offset, scopeOf(caller)) });
      return;
    }
    case "SizeArg":
      callee.integers[name] = evaluateIndex(arg.value, scopeOf(caller));
      return;
    case "ScalarArg":
      callee.scalars.set(name, evaluateScalar(arg.value, scopeOf(caller)));
      return;
  }
}

function runCall(call: CallFunction, caller: Frame): void {
  const fn: LoopFunction = found(
    caller.program.functions.find(({ name }) => name === call.function),
    call.function,
    caller,
  );
  const frame: Frame = { ...caller, where: fn.name, views: new Map(), integers: {}, scalars: new Map() };
  for (const { kind, name } of fn.params) {
    const scratch = kind === "BufferParam" ? frame.memory.get(name) : undefined;
    if (scratch !== undefined) frame.views.set(name, { cells: scratch, start: 0 });
  }
  passedParams(fn).forEach((param, i) => {
    passArg(found(call.args[i], param.name, frame), param.name, caller, frame);
  });
  runBody(fn.body, frame);
}

function runWhile(step: WhileSteps, frame: Frame): void {
  const most = step.bound === undefined ? Number.POSITIVE_INFINITY : evaluateIndex(step.bound, scopeOf(frame));
  for (let i = 0; ; i++) {
    frame.integers[step.index] = i;
    runSteps(step.test, frame);
    if (evaluateScalar(step.condition, scopeOf(frame)).value === 0) return;
    if (i >= most) throw new LoopBug(frame.where, step.index, `no more than ${most} steps`);
    runSteps(step.body, frame);
  }
}

function runSteps(steps: readonly ProgramStep[], frame: Frame): void {
  for (const step of steps) {
    switch (step.kind) {
      case "CallFunction":
        runCall(step, frame);
        break;
      case "Inline":
        runBody(step.body, frame);
        break;
      case "WhileSteps":
        runWhile(step, frame);
        break;
      case "Reserve":
        reserve(
          found(frame.memory.get(step.buffer), step.buffer, frame),
          evaluateIndex(step.size, scopeOf(frame)),
          step.keep,
        );
        break;
      case "RepeatSteps": {
        const length = evaluateIndex(step.length, scopeOf(frame));
        for (let i = 0; i < length; i++) {
          frame.integers[step.index] = i;
          runSteps(step.body, frame);
        }
        break;
      }
      case "ChooseSteps": {
        const { value } = evaluateScalar(step.selector, scopeOf(frame));
        const taken = step.branches[Math.min(Math.max(value, 0), step.branches.length - 1)];
        runSteps(found(taken, `${value}`, frame).steps, frame);
        break;
      }
    }
  }
}

function outputOf(cells: Cells, where: string): readonly Approx[] {
  return cells.elements.map((element, i) => {
    if (element === undefined)
      throw new LoopBug(where, `${cells.name}[${i}]`, "every element of an output to be written");
    return element;
  });
}

/** Runs a program on inputs; each output element with how far another evaluation order may be from it. */
export function evalProgram(program: LoopProgram, inputs: LoopInputs, storage: Storage = "exact"): LoopOutputs {
  const sizes = inputs.sizes ?? {};
  const memory = makeMemory(program.buffers, sizes, inputs.buffers);
  const views = new Map([...memory].map(([name, cells]) => [name, { cells, start: 0 }] as const));
  const scalars = new Map(
    program.scalars.map(({ name }) => [name, exactly(inputs.scalars?.[name] ?? Number.NaN)] as const),
  );
  const frame: Frame = { where: program.name, program, memory, storage, views, integers: { ...sizes }, scalars };
  checkArena(program, memory, evalSize(program.arena, sizes));
  runSteps(program.steps, frame);
  const outputs = program.buffers.filter(({ space }) => space === "output");
  return {
    buffers: Object.fromEntries(
      outputs.map(({ name }) => [name, outputOf(found(memory.get(name), name, frame), program.name)]),
    ),
    results: Object.fromEntries(
      program.results.map(({ name, value }) => [name, evaluateScalar(value, scopeOf(frame))]),
    ),
  };
}

function checkArena(program: LoopProgram, memory: Memory, size: number): void {
  for (const { name, space } of program.buffers) {
    const cells = memory.get(name);
    if (space !== "arena" || cells === undefined) continue;
    const end = cells.start + cells.elements.length * elementBytes[cells.dtype];
    if (end > size)
      throw new LoopBug(program.name, name, `a place within the arena of ${size} bytes, not one that ends at ${end}`);
  }
}
