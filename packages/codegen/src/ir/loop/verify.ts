/**
 * Checks a LoopProgram against the invariants of `nodes.ts`; run after every pass in tests.
 *
 * Invariant: a program that passes evaluates without an unknown name or a mixed dtype; only its addresses may be wrong,
 * and those `eval` checks.
 */
import { divideSize, type Size } from "@tapeless/types/compiler";
import { LoopBug } from "./bug.js";
import { loopLanguage } from "./language.js";
import { elementBytes } from "./memory.js";
import type {
  Arg,
  BufferParam,
  CallFunction,
  LoopFunction,
  LoopNode,
  LoopProgram,
  Param,
  ProgramBuffer,
  ProgramStep,
  Stmt,
  WhileSteps,
} from "./nodes.js";
import { type Binding, type Expect, type Scope, verifyExpr, verifyIndex } from "./verify-expr.js";

/** Where a check stands: the function for the message, the functions it may call, every name it has used. */
interface Place {
  readonly where: string;
  readonly functions: ReadonlyMap<string, LoopFunction>;
  readonly taken: Set<string>;
}

const expecting =
  (where: string, node: LoopNode): Expect =>
  (holds, expected) => {
    if (!holds) throw new LoopBug(where, loopLanguage.print(node), expected);
  };

function define(scope: Map<string, Binding>, place: Place, name: string, binding: Binding, expect: Expect): void {
  expect(!place.taken.has(name), `the name '${name}' to be unique in its function`);
  place.taken.add(name);
  scope.set(name, binding);
}

function verifyWrite(stmt: Extract<Stmt, { kind: "Store" | "Accumulate" }>, scope: Scope, expect: Expect): void {
  const found = scope.get(stmt.buffer);
  expect(found?.is === "buffer", `'${stmt.buffer}' to be a buffer`);
  expect(found.space !== "input", `the input '${stmt.buffer}' never to be written`);
  expect(found.dtype === stmt.value.dtype, `a ${found.dtype} value for '${stmt.buffer}', not ${stmt.value.dtype}`);
  verifyIndex(stmt.index, scope, expect);
  verifyExpr(stmt.value, scope, expect);
}

function verifyArg(arg: Arg, param: Param, scope: Scope, expect: Expect): void {
  switch (arg.kind) {
    case "BufferArg": {
      const found = scope.get(arg.buffer);
      expect(found?.is === "buffer", `'${arg.buffer}' to be a buffer`);
      expect(
        param.kind === "BufferParam" && param.dtype === found.dtype,
        `a ${found.dtype} buffer parameter for '${arg.buffer}'`,
      );
      expect(
        found.space !== "input" || param.space === "input",
        `the input '${arg.buffer}' to go where it is only read`,
      );
      const starts = param.offset || param.space === "arena";
      expect(starts || found.space !== "arena", `the arena buffer '${arg.buffer}' to go to a parameter with an offset`);
      expect(starts || arg.offset === 0, `no offset into '${arg.buffer}', for parameter '${param.name}' takes none`);
      verifyIndex(arg.offset, scope, expect);
      return;
    }
    case "SizeArg":
      expect(param.kind === "SizeParam", `a size where parameter '${param.name}' asks for one`);
      verifyIndex(arg.value, scope, expect);
      return;
    case "ScalarArg":
      expect(
        param.kind === "ScalarParam" && param.dtype === arg.value.dtype,
        `a scalar of the dtype of parameter '${param.name}'`,
      );
      verifyExpr(arg.value, scope, expect);
      return;
  }
}

/** Parameters that take an argument: scratch is read directly. */
export const passedParams = (fn: LoopFunction): readonly Param[] =>
  fn.params.filter((param) => param.kind !== "BufferParam" || param.space !== "scratch");

function verifyCallOf(call: CallFunction, scope: Scope, place: Place, expect: Expect): void {
  const fn = place.functions.get(call.function);
  expect(fn !== undefined, `the function '${call.function}' to be defined before`);
  const params = passedParams(fn);
  expect(
    params.length === call.args.length,
    `${params.length} arguments for '${call.function}', not ${call.args.length}`,
  );
  call.args.forEach((arg, i) => {
    const param = params[i];
    if (param !== undefined) verifyArg(arg, param, scope, expect);
  });
}

