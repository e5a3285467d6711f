/**
 * The program being built: its buffers and names.
 *
 * Invariant: a buffer's name is unique in the program and differs from every dimension name; a view is a view of a
 * buffer that is none.
 */
import { addSize, type DType, type Size } from "@tapeless/types/compiler";
import type { Buffer } from "../../ir/kernel/nodes.js";
import type { NameSupply } from "./names.js";

/** Numbers that a program keeps between kernels have double precision. */
export const scalarDType = (dtype: DType): DType => (dtype === "f32" ? "f64" : dtype);

export class ProgramBuilder {
  readonly buffers: Buffer[] = [];
  private readonly byName = new Map<string, Buffer>();

  constructor(
    readonly names: NameSupply,
    readonly sizes: readonly string[],
  ) {}

  input(hint: string, dtype: DType, shape: readonly Size[]): string {
    return this.add({ kind: "Buffer", name: this.names.fresh(hint, "x"), space: "input", dtype, shape });
  }

  output(hint: string, dtype: DType, shape: readonly Size[]): string {
    const stored = shape.length === 0 ? scalarDType(dtype) : dtype;
    return this.add({ kind: "Buffer", name: this.names.fresh(hint, "out"), space: "output", dtype: stored, shape });
  }

  arena(hint: string, dtype: DType, shape: readonly Size[]): string {
    const stored = shape.length === 0 ? scalarDType(dtype) : dtype;
    return this.add({ kind: "Buffer", name: this.names.fresh(hint, "t"), space: "arena", dtype: stored, shape });
  }

  /** The elements of a buffer from `offset` on, as another shape. Views of views are views of the whole. */
  view(hint: string, of: string, shape: readonly Size[], offset: Size): string {
    const whole = this.buffer(of);
    const name = this.names.fresh(hint, "v");
    const start = addSize(whole.offset ?? 0, offset);
    const dtype = whole.dtype;
    return this.add({ kind: "Buffer", name, space: "view", dtype, shape, of: whole.of ?? whole.name, offset: start });
  }

  buffer(name: string): Buffer {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`fuse: no buffer '${name}'`);
    return found;
  }

  private add(buffer: Buffer): string {
    this.buffers.push(buffer);
    this.byName.set(buffer.name, buffer);
    return buffer.name;
  }
}
