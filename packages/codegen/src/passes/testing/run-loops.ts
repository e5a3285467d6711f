/**
 * Runs LoopIR on real typed arrays, which may be the same array twice: what `eval` cannot show, donated inputs.
 *
 * Invariant: stores round as the arrays do; all arena buffers are views of one block of bytes.
 */
import {
  type Combine,
  type DType,
  evalSize,
  evaluateBuiltin,
  type Index,
  namesOf,
  type ScalarExpr,
  type SizeEnv,
} from "@tapeless/types/compiler";
import {
  type Arg,
  type CallFunction,
  type For,
  type LoopProgram,
  type ProgramStep,
  passedParams,
  type Stmt,
} from "../../ir/loop/index.js";

export type Data = Float32Array | Float64Array | Int32Array | Uint8Array;

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, bool: Uint8Array } as const;

export const makeData = (dtype: DType, values: ArrayLike<number>): Data => arrays[dtype].from(Array.from(values));

interface Place {
  readonly data: Data;
  readonly start: number;
}

interface Frame {
  readonly program: LoopProgram;
  readonly places: Map<string, Place>;
  /** Loop indices, sizes and scalars alike. */
  readonly numbers: Map<string, number>;
}

function indexOf(index: Index, frame: Frame): number {
  const env = Object.fromEntries(namesOf(index).map((name) => [name, frame.numbers.get(name) ?? Number.NaN]));
  return evalSize(index, env);
}

function cell(buffer: string, index: Index, frame: Frame): Place {
  const place = frame.places.get(buffer);
  if (place === undefined) throw new Error(`run: no buffer '${buffer}'`);
  return { data: place.data, start: place.start + indexOf(index, frame) };
}

function numberOf(expr: ScalarExpr, frame: Frame): number {
  switch (expr.kind) {
    case "Const":
      return expr.value;
    case "Position":
      return indexOf(expr.index, frame);
    case "Ref":
      return frame.numbers.get(expr.name) ?? Number.NaN;
    case "Load": {
      const { data, start } = cell(expr.buffer, expr.index[0] ?? 0, frame);
      return data[start] ?? Number.NaN;
    }
    case "Call": {
      const [first, yes, no] = expr.args;
      if (expr.fn === "select" && first && yes && no) return numberOf(numberOf(first, frame) !== 0 ? yes : no, frame);
      return evaluateBuiltin(
        expr.fn,
        first?.dtype ?? expr.dtype,
        expr.args.map((arg) => numberOf(arg, frame)),
      );
    }
  }
}

const joined = (combine: "set" | Combine, dtype: DType, a: number, b: number): number =>
  combine === "set" ? b : evaluateBuiltin(({ sum: "add", max: "max", min: "min" } as const)[combine], dtype, [a, b]);

function* positionsOf({ step }: For, from: number, to: number): Generator<number> {
  if (step < 0) for (let i = to - 1; i >= from; i--) yield i;
  else for (let i = from; i < to; i += step) yield i;
}

function runStmt(stmt: Stmt, frame: Frame): void {
  switch (stmt.kind) {
    case "For":
      for (const i of positionsOf(stmt, indexOf(stmt.from, frame), indexOf(stmt.to, frame))) {
        frame.numbers.set(stmt.index, i);
        for (const each of stmt.body) runStmt(each, frame);
      }
      return;
    case "If":
      for (const each of numberOf(stmt.condition, frame) === 0 ? stmt.otherwise : stmt.body) runStmt(each, frame);
      return;
    case "Let":
    case "Local":
      frame.numbers.set(stmt.name, numberOf(stmt.value, frame));
      return;
    case "Update":
      frame.numbers.set(
        stmt.name,
        joined(stmt.combine, stmt.value.dtype, frame.numbers.get(stmt.name) ?? 0, numberOf(stmt.value, frame)),
      );
      return;
    case "Store":
    case "Accumulate": {
      const value = numberOf(stmt.value, frame);
      const { data, start } = cell(stmt.buffer, stmt.index, frame);
      data[start] = stmt.kind === "Store" ? value : joined(stmt.combine, stmt.value.dtype, data[start] ?? 0, value);
      return;
    }
    case "Block":
      for (const each of stmt.body) runStmt(each, frame);
      return;
    case "CallFunction":
      runCall(stmt, frame);
      return;
  }
}

