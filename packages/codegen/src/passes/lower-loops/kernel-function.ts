/**
 * A kernel's statements as a function: its parameters, and the call that runs it.
 *
 * Invariant: a function names nothing but its parameters and what it defines; parameters come in the order in which the
 * body first uses them, so kernels of equal structure give functions of equal structure.
 */
import { namedSize, namesOf, productSize, type ScalarExpr, type Size } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, wholeOf } from "../../ir/kernel/flat-kernel.js";
import type { Buffer } from "../../ir/kernel/nodes.js";
import {
  type Arg,
  bufferParam,
  type CallFunction,
  type LoopFunction,
  type LoopNode,
  loopLanguage,
  type Param,
  type Space,
  type Stmt,
} from "../../ir/loop/index.js";
import { inArena } from "../plan-memory/lifetimes.js";
import { isPanel, scratchParam } from "./tile-parts.js";

/** Where a buffer's elements are at run time; output scalars are handed over at the end, so they live in the arena. */
export function spaceOf(buffers: Buffers, name: string): Exclude<Space, "scratch" | "heap"> {
  const whole = wholeOf(buffers, name);
  if (inArena(whole) || whole.space === "heap") return "arena"; // an array with a start, to a function
  return whole.space === "view" ? "arena" : whole.space;
}

/** Names that the statements use from outside, in order of first use. */
interface Free {
  readonly buffers: readonly string[];
  readonly scalars: readonly ScalarExpr[];
  readonly sizes: readonly string[];
}

const boundBy = (node: LoopNode): readonly string[] => {
  if (node.kind === "For") return [node.index];
  return node.kind === "Let" || node.kind === "Local" ? [node.name] : [];
};

const indicesOf = (node: LoopNode): readonly Size[] => {
  switch (node.kind) {
    case "For":
      return [node.from, node.to];
    case "Load":
      return node.index;
    case "BufferArg":
      return [node.offset];
    case "SizeArg":
      return [node.value];
    case "Position":
    case "Store":
    case "Accumulate":
      return [node.index];
    default:
      return []; // no other kind of statement or expression holds an index
  }
};

export function freeNames(body: readonly Stmt[]): Free {
  const nodes = body.flatMap((stmt) => loopLanguage.walk(stmt));
  const bound = new Set(nodes.flatMap(boundBy));
  const buffers = new Set<string>();
  const scalars = new Map<string, ScalarExpr>();
  const sizes = new Set<string>();
  for (const node of nodes) {
    if (node.kind === "Load" || node.kind === "Store" || node.kind === "Accumulate") buffers.add(node.buffer);
    if (node.kind === "BufferArg") buffers.add(node.buffer);
    if (node.kind === "Ref" && !bound.has(node.name)) scalars.set(node.name, node);
    for (const index of indicesOf(node)) for (const name of namesOf(index)) if (!bound.has(name)) sizes.add(name);
  }
  return { buffers: [...buffers], scalars: [...scalars.values()], sizes: [...sizes] };
}

export interface KernelFunction {
  readonly fn: LoopFunction;
  readonly call: CallFunction;
}

/** For the driver of a kernel, which has everything under the names that a function made for it has: it hands on what it was given. */
export function calledByDriver({ fn, call }: KernelFunction): KernelFunction {
  const args = call.args.map(
    (arg, k): Arg => (arg.kind === "BufferArg" ? { ...arg, buffer: fn.params[k]?.name ?? "", offset: 0 } : arg),
  );
  return { fn, call: { ...call, args } };
}

const elementsOf = (buffer: Buffer): Size => productSize(buffer.shape);

function bufferParamOf(buffers: Buffers, name: string): Param {
  const buffer = bufferNamed(buffers, name);
  const space = spaceOf(buffers, name);
  return bufferParam(name, space, buffer.dtype, elementsOf(buffer), space === "arena" || buffer.of !== undefined);
}

export function bufferArgOf(buffers: Buffers, name: string): Arg {
  const buffer = bufferNamed(buffers, name);
  return { kind: "BufferArg", buffer: buffer.of ?? name, offset: buffer.offset ?? 0 };
}

/** The statements as a function of what they use; nobody hands over panels, which are the module's. An integer scalar used in an index comes as a size. */
export function makeFunction(name: string, comment: string, body: readonly Stmt[], buffers: Buffers): KernelFunction {
  const free = freeNames(body);
  const panels = free.buffers.filter(isPanel);
  const handed = free.buffers.filter((buffer) => !isPanel(buffer));
  const inSizes = handed.flatMap((buffer) => namesOf(elementsOf(bufferNamed(buffers, buffer))));
  const sizes = [...new Set([...free.sizes, ...inSizes])];
  const scalars = free.scalars.flatMap((expr) => (expr.kind === "Ref" ? [expr] : []));
  const params: Param[] = [
    ...handed.map((buffer) => bufferParamOf(buffers, buffer)),
    ...panels.map(scratchParam),
    ...scalars.map((scalar): Param => ({ kind: "ScalarParam", name: scalar.name, dtype: scalar.dtype })),
    ...sizes.map((size): Param => ({ kind: "SizeParam", name: size })),
  ];
  const args: Arg[] = [
    ...handed.map((buffer) => bufferArgOf(buffers, buffer)),
    ...scalars.map((scalar): Arg => ({ kind: "ScalarArg", value: scalar })),
    ...sizes.map((size): Arg => ({ kind: "SizeArg", value: namedSize(size) })),
  ];
  return {
    fn: { kind: "LoopFunction", name, comment, params, body },
    call: { kind: "CallFunction", function: name, args },
  };
}
