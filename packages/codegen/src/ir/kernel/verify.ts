/**
 * Checks a KernelProgram against the invariants of `nodes.ts`; run after every pass in tests.
 *
 * Invariant: a program that passes has no unknown name, one index per axis everywhere, and writes that are legal in any
 * order of the iterations. Whether indices stay inside their buffers only `eval` can tell.
 */
import { type Index, namesOf, type ScalarExpr, type Size, showSize } from "@tapeless/types/compiler";
import { KernelBug } from "./bug.js";
import { keptAxes, letNames, partsOf } from "./epilogue.js";
import { kernelLanguage } from "./language.js";
import type { Buffer, Choose, Kernel, KernelProgram, Step, Sweep, While, Write } from "./nodes.js";
import { shiftAlong } from "./shift.js";

interface Scope {
  readonly buffers: ReadonlyMap<string, Buffer>;
  /** Dimension names and the indices of enclosing repeats. */
  readonly outer: ReadonlySet<string>;
}

type Expect = (holds: boolean, message: string) => asserts holds;

const expecting =
  (kernel: string): Expect =>
  (holds, message) => {
    if (!holds) throw new KernelBug(kernel, message);
  };

function verifySize(size: Size, names: ReadonlySet<string>, what: string, expect: Expect): void {
  for (const name of namesOf(size)) expect(names.has(name), `${what}: the size '${name}' is not known`);
}

function verifyBuffer(buffer: Buffer, buffers: ReadonlyMap<string, Buffer>, sizes: ReadonlySet<string>): void {
  const expect: Expect = expecting(buffer.name);
  for (const size of buffer.shape) verifySize(size, sizes, "shape", expect);
  if (buffer.space !== "view") {
    expect(buffer.of === undefined && buffer.offset === undefined, "only a view has 'of' and an offset");
    return;
  }
  const whole = buffers.get(buffer.of ?? "");
  expect(whole !== undefined, `a view of '${buffer.of ?? ""}', which is no buffer`);
  expect(whole.space !== "view", `a view of '${whole.name}', which is a view itself`);
  expect(buffer.capacity === undefined, "a view has no room of its own");
  expect(whole.dtype === buffer.dtype, `a ${buffer.dtype} view of ${whole.dtype} elements`);
}

/** Names that an index may hold: axes, dimensions, repeats, integer lets defined so far. */
function verifyIndex(
  index: readonly Index[],
  names: ReadonlySet<string>,
  buffer: Buffer | undefined,
  what: string,
  expect: Expect,
): void {
  expect(buffer !== undefined, `${what}: no such buffer`);
  expect(index.length === buffer.shape.length, `${what}: ${index.length} indices for ${buffer.shape.length} axes`);
  for (const each of index) {
    for (const name of namesOf(each))
      expect(names.has(name), `${what}: '${name}' in the index ${showSize(each)} is not defined`);
  }
}

function verifyExpr(
  expr: ScalarExpr,
  names: ReadonlySet<string>,
  integers: ReadonlySet<string>,
  scope: Scope,
  expect: Expect,
): void {
  const usable = new Set([...names, ...scope.outer, ...integers]);
  for (const node of kernelLanguage.walk(expr)) {
    if (node.kind === "Ref") expect(names.has(node.name), `'${node.name}' is used before it is computed`);
    if (node.kind === "Position")
      for (const name of namesOf(node.index)) expect(usable.has(name), `'${name}' in a position is not defined`);
    if (node.kind !== "Load") continue;
    const buffer = scope.buffers.get(node.buffer);
    verifyIndex(node.index, usable, buffer, `load of '${node.buffer}'`, expect);
    expect(buffer?.dtype === node.dtype, `load of '${node.buffer}' as ${node.dtype}`);
  }
}

function verifyWrite(write: Write, kernel: Kernel, names: ReadonlySet<string>, scope: Scope, expect: Expect): void {
  const buffer = scope.buffers.get(write.buffer);
  const axes = kernel.axes.map((axis) => axis.name);
  verifyIndex(write.index, new Set([...names, ...axes, ...scope.outer]), buffer, `write to '${write.buffer}'`, expect);
  const whole = scope.buffers.get(buffer?.of ?? write.buffer);
  expect(whole?.space !== "input", `the input '${write.buffer}' is written`);
  expect(buffer?.dtype === write.value.dtype, `write to '${write.buffer}' of a ${write.value.dtype} value`);
  if (write.combine !== "set") return;
  const named = new Set(write.index.flatMap(namesOf));
  for (const axis of axes)
    expect(named.has(axis), `a 'set' write to '${write.buffer}' without axis '${axis}' in its index`);
}

