/**
 * A kernel on flat storage: every load and write has one index, in elements, polynomial in the axes.
 *
 * Invariant: computes what the kernel computes. Input scalars are names, not loads; a view that starts where its buffer
 * does is that buffer.
 */
import {
  addSize,
  type Combine,
  type Index,
  type Load,
  namesOf,
  productSize,
  type ScalarExpr,
  type Size,
} from "@tapeless/types/compiler";
import { flatIndex } from "./flat.js";
import { kernelLanguage } from "./language.js";
import type { Axis, Buffer, Kernel, KernelLet, KernelProgram, Sweep } from "./nodes.js";

export type Buffers = ReadonlyMap<string, Buffer>;

export const buffersOf = (program: KernelProgram): Buffers =>
  new Map(program.buffers.map((buffer) => [buffer.name, buffer]));

/** A buffer by its name; that it is missing is a bug of the pass before. */
export function bufferNamed(buffers: Buffers, name: string): Buffer {
  const buffer = buffers.get(name);
  if (buffer === undefined) throw new Error(`bug: no buffer '${name}'`);
  return buffer;
}

/** The buffer whose elements these are: views lead to what they view. */
export const wholeOf = (buffers: Buffers, name: string): Buffer => {
  const buffer = bufferNamed(buffers, name);
  return buffer.of === undefined ? buffer : bufferNamed(buffers, buffer.of);
};

/** The elements that a buffer has room for. */
export const roomOf = ({ shape, capacity }: Buffer): Size => capacity ?? productSize(shape);

/** A view with an offset is a name of its own; one without is the buffer itself. */
export const flatName = (buffers: Buffers, name: string): string => {
  const buffer = bufferNamed(buffers, name);
  return buffer.of !== undefined && buffer.offset === 0 ? buffer.of : name;
};

export interface FlatWrite {
  readonly buffer: string;
  readonly index: Index;
  readonly combine: "set" | Combine;
  readonly keep: boolean;
  readonly value: ScalarExpr;
}

/** What one iteration computes and writes. */
export interface FlatBody {
  readonly lets: readonly KernelLet[];
  readonly writes: readonly FlatWrite[];
}

export interface FlatKernel extends FlatBody {
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly epilogue?: FlatBody;
  readonly sweep?: Sweep;
}

/** The kernel by itself, then its epilogue over the axes that it keeps. */
export function flatParts(kernel: FlatKernel): readonly FlatKernel[] {
  const { epilogue, ...main } = kernel;
  if (epilogue === undefined) return [kernel];
  const kept = new Set(main.writes.flatMap(({ index }) => namesOf(index)));
  return [main, { name: main.name, axes: main.axes.filter(({ name }) => kept.has(name)), ...epilogue }];
}

/** A number that the caller passes. */
export const isInputScalar = (buffer: Buffer): boolean => buffer.space === "input" && buffer.shape.length === 0;

export function flattenExpr(expr: ScalarExpr, buffers: Buffers): ScalarExpr {
  if (expr.kind === "Load") {
    const buffer = bufferNamed(buffers, expr.buffer);
    if (isInputScalar(buffer)) return { kind: "Ref", name: buffer.name, dtype: buffer.dtype };
    return { ...expr, buffer: flatName(buffers, expr.buffer), index: [flatIndex(expr.index, buffer.shape)] };
  }
  if (expr.kind !== "Call") return expr;
  return { ...expr, args: expr.args.map((arg) => flattenExpr(arg, buffers)) };
}

function flattenBody({ lets, writes }: Pick<Kernel, "lets" | "writes">, buffers: Buffers): FlatBody {
  return {
    lets: lets.map((each) => ({ ...each, value: flattenExpr(each.value, buffers) })),
    writes: writes.map((write) => ({
      buffer: flatName(buffers, write.buffer),
      index: flatIndex(write.index, bufferNamed(buffers, write.buffer).shape),
      combine: write.combine,
      keep: write.keep,
      value: flattenExpr(write.value, buffers),
    })),
  };
}

export function flattenKernel(kernel: Kernel, buffers: Buffers): FlatKernel {
  const { name, axes, epilogue, sweep } = kernel;
  const body = { name, axes, ...flattenBody(kernel, buffers), ...(sweep === undefined ? {} : { sweep }) };
  return epilogue === undefined ? body : { ...body, epilogue: flattenBody(epilogue, buffers) };
}

/** A scalar outside of kernels: its loads are of whole buffers. */
export function flattenOutside(expr: ScalarExpr, buffers: Buffers): ScalarExpr {
  if (expr.kind === "Call") return { ...expr, args: expr.args.map((arg) => flattenOutside(arg, buffers)) };
  const flat = flattenExpr(expr, buffers);
  if (flat.kind !== "Load" || expr.kind !== "Load") return flat;
  const { of, offset = 0 } = bufferNamed(buffers, expr.buffer);
  return of === undefined ? flat : { ...flat, buffer: of, index: [addSize(flat.index[0] ?? 0, offset)] };
}

/** All expressions of a kernel, but for its epilogue. */
export const expressionsOf = (kernel: FlatBody): readonly ScalarExpr[] => [
  ...kernel.lets.map((each) => each.value),
  ...kernel.writes.map((write) => write.value),
];

/** An access to memory. */
export interface Access {
  readonly buffer: string;
  readonly index: Index;
  readonly write: boolean;
}

/** Those of a kernel, but for its epilogue. */
export function accessesOf(kernel: FlatBody): readonly Access[] {
  const loads = expressionsOf(kernel).flatMap((expr) =>
    kernelLanguage
      .walk(expr)
      .flatMap((node) =>
        node.kind === "Load" ? [{ buffer: node.buffer, index: node.index[0] ?? 0, write: false }] : [],
      ),
  );
  return [...loads, ...kernel.writes.map(({ buffer, index }) => ({ buffer, index, write: true }))];
}

/** Indices in positions: not addresses, but they move with the axes too. */
export const positionsOf = (kernel: FlatBody): readonly Index[] =>
  expressionsOf(kernel).flatMap((expr) =>
    kernelLanguage.walk(expr).flatMap((node) => (node.kind === "Position" ? [node.index] : [])),
  );

/** Rewrites every index of an expression. */
export function mapIndices(expr: ScalarExpr, map: (index: Index) => Index): ScalarExpr {
  switch (expr.kind) {
    case "Const":
    case "Ref":
      return expr;
    case "Position":
      return { ...expr, index: map(expr.index) };
    case "Load":
      return { ...expr, index: expr.index.map(map) };
    case "Call":
      return { ...expr, args: expr.args.map((arg) => mapIndices(arg, map)) };
  }
}

/** The expression with other scalars in place of its loads. */
export function mapLoads(expr: ScalarExpr, map: (load: Load) => ScalarExpr): ScalarExpr {
  if (expr.kind === "Load") return map(expr);
  return expr.kind === "Call" ? { ...expr, args: expr.args.map((arg) => mapLoads(arg, map)) } : expr;
}
