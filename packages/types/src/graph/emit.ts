/**
 * The trace that is running, and the one way in which ops, rules and transformations add equations to it.
 *
 * Invariant: traces nest like calls; the innermost one receives.
 */
import type { Attrs } from "../node/attrs.js";
import type { DType } from "../shape/tensor.js";
import { TraceError } from "./errors.js";
import { type Atom, type Aval, type Func, makeLit, type Span } from "./ir.js";
import type { RuleOperand, Value, Vocabulary } from "./op.js";
import { opNamed, opNames } from "./registry.js";
import { asTraced, atomOf, type TracedTensor, tensorOf } from "./tensor.js";
import { Trace } from "./trace.js";

let running: Trace | undefined;

/** The innermost running trace; outside of every body there is nothing to compute with. */
export function currentTrace(op: string): Trace {
  if (running !== undefined) return running;
  throw new TraceError("TL0384", `${op}: called outside of a function body; wrap it in fn({ … }, (input) => …)`);
}

/** Runs `body` under a new trace inside the running one (`detached`: inside none) and gives both. */
export function runTrace<T>(name: string, body: (trace: Trace) => T, detached = false): { trace: Trace; result: T } {
  const outer = running;
  const trace = new Trace(name, detached ? undefined : outer);
  running = trace;
  try {
    return { trace, result: body(trace) };
  } catch (error) {
    trace.abandon();
    throw error;
  } finally {
    running = outer;
  }
}

/** Runs `body` with `trace` as the running one: for those who write a program equation by equation. */
export function within<T>(trace: Trace, body: () => T): T {
  const outer = running;
  running = trace;
  try {
    return body();
  } finally {
    running = outer;
  }
}

/**
 * The dtype number literals take: that of the first tensor, but of a bool only where there is no other (the condition
 * of `where` says nothing about its branches). A literal without any tensor is f32.
 */
export function weakDType(operands: readonly (Value | number)[]): DType {
  const dtypes = operands.flatMap((operand) => (typeof operand === "number" ? [] : [operand.dtype]));
  return dtypes.find((dtype) => dtype !== "bool") ?? dtypes[0] ?? "f32";
}

/** As `weakDType`; where an op has literals alone, its attribute `dtype` says what they are. */
function literalDType(operands: readonly RuleOperand[], attrs: Attrs): DType {
  const told = attrs.dtype;
  const alone = operands.every((operand) => typeof operand === "number");
  return alone && typeof told === "string" ? (told as DType) : weakDType(operands); // such an attribute is always a dtype
}

const toAtom = (operand: RuleOperand, dtype: DType, op: string): Atom =>
  typeof operand === "number" ? makeLit(operand, dtype) : atomOf(asTraced(operand, op), op);

/** Adds one equation to the running trace and gives all of its results. */
export function emitAll(
  op: string,
  operands: readonly RuleOperand[],
  attrs: Attrs = {},
  funcs: readonly Func[] = [],
): readonly TracedTensor[] {
  const inputs = operands.map((operand) => toAtom(operand, literalDType(operands, attrs), op));
  const trace = currentTrace(op);
  return trace.emit({ op, inputs, attrs, funcs, spans: trace.places() }).map(tensorOf);
}

/** Exact to the bit on every engine (IEEE 754), so that the same model gives the same program everywhere. */
const folded: Readonly<Record<string, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  neg: (x) => -x,
  sqrt: (x) => Math.sqrt(x),
};

/** The literal that an op of literals is, where it may be computed at build time. */
function fold(op: string, operands: readonly RuleOperand[]): TracedTensor | undefined {
  const compute = folded[op];
  const values = operands.map((operand) => (typeof operand === "number" ? operand : operand.literal));
  const [x, y = 0] = values;
  const dtype = weakDType(operands);
  if (compute === undefined || x === undefined || values.includes(undefined) || dtype === "i32") return undefined;
  return tensorOf(makeLit(compute(x, y), dtype));
}

/** As `emitAll`, for ops of one result. */
export function emit(op: string, operands: readonly RuleOperand[], attrs: Attrs = {}): TracedTensor {
  const literal = fold(op, operands);
  if (literal !== undefined) return literal;
  const [out] = emitAll(op, operands, attrs);
  if (out === undefined) throw new Error(`bug: '${op}' gave no result`);
  return out;
}

const isOperand = (arg: RuleOperand | Attrs): arg is RuleOperand => typeof arg === "number" || "sizes" in arg;

const ruleFunction =
  (op: string) =>
  (...args: readonly (RuleOperand | Attrs)[]): Value => {
    const last = args.at(-1);
    const attrs = last !== undefined && !isOperand(last) ? last : {};
    return emit(op, args.filter(isOperand), attrs);
  };

let known: Vocabulary | undefined;

/** All ops under their names, as rules receive them. */
export function vocabulary(): Vocabulary {
  known ??= Object.fromEntries(opNames().map((name) => [opNamed(name).name, ruleFunction(name)])) as Vocabulary; // OpName lists the table
  return known;
}

/** The program that a rule writes for operands of the given types; `spans` say where it comes from, if anybody knows. */
export function traceRule(
  name: string,
  inputs: readonly Aval[],
  rule: (o: Vocabulary, values: readonly TracedTensor[]) => readonly RuleOperand[],
  spans: readonly Span[] = [],
): Func {
  const { trace, result } = runTrace(
    name,
    (inner) => {
      const values = inputs.map((input) => tensorOf(inner.param(input)));
      const dtype = weakDType(values);
      return inner.at(spans, () => rule(vocabulary(), values).map((out) => toAtom(out, dtype, name)));
    },
    true,
  );
  return trace.finish(result);
}