/** What a kernel writes it may read only at the very index that it writes; in a sweep also further on. */
function verifyReadsOfWritten(kernel: Kernel, scope: Scope, expect: Expect): void {
  const wholeOf = (name: string): string => scope.buffers.get(name)?.of ?? name;
  const inOrder = kernel.sweep === undefined ? 0 : kernel.sweep.direction === "up" ? 1 : -1;
  for (const node of kernelLanguage.walk(kernel)) {
    if (node.kind !== "Load") continue;
    for (const write of kernel.writes) {
      if (wholeOf(write.buffer) !== wholeOf(node.buffer)) continue;
      const shift = shiftAlong(kernel.axes, node.index, write.index);
      const isRead = shift === 0 || (shift !== undefined && shift * inOrder > 0);
      expect(
        isRead && write.buffer === node.buffer && write.combine === "set",
        `'${node.buffer}' is read elsewhere than where it is written`,
      );
    }
  }
}

/** Delays are numbers that lets, or delays before them, were. */
function verifySweep(kernel: Kernel, sweep: Sweep, names: Set<string>, scope: Scope, expect: Expect): void {
  expect(kernel.axes.length > 0 && kernel.epilogue === undefined, "a sweep without axes, or with an epilogue");
  for (const { combine } of kernel.writes) expect(combine === "set", "a sweep that sums");
  const known = new Map(kernel.lets.map(({ name, value }) => [name, value.dtype]));
  for (const { name, of, dtype } of sweep.delays) {
    expect(known.get(of) === dtype && dtype !== "bool", `'${name}' is a delay of '${of}', which is no ${dtype}`);
    expect(!names.has(name) && !known.has(name) && !scope.outer.has(name), `the delay '${name}' is defined twice`);
    known.set(name, dtype);
    names.add(name);
  }
}

const textOf = (index: readonly Index[]): string => index.map(showSize).join();

/** Sums that an epilogue is made of are complete at its own element, and only there. */
function verifyEpilogue(kernel: Kernel, main: Kernel, epilogue: Kernel, scope: Scope, expect: Expect): void {
  const wholeOf = (name: string): string => scope.buffers.get(name)?.of ?? name;
  const kept = keptAxes(main).map((axis) => axis.name);
  expect(kept.length < main.axes.length, "an epilogue of no reduction");
  for (const { combine, keep, index } of main.writes) {
    expect(combine !== "set" && !keep, "an epilogue of what is no sum by itself");
    const named = index.filter((each) => typeof each !== "number").map((each) => showSize(each));
    expect([...named].sort().join() === [...kept].sort().join(), "an epilogue of sums over different axes");
  }
  const lets = letNames(kernel);
  expect(new Set(lets).size === lets.length, "a let of the epilogue is one of the kernel's");
  for (const node of kernelLanguage.walk(main))
    if (node.kind === "Load" || node.kind === "Write")
      expect(
        epilogue.writes.every((write) => wholeOf(write.buffer) !== wholeOf(node.buffer)),
        `'${node.buffer}' is used by the kernel and written by its epilogue`,
      );
  const loads = [...epilogue.lets, ...epilogue.writes].flatMap((each) => kernelLanguage.walk(each));
  for (const node of loads) {
    const sum = main.writes.find((write) => node.kind === "Load" && wholeOf(write.buffer) === wholeOf(node.buffer));
    if (node.kind !== "Load" || sum === undefined) continue;
    const own = sum.buffer === node.buffer && textOf(sum.index) === textOf(node.index);
    expect(own, `the epilogue reads '${node.buffer}' elsewhere than at its own element`);
  }
}

function verifyKernel(kernel: Kernel, scope: Scope): void {
  const [main, epilogue] = partsOf(kernel);
  for (const part of partsOf(kernel)) verifyPart(part, scope);
  if (main !== undefined && epilogue !== undefined)
    verifyEpilogue(kernel, main, epilogue, scope, expecting(kernel.name));
}

