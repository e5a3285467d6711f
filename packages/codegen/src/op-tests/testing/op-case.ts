/**
 * One op at given shapes and attributes, as a program of one equation with random operands.
 *
 * Invariant: a case says nothing about how its op is differentiated; that is read from the op table by the checks.
 */
import {
  type ApproxTensor,
  type Attrs,
  type DType,
  exactTensor,
  type Func,
  makeLit,
  opNamed,
  Trace,
  verifyFunc,
} from "@tapeless/types/compiler";
import { onDiagonal } from "./families.js";
import { drawApart, drawInteger, randomFrom } from "./random.js";
import { countOf, isOnDiagonal, type Tensors } from "./tensors.js";

export interface OperandSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** A number of the program instead of a parameter. */
  readonly literal?: number;
  /** Integers are drawn from 0 … below - 1. */
  readonly below?: number;
}

export interface OpCase {
  readonly op: string;
  readonly operands: readonly OperandSpec[];
  readonly attrs: Attrs;
}

/** `sum f64[2, 3] {"axes":[0]}` */
export function titleOf({ op, operands, attrs }: OpCase): string {
  const shown = operands.map(({ shape, dtype, literal }) => (literal === undefined ? `${dtype}[${shape}]` : literal));
  return `${op} ${shown.join(" ")}${Object.keys(attrs).length === 0 ? "" : ` ${JSON.stringify(attrs)}`}`;
}

/** The program of one equation; literal operands are no parameters. */
export function funcOf({ op, operands, attrs }: OpCase): Func {
  const trace = new Trace(op);
  const inputs = operands.map(({ shape, dtype, literal }, k) =>
    literal === undefined ? trace.param({ shape, dtype }, `x${k}`) : makeLit(literal, dtype),
  );
  return verifyFunc(trace.finish(trace.emit({ op, inputs, attrs })));
}

/** The operands that are parameters. */
export const paramsOf = ({ operands }: OpCase): readonly OperandSpec[] =>
  operands.filter(({ literal }) => literal === undefined);

/** Random operands: floats from the op's domain, all of them apart from each other and from the op's edges. */
export function drawOperands(opCase: OpCase, seed: number): Tensors {
  const random = randomFrom(seed);
  const { domain, edges } = opNamed(opCase.op);
  const params = paramsOf(opCase);
  const isFloat = ({ dtype }: OperandSpec): boolean => dtype === "f64" || dtype === "f32";
  const literals = opCase.operands.flatMap(({ literal }) => (literal === undefined ? [] : [literal]));
  const total = params.filter(isFloat).reduce((sum, { shape }) => sum + countOf(shape), 0);
  const floats = drawApart(random, total, domain, [...edges, ...literals]);
  let next = 0;
  return params.map((param, position): ApproxTensor => {
    const draw = (): number => {
      if (isFloat(param)) return floats[next++] ?? 0;
      return param.dtype === "bool" ? drawInteger(random, 2) : drawInteger(random, param.below ?? 3);
    };
    const shift = onDiagonal[opCase.op]?.[position] ?? 0;
    const data = Array.from({ length: countOf(param.shape) }, draw);
    const shifted = data.map((value, at) => (isOnDiagonal(param.shape, at) ? value + shift : value));
    return exactTensor(param.shape, param.dtype, shifted);
  });
}
