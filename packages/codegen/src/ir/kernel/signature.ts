/**
 * What a kernel computes, apart from what its axes, scalars and buffers are called: kernels of equal signatures differ in
 * names alone, and what is decided or made for one holds for the other, name by name.
 *
 * Invariant: equal texts mean that the kernels on flat storage are equal once name `k` of one is name `k` of the other.
 */
import { type Index, productSize, type ScalarExpr, type Size, showNumber, showSize } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, flatName, isInputScalar, wholeOf } from "./flat-kernel.js";
import type { Kernel } from "./nodes.js";

export interface Signature {
  readonly text: string;
  /** Axes, scalars and buffers of the kernel in the order in which they come up. */
  readonly names: readonly string[];
}

class Signer {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly buffers: Buffers) {}

  /** A name of the kernel by its number; any other name means itself. */
  private name(name: string): string {
    const number = this.numbers.get(name);
    return number === undefined ? name : `#${number}`;
  }

  add(name: string): string {
    if (!this.numbers.has(name)) {
      this.numbers.set(name, this.names.length);
      this.names.push(name);
    }
    return this.name(name);
  }

  private index(size: Index): string {
    if (typeof size === "number") return `${size}`;
    return size.terms
      .map(({ coefficient, names }) => [coefficient, ...names.map((n) => this.name(n))].join("*"))
      .join("+");
  }

  indices(index: readonly Index[]): string {
    return index.map((each) => this.index(each)).join(",");
  }

  /** Where a buffer is first met, all that code for the kernel depends on: whose elements it has, and how they lie. */
  buffer(name: string): string {
    if (this.numbers.has(name)) return this.name(name);
    const number = this.add(name);
    const { dtype, shape } = bufferNamed(this.buffers, name);
    if (isInputScalar(bufferNamed(this.buffers, name))) return `${number}{scalar ${dtype}}`;
    const flat = flatName(this.buffers, name);
    const base = flat === name ? "" : ` is ${this.buffer(flat)}`;
    const whole = wholeOf(this.buffers, name).name;
    const of = whole === flat ? "" : ` of ${this.add(whole)}`;
    return `${number}{${dtype}[${shape.map(showSize).join(",")}] ${showSize(this.elements(flat))}${base}${of}}`;
  }

  private elements(name: string): Size {
    return productSize(bufferNamed(this.buffers, name).shape);
  }

  expr(expr: ScalarExpr): string {
    switch (expr.kind) {
      case "Const":
        return `${showNumber(expr.value)}:${expr.dtype}`;
      case "Position":
        return `(${this.index(expr.index)})`;
      case "Ref":
        return `${this.name(expr.name)}:${expr.dtype}`;
      case "Load":
        return `${this.buffer(expr.buffer)}[${this.indices(expr.index)}]:${expr.dtype}`;
      case "Call":
        return `${expr.fn}:${expr.dtype}(${expr.args.map((arg) => this.expr(arg)).join(",")})`;
    }
  }
}

function bodyText({ lets, writes }: Pick<Kernel, "lets" | "writes">, signer: Signer): readonly string[] {
  const bound = lets.map(({ name, value }) => {
    const text = signer.expr(value);
    return `${signer.add(name)}=${text}`;
  });
  const written = writes.map(
    ({ buffer, index, combine, keep, value }) =>
      `${signer.buffer(buffer)}[${signer.indices(index)}] ${combine}${keep ? " keep" : ""} ${signer.expr(value)}`,
  );
  return [...bound, ...written];
}

export function signatureOf(kernel: Kernel, buffers: Buffers): Signature {
  const signer = new Signer(buffers);
  const parts = kernel.axes.map(({ name, size }) => `${signer.add(name)}<${showSize(size)}`);
  const { direction, delays = [] } = kernel.sweep ?? {};
  for (const { name } of delays) signer.add(name);
  parts.push(...bodyText(kernel, signer));
  if (direction !== undefined)
    parts.push(direction, ...delays.map(({ name, of }) => `${signer.add(name)}<${signer.add(of)}`));
  if (kernel.epilogue !== undefined) parts.push("then", ...bodyText(kernel.epilogue, signer));
  return { text: parts.join(";"), names: signer.names };
}

/** From the names of one kernel to those of another of equal signature. */
export const translation = (from: Signature, to: Signature): ReadonlyMap<string, string> =>
  new Map(from.names.map((name, k) => [name, to.names[k] ?? name]));