function verifyStmt(stmt: Stmt, scope: Map<string, Binding>, place: Place): void {
  const expect: Expect = expecting(place.where, stmt);
  switch (stmt.kind) {
    case "For": {
      verifyIndex(stmt.from, scope, expect);
      verifyIndex(stmt.to, scope, expect);
      expect((Number.isInteger(stmt.step) && stmt.step > 0) || stmt.step === -1, "a step of at least 1, or of -1");
      expect(stmt.step > 0 || stmt.unroll === "none", "a loop that is written out to go up");
      const inner = new Map(scope);
      define(inner, place, stmt.index, { is: "index" }, expect);
      verifyBody(stmt.body, inner, place);
      return;
    }
    case "If":
      expect(stmt.condition.dtype === "bool", "a bool condition");
      verifyExpr(stmt.condition, scope, expect);
      for (const branch of [stmt.body, stmt.otherwise]) verifyBody(branch, new Map(scope), place);
      return;
    case "Let":
    case "Local":
      verifyExpr(stmt.value, scope, expect);
      expect(stmt.value.dtype === stmt.dtype, `a ${stmt.dtype} value for '${stmt.name}', not ${stmt.value.dtype}`);
      define(scope, place, stmt.name, { is: "scalar", dtype: stmt.dtype, mutable: stmt.kind === "Local" }, expect);
      return;
    case "Update": {
      const found = scope.get(stmt.name);
      expect(found?.is === "scalar" && found.mutable, `'${stmt.name}' to be a local defined before`);
      expect(found.dtype === stmt.value.dtype, `a ${found.dtype} value for '${stmt.name}', not ${stmt.value.dtype}`);
      verifyExpr(stmt.value, scope, expect);
      return;
    }
    case "Store":
    case "Accumulate":
      verifyWrite(stmt, scope, expect);
      return;
    case "Block":
      verifyBody(stmt.body, scope, place);
      return;
    case "CallFunction":
      verifyCallOf(stmt, scope, place, expect);
      return;
  }
}

function verifyBody(body: readonly Stmt[], scope: Map<string, Binding>, place: Place): void {
  for (const stmt of body) verifyStmt(stmt, scope, place);
}

function bindParam(param: Param): Binding {
  switch (param.kind) {
    case "BufferParam":
      return { is: "buffer", dtype: param.dtype, space: param.space };
    case "ScalarParam":
      return { is: "scalar", dtype: param.dtype, mutable: false };
    case "SizeParam":
      return { is: "size" };
  }
}

function verifyScratch(param: BufferParam, program: LoopProgram, expect: Expect): void {
  const found = program.buffers.find((buffer) => buffer.name === param.name && buffer.space === "scratch");
  expect(
    found !== undefined && found.dtype === param.dtype,
    `a ${param.dtype} scratch buffer '${param.name}' in the program`,
  );
}

function verifyFunction(fn: LoopFunction, program: LoopProgram, functions: ReadonlyMap<string, LoopFunction>): void {
  const expect: Expect = expecting(fn.name, fn);
  const place: Place = { where: fn.name, functions, taken: new Set() };
  const scope = new Map<string, Binding>();
  for (const param of fn.params) {
    define(scope, place, param.name, bindParam(param), expect);
    if (param.kind === "BufferParam" && param.space === "scratch") verifyScratch(param, program, expect);
  }
  for (const param of fn.params) if (param.kind === "BufferParam") verifyIndex(param.size, scope, expect);
  verifyBody(fn.body, scope, place);
}

function verifyBuffer(buffer: ProgramBuffer, scope: Scope, where: string): void {
  const expect: Expect = expecting(where, buffer);
  if (buffer.space !== "heap") verifyIndex(buffer.size, scope, expect);
  if (buffer.space === "scratch") expect(typeof buffer.size === "number", "scratch to have a size known at build time");
  if (buffer.space !== "arena") {
    expect(buffer.offset === undefined, "only an arena buffer to have an offset");
    return;
  }
  expect(buffer.offset !== undefined, "an arena buffer to have an offset");
  verifyIndex(buffer.offset, scope, expect);
  const wide: Size | undefined = divideSize(buffer.offset, elementBytes[buffer.dtype]);
  expect(wide !== undefined, "the offset of an arena buffer to be a whole number of its elements");
}