function pass(arg: Arg, name: string, from: Frame, to: Frame): void {
  switch (arg.kind) {
    case "BufferArg":
      to.places.set(name, cell(arg.buffer, arg.offset, from));
      return;
    case "SizeArg":
      to.numbers.set(name, indexOf(arg.value, from));
      return;
    case "ScalarArg":
      to.numbers.set(name, numberOf(arg.value, from));
      return;
  }
}

function runCall(call: CallFunction, caller: Frame): void {
  const fn = caller.program.functions.find((each) => each.name === call.function);
  if (fn === undefined) throw new Error(`run: no function '${call.function}'`);
  const frame: Frame = { program: caller.program, places: new Map(), numbers: new Map() };
  for (const buffer of caller.program.buffers) {
    const place = caller.places.get(buffer.name);
    if (buffer.space === "scratch" && place !== undefined) frame.places.set(buffer.name, place);
  }
  passedParams(fn).forEach((param, k) => {
    const arg = call.args[k];
    if (arg !== undefined) pass(arg, param.name, caller, frame);
  });
  for (const stmt of fn.body) runStmt(stmt, frame);
}

function runWhile(step: Extract<ProgramStep, { kind: "WhileSteps" }>, frame: Frame): void {
  for (let i = 0; ; i++) {
    frame.numbers.set(step.index, i);
    runSteps(step.test, frame);
    if (numberOf(step.condition, frame) === 0) return;
    runSteps(step.body, frame);
  }
}

function grow(step: Extract<ProgramStep, { kind: "Reserve" }>, frame: Frame): void {
  const { data } = cell(step.buffer, 0, frame);
  const size = indexOf(step.size, frame);
  if (data.length >= size) return;
  const made = new (data.constructor as new (length: number) => Data)(size); // an array of the same kind
  if (step.keep) made.set(data);
  frame.places.set(step.buffer, { data: made, start: 0 });
}

function runSteps(steps: readonly ProgramStep[], frame: Frame): void {
  for (const step of steps) {
    if (step.kind === "CallFunction") runCall(step, frame);
    else if (step.kind === "Inline") for (const stmt of step.body) runStmt(stmt, frame);
    else if (step.kind === "WhileSteps") runWhile(step, frame);
    else if (step.kind === "Reserve") grow(step, frame);
    else if (step.kind === "ChooseSteps") {
      const taken = Math.min(Math.max(numberOf(step.selector, frame), 0), step.branches.length - 1);
      runSteps(step.branches[taken]?.steps ?? [], frame);
    } else {
      const length = indexOf(step.length, frame);
      for (let i = 0; i < length; i++) {
        frame.numbers.set(step.index, i);
        runSteps(step.body, frame);
      }
    }
  }
}

/** Runs a program on arrays by name; outputs are written in place, scalar results returned. */
export function runLoops(
  program: LoopProgram,
  data: Readonly<Record<string, Data>>,
  scalars: Readonly<Record<string, number>>,
  sizes: SizeEnv,
): Readonly<Record<string, number>> {
  const arena = new ArrayBuffer(Math.ceil(evalSize(program.arena, sizes) / 8) * 8);
  const frame: Frame = {
    program,
    places: new Map(),
    numbers: new Map([...Object.entries(sizes), ...Object.entries(scalars)]),
  };
  for (const buffer of program.buffers) {
    const size = buffer.space === "heap" ? 0 : evalSize(buffer.size, sizes);
    const made =
      buffer.space === "arena"
        ? new arrays[buffer.dtype](arena, evalSize(buffer.offset ?? 0, sizes), size)
        : buffer.space === "scratch" || buffer.space === "heap"
          ? new arrays[buffer.dtype](size)
          : data[buffer.name];
    if (made === undefined) throw new Error(`run: no data for '${buffer.name}'`);
    frame.places.set(buffer.name, { data: made, start: 0 });
  }
  runSteps(program.steps, frame);
  return Object.fromEntries(program.results.map((result) => [result.name, numberOf(result.value, frame)]));
}
