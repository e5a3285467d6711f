/**
 * Equations of any op of the table: what no step of its own makes, the table's record says how to make. So an op takes
 * part in random programs as soon as it is there.
 *
 * Invariant: float operands lie inside the op's domain, indices below what the op's own cases allow.
 */
import {
  type Attrs,
  type DType,
  evalFunc,
  isFloat,
  type Op,
  opNamed,
  opNames,
  type Size,
} from "@tapeless/types/compiler";
import { casesOf, testDType } from "../../../op-tests/testing/cases.js";
import { onDiagonal } from "../../../op-tests/testing/families.js";
import { drawOperands, funcOf, type OpCase, type OperandSpec } from "../../../op-tests/testing/op-case.js";
import { countOf } from "../../../op-tests/testing/tensors.js";
import { type Builder, type Known, maxElements, roughCount } from "./builder.js";
import type { Choice } from "./recipe.js";
import type { Step } from "./step.js";

/** Results above this are taken for that large: what uses them squashes them first. */
const mostMagnitude = 1e6;

/** How large results of a case are, by an example; what uses them need not know better. */
function magnitudeBy(opCase: OpCase): number {
  try {
    const results = evalFunc(funcOf(opCase), drawOperands(opCase, 1));
    const values = results.flatMap(({ value }) => [...value].filter(Number.isFinite).map(Math.abs));
    return Math.min(mostMagnitude, 4 * Math.max(1, ...values));
  } catch {
    return mostMagnitude;
  }
}

const remembered = new Map<string, number>();

function magnitudeOf(opCase: OpCase): number {
  const key = JSON.stringify(opCase);
  const known = remembered.get(key) ?? magnitudeBy(opCase);
  remembered.set(key, known);
  return known;
}

/** The value squashed into the inner part of an interval. */
function inside(builder: Builder, x: Known, [low, high]: readonly [number, number]): Known {
  const [middle, half] = [(low + high) / 2, ((high - low) / 2) * 0.9];
  const squashed = builder.add("mul", [builder.add("tanh", [x], 1), half], Math.abs(half));
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  return middle === 0 ? squashed : builder.add("add", [squashed, middle], magnitude);
}

const pickOf = (builder: Builder, at: number, dtype: DType): Known | undefined =>
  builder.pick(at, ({ atom }) => atom.dtype === dtype);

// ---- elementwise

/** An operand of the shape of `like`: floats inside the domain, integers as they come, truths from a comparison. */
function elementwiseOperand(builder: Builder, op: Op, k: number, like: Known, choice: Choice): Known | undefined {
  const dtype = testDType(op, k, like.atom.dtype);
  const { shape } = like.atom;
  const found = builder.alike({ shape, dtype }, choice.b + k);
  if (isFloat({ dtype })) return inside(builder, found ?? like, op.domain);
  if (found !== undefined) return found;
  if (dtype === "bool" && isFloat(like.atom)) return builder.add("less", [like, 0.25], 1);
  return builder.filled(1, { shape, dtype });
}

/** Adds an equation of an elementwise op of a fixed number of operands. */
function elementwise(builder: Builder, op: Op, choice: Choice): void {
  if (typeof op.arity !== "number") return;
  const taken = op.dtypes[0] ?? [];
  const like = builder.pick(choice.b, ({ atom }) => taken.includes(atom.dtype)) ?? builder.float(choice.b);
  if (like === undefined) return;
  const operands = Array.from({ length: op.arity }, (_, k) => elementwiseOperand(builder, op, k, like, choice));
  if (!operands.every((operand) => operand !== undefined)) return;
  const dtypes = operands.map(({ atom }) => atom.dtype);
  const attrs = op.samples[0]?.attrs ?? {};
  const specs = dtypes.map((dtype): OperandSpec => ({ shape: [7], dtype, below: 3 }));
  // A numeral in the place of an operand, sometimes: rewrites look for them.
  const asNumeral = choice.c % 7 === 6 && operands.length > 1 && isFloat({ dtype: dtypes[1] ?? "bool" });
  const [low, high] = op.domain;
  const given: readonly (Known | number)[] = operands.map((operand, k) =>
    asNumeral && k === 1 ? (low + 2 * high) / 3 : operand,
  );
  builder.add(op.name, given, magnitudeOf({ op: op.name, operands: specs, attrs }), { attrs });
}

// ---- the others: shapes and attributes of the op's own cases

/** As many elements as asked for, in the shape asked for, of any value: repeated and cut off. */
function fitted(builder: Builder, x: Known, shape: readonly number[]): Known {
  const count = countOf(shape);
  const have = x.atom.shape.reduce<number>((n, size) => n * (typeof size === "number" ? size : 0), 1);
  const flat = builder.add("reshape", [x], x.magnitude, { attrs: { shape: [have] } });
  const copies = Math.ceil(count / have);
  const attrs = { shape: [copies, have], axes: [1] };
  const rows = copies > 1 ? builder.add("broadcastTo", [flat], x.magnitude, { attrs }) : flat;
  const long = copies > 1 ? builder.add("reshape", [rows], x.magnitude, { attrs: { shape: [copies * have] } }) : flat;
  const cut =
    copies * have > count ? builder.add("slice", [long], x.magnitude, { attrs: { start: [0], shape: [count] } }) : long;
  return builder.add("reshape", [cut], x.magnitude, { attrs: { shape } });
}

