/**
 * The program being built: its buffers and names.
 *
 * Invariant: a buffer's name is unique in the program and differs from every dimension name; a view is a view of a
 * buffer that is none.
 */
import { addSize, type DType, namesOf, productSize, type Size, substituteSize } from "@tapeless/types/compiler";
import type { Buffer } from "../../ir/kernel/nodes.js";
import type { NameSupply } from "./names.js";

/** Numbers that a program keeps between kernels have double precision. */
export const scalarDType = (dtype: DType): DType => (dtype === "f32" ? "f64" : dtype);

export class ProgramBuilder {
  readonly buffers: Buffer[] = [];
  private readonly byName = new Map<string, Buffer>();
  /** Sizes that loops find, with the most that each can be, where that is known. */
  readonly found = new Map<string, Size | undefined>();

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

  /** A temporary. Where its size is found while the program runs it has room for the most it can be, or grows. */
  arena(hint: string, dtype: DType, shape: readonly Size[]): string {
    const stored = shape.length === 0 ? scalarDType(dtype) : dtype;
    const temporary = { kind: "Buffer", name: this.names.fresh(hint, "t"), dtype: stored, shape } as const;
    if (!shape.flatMap(namesOf).some((name) => this.found.has(name))) return this.add({ ...temporary, space: "arena" });
    const capacity = this.room(productSize(shape));
    return this.add(
      capacity === undefined ? { ...temporary, space: "heap" } : { ...temporary, space: "arena", capacity },
    );
  }

  /** The most that a size can be, where that is known. */
  private room(size: Size): Size | undefined {
    if (typeof size === "number") return size;
    const falls = size.terms.some(
      ({ coefficient, names }) => coefficient < 0 && names.some((name) => this.found.has(name)),
    );
    const names = namesOf(size).filter((name) => this.found.has(name));
    const bounds = names.flatMap((name) => this.found.get(name) ?? []);
    if (falls || bounds.length < names.length) return undefined;
    return substituteSize(size, Object.fromEntries(names.map((name, k) => [name, bounds[k] ?? 0])));
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