function verifyPart(kernel: Kernel, scope: Scope): void {
  const expect: Expect = expecting(kernel.name);
  const axes = new Set<string>();
  for (const { name, size } of kernel.axes) {
    verifySize(size, scope.outer, `axis '${name}'`, expect);
    expect(!axes.has(name) && !scope.outer.has(name), `the axis name '${name}' is taken`);
    axes.add(name);
  }
  const names = new Set<string>(axes);
  if (kernel.sweep !== undefined) verifySweep(kernel, kernel.sweep, names, scope, expect);
  for (const each of kernel.lets) {
    verifyExpr(each.value, names, axes, scope, expect);
    expect(!names.has(each.name) && !scope.outer.has(each.name), `the let '${each.name}' is defined twice`);
    names.add(each.name);
  }
  for (const write of kernel.writes) {
    verifyExpr(write.value, names, axes, scope, expect);
    verifyWrite(write, kernel, names, scope, expect);
  }
  expect(kernel.writes.length > 0, "writes nothing");
  verifyReadsOfWritten(kernel, scope, expect);
}

function verifyChoose({ selector, branches }: Choose, scope: Scope, kernels: Set<string>): void {
  const expect: Expect = expecting("choose");
  verifyExpr(selector, new Set(), new Set(), scope, expect);
  const chooses = selector.dtype === "i32" || (selector.dtype === "bool" && branches.length === 2);
  expect(chooses && branches.length > 0, `a ${selector.dtype} selector of ${branches.length} branches`);
  for (const { steps } of branches) verifySteps(steps, scope, kernels);
}

/** What the steps of `test` need not know is how many steps there were. */
function verifyWhile(step: While, scope: Scope, kernels: Set<string>): void {
  const expect: Expect = expecting(step.index);
  const condition = scope.buffers.get(step.condition);
  expect(condition?.dtype === "bool" && condition.shape.length === 0, `the condition '${step.condition}' is no bool`);
  if (step.bound !== undefined) verifySize(step.bound, scope.outer, "bound", expect);
  for (const name of step.stacks) expect(scope.buffers.get(name)?.space === "heap", `the stack '${name}' cannot grow`);
  verifySteps(step.test, scope, kernels);
  verifySteps(step.body, { ...scope, outer: new Set([...scope.outer, step.index]) }, kernels);
}

function verifySteps(steps: readonly Step[], given: Scope, kernels: Set<string>): void {
  let scope = given;
  const within = (index: string): Scope => {
    const expect: Expect = expecting(index);
    expect(!scope.outer.has(index), `the index '${index}' is taken`);
    return { ...scope, outer: new Set([...scope.outer, index]) };
  };
  for (const step of steps) {
    switch (step.kind) {
      case "Kernel": {
        const expect: Expect = expecting(step.name);
        expect(!kernels.has(step.name), "the name is taken by another kernel");
        kernels.add(step.name);
        verifyKernel(step, scope);
        break;
      }
      case "Repeat":
        verifySize(step.length, scope.outer, "length", expecting(step.index));
        verifySteps(step.body, within(step.index), kernels);
        break;
      case "While": {
        const after = within(step.index); // how many steps there were is known from here on
        verifyWhile(step, scope, kernels);
        scope = after;
        break;
      }
      case "Choose":
        verifyChoose(step, scope, kernels);
    }
  }
}

/** Names of sizes that loops find. */
const foundNames = (program: KernelProgram): readonly string[] =>
  kernelLanguage.walk(program).flatMap((node) => (node.kind === "While" ? [node.index] : []));

/** Throws `KernelBug` at the first thing that is not as `nodes.ts` says; returns the program for chaining. */
export function verifyKernels(program: KernelProgram): KernelProgram {
  const buffers = new Map<string, Buffer>();
  const expect: Expect = expecting(program.name);
  for (const buffer of program.buffers) {
    expect(!buffers.has(buffer.name), `the buffer name '${buffer.name}' is taken`);
    buffers.set(buffer.name, buffer);
  }
  const found = foundNames(program);
  for (const buffer of program.buffers) verifyBuffer(buffer, buffers, new Set([...program.sizes, ...found]));
  for (const { name, space, shape, capacity } of program.buffers) {
    const sizes = capacity === undefined ? shape : [capacity];
    if (space !== "view" && space !== "heap")
      for (const size of sizes) verifySize(size, new Set(program.sizes), "room", expecting(name));
  }
  verifySteps(program.steps, { buffers, outer: new Set(program.sizes) }, new Set());
  return program;
}