/** Different elements from equal ones, so that a largest one has no rival. */
function spread(builder: Builder, x: Known, shape: readonly number[], step: number): Known {
  const count = countOf(shape);
  const index = builder.add("iota", [], count, { attrs: { shape: [count], axis: 0 } });
  const ramp = builder.add("cast", [index], count, { attrs: { dtype: x.atom.dtype } });
  const scaled = builder.add("mul", [ramp, step], count * step);
  const shaped = builder.add("reshape", [scaled], count * step, { attrs: { shape } });
  return builder.add("add", [x, shaped], x.magnitude + count * step);
}

const isLiteral = (shape: readonly Size[]): boolean =>
  shape.every((size) => typeof size === "number") && roughCount(shape) > 0;

/** Indices below a bound: 0, 1, 2 … again and again. */
function indices(builder: Builder, shape: readonly number[], below: number): Known {
  const count = countOf(shape);
  const index = builder.add("iota", [], count, { attrs: { shape: [count], axis: 0 } });
  const low = builder.add("minimum", [index, below - 1], below);
  return builder.add("reshape", [low], below, { attrs: { shape } });
}

/** More on the diagonal of the last two axes, where an op wants a regular or a positive definite matrix. */
function withDiagonal(builder: Builder, x: Known, shape: readonly number[], shift: number): Known {
  const along = (axis: number): Known => builder.add("iota", [], 10, { attrs: { shape, axis } });
  const [row, column] = [along(shape.length - 2), along(shape.length - 1)];
  const on = builder.add("equal", [row, column], 1);
  const ones = builder.add("cast", [on], 1, { attrs: { dtype: x.atom.dtype } });
  return builder.add("add", [x, builder.add("mul", [ones, shift], shift)], x.magnitude + shift);
}

function caseOperand(builder: Builder, op: Op, spec: OperandSpec, k: number, at: number): Known | undefined {
  const { shape, dtype, below = 1 } = spec;
  if (dtype === "i32") return indices(builder, shape, Math.max(1, below));
  const source = builder.pick(at, ({ atom }) => isFloat(atom) && isLiteral(atom.shape));
  if (dtype === "bool") {
    const truth = builder.pick(at, ({ atom }) => atom.dtype === "bool" && isLiteral(atom.shape));
    return truth === undefined ? undefined : fitted(builder, truth, shape);
  }
  if (source === undefined) return undefined;
  const float =
    source.atom.dtype === dtype ? source : builder.add("cast", [source], source.magnitude, { attrs: { dtype } });
  const squashed = builder.add("tanh", [fitted(builder, float, shape)], 1);
  const [low, high] = op.domain;
  const count = countOf(shape);
  // Half of the domain for the value, half for keeping elements apart.
  const part = builder.add("mul", [squashed, (high - low) * 0.1], high - low);
  const apart = spread(builder, part, shape, ((high - low) * 0.7) / Math.max(1, count));
  const drawn = builder.add("add", [apart, low + (high - low) * 0.15], Math.max(Math.abs(low), Math.abs(high)));
  const shift = onDiagonal[op.name]?.[k] ?? 0;
  return shift === 0 ? drawn : withDiagonal(builder, drawn, shape, shift);
}

function shaped(builder: Builder, op: Op, choice: Choice): void {
  const floats: DType = pickOf(builder, 0, "f64") === undefined ? "f32" : "f64";
  const fits = ({ operands }: OpCase): boolean =>
    operands.every(
      ({ shape, literal }) => literal === undefined && countOf(shape) > 0 && countOf(shape) <= maxElements / 4,
    );
  const cases = casesOf(op.name, floats).filter(fits);
  const chosen = cases[choice.c % Math.max(1, cases.length)];
  if (chosen === undefined) return;
  const operands = chosen.operands.map((spec, k) => caseOperand(builder, op, spec, k, choice.b + k));
  if (!operands.every((operand) => operand !== undefined)) return;
  const attrs: Attrs = chosen.attrs;
  const inputs = operands.map(({ atom }) => atom);
  builder.addAll(op.name, inputs, [magnitudeOf(chosen)], { attrs });
}

// ---- the steps

/** Constants of the table, which take no operand, have steps of their own. */
const isOrdinary = (op: Op): boolean =>
  op.lowering.form !== "structural" && op.derivative.form !== "structural" && op.arity !== 0;

/** Jumps: what differences make of them says nothing. */
const isSmooth = (op: Op): boolean =>
  op.derivative.form !== "none" && op.dtypes.some((dtypes) => dtypes.some((dtype) => isFloat({ dtype })));

export const tableOps = (handled: ReadonlySet<string>): readonly Op[] =>
  opNames()
    .filter((name) => !handled.has(name))
    .map(opNamed)
    .filter(isOrdinary);

/** Steps for all ops that have none: one for those of elements, one for the others. */
export function tableSteps(handled: ReadonlySet<string>): readonly Step[] {
  const all = tableOps(handled);
  const step =
    (run: (builder: Builder, op: Op, choice: Choice) => void, ops: readonly Op[]): Step["run"] =>
    (builder, choice) => {
      const menu = builder.style.smooth ? ops.filter(isSmooth) : ops;
      const op = menu[(Math.floor(choice.step / 97) + choice.a) % Math.max(1, menu.length)];
      if (op !== undefined) run(builder, op, choice);
    };
  return [
    {
      name: "table-elementwise",
      smooth: true,
      weight: 10,
      run: step(
        elementwise,
        all.filter((op) => op.elementwise),
      ),
    },
    {
      name: "table-shaped",
      smooth: true,
      weight: 8,
      run: step(
        shaped,
        all.filter((op) => !op.elementwise),
      ),
    },
  ];
}
