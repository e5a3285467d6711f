/**
 * What a kernel does, counted: floating-point operations, and bytes read and written.
 *
 * Invariant: exact for what the kernel says (a load that a schedule keeps in a register is still counted), as sizes over
 * the named dimensions.
 */
import {
  addSize,
  builtin,
  mulSize,
  namedSize,
  namesOf,
  productSize,
  type ScalarExpr,
  type Size,
} from "@tapeless/types/compiler";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { partsOf } from "../../ir/kernel/epilogue.js";
import type { Buffers } from "../../ir/kernel/flat-kernel.js";
import { bufferNamed } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { coneOf, namesIn } from "../../ir/kernel/mentions.js";
import { innerSteps, type Kernel, type KernelProgram, type Step } from "../../ir/kernel/nodes.js";
import { computedOf, factorsOf } from "./factors.js";

export interface Effort {
  /** One iteration of all axes, and of those of the epilogue. */
  readonly iterations: Size;
  readonly flops: Size;
}

export interface Work extends Effort {
  /** Distinct elements touched, in bytes: each buffer counts once per index that differs. */
  readonly bytesRead: Size;
  readonly bytesWritten: Size;
}

const isFlop = (expr: ScalarExpr): boolean => expr.kind === "Call" && builtin(expr.fn).js.form !== "cast";

const flopsIn = (values: readonly ScalarExpr[]): number =>
  values.flatMap((value) => kernelLanguage.walk(value)).filter((node) => isFlop(node as ScalarExpr)).length; // all of them are

function countFlops(kernel: Kernel): number {
  const values = [...kernel.lets.map((each) => each.value), ...kernel.writes.map((write) => write.value)];
  return flopsIn(values) + kernel.writes.filter((write) => write.combine !== "set").length;
}

/** Iterations over those of a kernel's axes that `names` has. */
const over = ({ axes }: Kernel, names: ReadonlySet<string>): Size =>
  productSize(axes.filter((axis) => names.has(axis.name)).map((axis) => axis.size));

/** What a kernel does that has no epilogue; a factor of a sum of products is computed once for each of its elements. */
export function effortOf(kernel: Kernel): Effort {
  const iterations = productSize(kernel.axes.map((axis) => axis.size));
  const factors = factorsOf(kernel);
  if (factors === undefined) return { iterations, flops: mulSize(countFlops(kernel), iterations) };
  const computed = computedOf(factors).map(({ value, lets, names }) =>
    mulSize(flopsIn([...lets.map((each) => each.value), value]), over(kernel, names)),
  );
  return { iterations, flops: [mulSize(2, iterations), ...computed].reduce<Size>(addSize, 0) };
}

/** Iterations over the axes that an index moves with: how many elements it reaches. One that comes from data may go anywhere. */
function reached(kernel: Kernel, index: readonly Size[]): Size {
  const named = index.flatMap(namesOf);
  const byData = kernel.lets.filter(({ name }) => named.includes(name));
  const names = byData.flatMap(({ value }) => [...coneOf(namesIn(value), kernel.lets).names]);
  return over(kernel, new Set([...named, ...names]));
}

const none: ReadonlySet<string> = new Set();

/**
 * An epilogue costs what it would by itself, but that the sums it takes over are no reads, and those `held`, which have no
 * memory, no writes.
 */
export function workOf(kernel: Kernel, buffers: Buffers, held = none): Work {
  const [main = kernel, epilogue] = partsOf(kernel);
  const stored = { ...main, writes: main.writes.filter((write) => !held.has(write.buffer)) };
  const work = { ...workOfPart(main, buffers, none), bytesWritten: workOfPart(stored, buffers, none).bytesWritten };
  if (epilogue === undefined) return work;
  const after = workOfPart(epilogue, buffers, new Set(main.writes.map((write) => write.buffer)));
  return {
    iterations: addSize(work.iterations, after.iterations),
    flops: addSize(work.flops, after.flops),
    bytesRead: addSize(work.bytesRead, after.bytesRead),
    bytesWritten: addSize(work.bytesWritten, after.bytesWritten),
  };
}

function workOfPart(kernel: Kernel, buffers: Buffers, handedOver: ReadonlySet<string>): Work {
  const reads = new Map<string, Size>();
  for (const node of kernelLanguage.walk(kernel)) {
    if (node.kind !== "Load" || handedOver.has(node.buffer)) continue;
    const bytes = mulSize(elementBytes[node.dtype], reached(kernel, node.index));
    reads.set(kernelLanguage.print(node), bytes);
  }
  const bytesWritten = kernel.writes
    .map((write) => mulSize(elementBytes[bufferNamed(buffers, write.buffer).dtype], reached(kernel, write.index)))
    .reduce<Size>(addSize, 0);
  return {
    ...effortOf(kernel),
    bytesRead: [...reads.values()].reduce<Size>(addSize, 0),
    bytesWritten,
  };
}

/** Every kernel of a program, with the repeats around it, outermost first; those of a branch as if it were always taken. */
export function* kernelsOf(
  steps: readonly Step[],
  around: readonly Size[] = [],
): Generator<{ readonly kernel: Kernel; readonly times: Size }> {
  for (const step of steps) {
    switch (step.kind) {
      case "Kernel":
        yield { kernel: step, times: productSize(around) };
        break;
      case "Repeat":
        yield* kernelsOf(step.body, [...around, step.length]);
        break;
      case "While":
        yield* kernelsOf(innerSteps(step), [...around, namedSize(step.index)]); // how often, the run tells
        break;
      case "Choose":
        for (const branch of step.branches) yield* kernelsOf(branch.steps, around);
    }
  }
}

export const allKernels = (program: KernelProgram): readonly Kernel[] =>
  [...kernelsOf(program.steps)].map(({ kernel }) => kernel);
