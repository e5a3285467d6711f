/** Arithmetic on concrete tensors, for those who check derivatives. Invariant: nothing here is shared with the ops. */
import { type ApproxTensor, exactTensor } from "@tapeless/types/compiler";

export type Tensors = readonly ApproxTensor[];

export const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const isFloatTensor = ({ dtype }: ApproxTensor): boolean => dtype === "f64" || dtype === "f32";

/** Whether an element lies on the diagonal over the last two axes. */
export function isOnDiagonal(shape: readonly number[], at: number): boolean {
  const [rows = 0, columns = 0] = shape.slice(-2);
  return shape.length >= 2 && Math.floor(at / columns) % rows === at % columns;
}

/** A tensor like another one, with new elements. */
export const like = ({ shape, dtype }: ApproxTensor, data: (at: number) => number): ApproxTensor =>
  exactTensor(
    shape,
    dtype,
    Array.from({ length: countOf(shape) }, (_, at) => data(at)),
  );

export const zerosLike = (x: ApproxTensor): ApproxTensor => like(x, () => 0);

const element = (x: ApproxTensor | undefined, at: number): number => x?.value[at] ?? 0;

/** a + t · b, tensor by tensor. */
export const moved = (a: Tensors, t: number, b: Tensors): Tensors =>
  a.map((x, k) => (isFloatTensor(x) ? like(x, (at) => element(x, at) + t * element(b[k], at)) : x));

export const scaled = (t: number, a: Tensors): Tensors => a.map((x) => like(x, (at) => t * element(x, at)));

export const summed = (a: Tensors, b: Tensors): Tensors => moved(a, 1, b);

/** Σ over all elements of all tensors of their products. */
export const dot = (a: Tensors, b: Tensors): number =>
  a.reduce((sum, x, k) => x.value.reduce((part, value, at) => part + value * element(b[k], at), sum), 0);

export const norm = (a: Tensors): number => Math.sqrt(dot(a, a));

/** One position of the first axis. */
export function slot(x: ApproxTensor, position: number): ApproxTensor {
  const shape = x.shape.slice(1);
  const count = countOf(shape);
  return exactTensor(shape, x.dtype, x.value.slice(position * count, (position + 1) * count));
}

/** Tensors of one shape behind each other along a new first axis. */
export function stacked(parts: Tensors, one: ApproxTensor): ApproxTensor {
  const data = parts.flatMap((part) => [...part.value]);
  return exactTensor([parts.length, ...one.shape], one.dtype, data);
}

const sameElement = (got: number, want: number, tolerance: number): boolean =>
  got === want ||
  (Number.isNaN(got) && Number.isNaN(want)) ||
  Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want));

/** Throws where shapes, dtypes or elements differ by more than `tolerance · max(1, |want|)`; 0 asks for equality. */
export function expectSame(got: Tensors, want: Tensors, tolerance: number, what: string): void {
  if (got.length !== want.length) throw new Error(`${what}: ${got.length} tensors instead of ${want.length}`);
  got.forEach((x, k) => {
    const y = want[k] ?? x;
    if (`${x.dtype}[${x.shape}]` !== `${y.dtype}[${y.shape}]`) {
      throw new Error(`${what}: tensor ${k} is ${x.dtype}[${x.shape}] instead of ${y.dtype}[${y.shape}]`);
    }
    x.value.forEach((value, at) => {
      if (sameElement(value, element(y, at), tolerance)) return;
      throw new Error(`${what}: element ${at} of tensor ${k} is ${value} instead of ${element(y, at)}`);
    });
  });
}

/** Throws unless two numbers agree within a tolerance that the caller has scaled. */
export function expectNear(got: number, want: number, tolerance: number, what: string): void {
  if (Math.abs(got - want) <= tolerance) return;
  throw new Error(`${what}: ${got} and ${want} differ by more than ${tolerance}`);
}
