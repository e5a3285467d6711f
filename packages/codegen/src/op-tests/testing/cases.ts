/**
 * The cases of every op: shapes and attributes to test it with.
 *
 * Invariant: each op of the table has cases without being named here: elementwise ops get all ways of mixing tensors and
 * numbers, reductions all sets of axes, all others the shapes and attributes of their own samples. What `families` adds
 * are the choices that samples are too few for.
 */
import { type Attrs, type DType, type Nested, type Op, opNamed, opNames, type Sample } from "@tapeless/types/compiler";
import { families } from "./families.js";
import type { OpCase, OperandSpec } from "./op-case.js";

export const shapeOf = (value: Nested): readonly number[] =>
  typeof value === "number" ? [] : [value.length, ...shapeOf(value[0] ?? 0)];

export const flatten = (value: Nested): readonly number[] =>
  typeof value === "number" ? [value] : value.flatMap(flatten);

/** The dtype to test operand `k` with; a variadic op's last operand stands for all that follow. */
export const testDType = ({ dtypes }: Op, k: number, floats: DType): DType => {
  const taken = dtypes[k] ?? dtypes.at(-1) ?? [];
  return taken.includes(floats) ? floats : (taken[0] ?? floats);
};

/** All subsets of 0 … count - 1, each in order. */
export const subsets = (count: number): readonly (readonly number[])[] =>
  Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, k) => k).filter((k) => (bits >> k) & 1),
  );

const elementwiseShapes = [[], [3], [2, 2], [0]];

/** Tensors of every small shape, and a number in the place of each operand and of each proper set of them. */
function elementwiseCases(op: Op, attrs: Attrs, floats: DType): readonly OpCase[] {
  const arity = typeof op.arity === "number" ? op.arity : 2;
  const literalSets = subsets(arity).filter((set) => set.length < arity);
  return elementwiseShapes.flatMap((shape) =>
    literalSets
      .filter((set) => set.length === 0 || shape.length === 1)
      .map((set) => {
        const operands = Array.from({ length: arity }, (_, k): OperandSpec => {
          const dtype = testDType(op, k, floats);
          const inside = dtype === "f64" || dtype === "f32" ? op.domain[0] * 0.4 + op.domain[1] * 0.6 : 1;
          return set.includes(k) ? { shape: [], dtype, literal: inside } : { shape, dtype };
        });
        return { op: op.name, operands, attrs };
      }),
  );
}

const reductionShapes = [[3], [2, 3], [1, 3], [2, 1, 2], []];

/** Every set of axes of small shapes. */
const reductionCases = (op: Op, floats: DType): readonly OpCase[] =>
  reductionShapes.flatMap((shape) =>
    subsets(shape.length).map((axes) => ({
      op: op.name,
      operands: [{ shape, dtype: testDType(op, 0, floats) }],
      attrs: { axes },
    })),
  );

function sampleCase(op: Op, sample: Sample, floats: DType): OpCase {
  const operands = sample.in.map((value, k): OperandSpec => {
    const below = 1 + Math.max(0, ...flatten(value));
    return { shape: shapeOf(value), dtype: testDType(op, k, floats), below };
  });
  return { op: op.name, operands, attrs: sample.attrs ?? {} };
}

const isReduction = (op: Op): boolean =>
  op.arity === 1 && op.samples.some(({ attrs = {} }) => Object.keys(attrs).join() === "axes");

/** The cases of one op with floats of the given dtype. */
export function casesOf(name: string, floats: DType = "f64"): readonly OpCase[] {
  const op = opNamed(name);
  const samples = op.samples.map((sample) => sampleCase(op, sample, floats));
  const family = (families[name] ?? []).map(({ shapes, attrs = {}, below }) => ({
    op: name,
    operands: shapes.map((shape, k): OperandSpec => {
      const dtype = testDType(op, k, floats);
      return below === undefined ? { shape, dtype } : { shape, dtype, below };
    }),
    attrs,
  }));
  if (op.elementwise) return [...elementwiseCases(op, op.samples[0]?.attrs ?? {}, floats), ...family];
  return isReduction(op) ? [...reductionCases(op, floats), ...family] : [...samples, ...family];
}

/** Ops that compute something from operands: all but loops, transformations and constants. */
export const testedOps = (): readonly string[] =>
  opNames().filter((name) => opNamed(name).lowering.form !== "structural" && opNamed(name).arity !== 0);

/** Every case of every op in f64, and one of each in f32, whose rules may differ. */
export const allCases = (): readonly OpCase[] => testedOps().flatMap((name) => [...casesOf(name), ...f32Case(name)]);

/** A case in f32, where the op takes floats. */
function f32Case(name: string): readonly OpCase[] {
  const isF32 = ({ operands }: OpCase): boolean => operands.some(({ dtype }) => dtype === "f32");
  return casesOf(name, "f32").filter(isF32).slice(0, 2);
}