function verifySteps(steps: readonly ProgramStep[], scope: Map<string, Binding>, place: Place): void {
  for (const step of steps) {
    const expect: Expect = expecting(place.where, step);
    switch (step.kind) {
      case "CallFunction":
        verifyCallOf(step, scope, place, expect);
        break;
      case "RepeatSteps": {
        verifyIndex(step.length, scope, expect);
        const inner = new Map(scope);
        expect(!scope.has(step.index), `the name '${step.index}' to be unique in its function`);
        inner.set(step.index, { is: "index" });
        verifySteps(step.body, inner, place);
        break;
      }
      case "ChooseSteps": {
        verifyExpr(step.selector, scope, expect);
        const count = step.branches.length;
        const { dtype } = step.selector;
        expect(
          count > 0 && (dtype === "i32" || (dtype === "bool" && count === 2)),
          "a selector that fits the branches",
        );
        for (const { steps: inner } of step.branches) verifySteps(inner, new Map(scope), place);
        break;
      }
      case "WhileSteps":
        verifyWhile(step, scope, place, expect);
        break;
      case "Reserve": {
        const found = scope.get(step.buffer);
        expect(found?.is === "buffer" && found.space === "heap", `'${step.buffer}' to be a buffer of the heap`);
        verifyIndex(step.size, scope, expect);
        break;
      }
      case "Inline":
        verifyBody(step.body, scope, { ...place, taken: new Set(outerNames(scope)) });
        break;
    }
  }
}

/** The condition may mention what the test computes; the body and the steps after know the count. */
function verifyWhile(step: WhileSteps, scope: Map<string, Binding>, place: Place, expect: Expect): void {
  if (step.bound !== undefined) verifyIndex(step.bound, scope, expect);
  expect(!scope.has(step.index), `the name '${step.index}' to be unique in its function`);
  const inTest = new Map(scope);
  verifySteps(step.test, inTest, place);
  expect(step.condition.dtype === "bool", "a bool condition");
  verifyExpr(step.condition, inTest, expect);
  scope.set(step.index, { is: "index" });
  verifySteps(step.body, new Map(scope), place);
}

/** Names an Inline step may not take: those of the program, not the scalars of the steps before, which it may hide. */
function outerNames(scope: Scope): readonly string[] {
  return [...scope].filter(([, binding]) => binding.is !== "scalar").map(([name]) => name);
}

/** Throws `LoopBug` at the first thing that is not as `nodes.ts` says; returns the program for chaining. */
export function verifyProgram(program: LoopProgram): LoopProgram {
  const scope = new Map<string, Binding>();
  const taken = new Set<string>();
  const place: Place = { where: program.name, functions: new Map(), taken };
  const at = (node: LoopNode): Expect => expecting(program.name, node);
  for (const name of program.sizes) define(scope, place, name, { is: "size" }, at(program));
  for (const buffer of program.buffers) verifyBuffer(buffer, scope, program.name);
  for (const { name, dtype } of program.scalars)
    define(scope, place, name, { is: "scalar", dtype, mutable: false }, at(program));
  for (const buffer of program.buffers)
    define(scope, place, buffer.name, { is: "buffer", dtype: buffer.dtype, space: buffer.space }, at(buffer));
  const functions = new Map<string, LoopFunction>();
  for (const fn of program.functions) {
    const expect: Expect = at(fn);
    expect(!functions.has(fn.name), `the function name '${fn.name}' to be unique`);
    verifyFunction(fn, program, functions);
    functions.set(fn.name, fn);
  }
  const expectProgram: Expect = at(program);
  const known = typeof program.arena === "number";
  expectProgram(!known || divideSize(program.arena, 8) !== undefined, "an arena of a multiple of 8 bytes");
  verifySteps(program.steps, scope, { ...place, functions });
  for (const result of program.results) {
    const expect: Expect = at(result);
    verifyExpr(result.value, scope, expect);
    const wider = result.dtype === "f32" && result.value.dtype === "f64"; // kept in double precision on the way out
    expect(result.value.dtype === result.dtype || wider, `a ${result.dtype} value`);
    const namesake = scope.get(result.name);
    expect(
      namesake?.is === "buffer" ? namesake.space === "arena" : !taken.has(result.name),
      `the name '${result.name}' to be unique`,
    );
    taken.add(result.name);
  }
  return program;
}
