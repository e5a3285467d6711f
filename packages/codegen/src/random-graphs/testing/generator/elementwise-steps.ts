/** Random elementwise equations: arithmetic, functions, comparisons, choices, casts. */
import { type DType, isFloat, type OpName, opNamed } from "@tapeless/types/compiler";
import type { Builder, Known } from "./builder.js";
import type { Choice } from "./recipe.js";
import type { Step } from "./step.js";

const literals = [1, 0, -1, 2, 0.5, -0, -1.5, 3] as const;
export const literalAt = (at: number): number => literals[at % literals.length] ?? 1;

const takes = (op: OpName, operand: number, dtype: DType): boolean =>
  opNamed(op).dtypes[operand]?.includes(dtype) === true;

/** A number that the dtype has. */
function literalFor(dtype: DType, value: number): number {
  if (dtype === "bool") return Number(value !== 0);
  return dtype === "i32" ? Math.trunc(value) + 0 : value;
}

/** Another operand: a value of the same type, or a literal. */
function other(builder: Builder, x: Known, { b, c }: Choice): Known | number {
  if (c % 3 === 0) return literalFor(x.atom.dtype, literalAt(b));
  return builder.alike(x.atom, b) ?? x;
}

const magnitudeOf = (operand: Known | number): number =>
  typeof operand === "number" ? Math.abs(operand) : operand.magnitude;

/** Both orders, so that literals stand on the left too. */
const ordered = <T>(a: T, b: T, swap: boolean): readonly [T, T] => (swap ? [b, a] : [a, b]);

function arithmetic(op: "add" | "sub" | "mul" | "maximum" | "minimum" | "mulZero"): Step["run"] {
  return (builder, choice) => {
    const found = builder.pick(choice.a, ({ atom }) => takes(op, 0, atom.dtype));
    if (found === undefined) return;
    const x = builder.tame(found, 30);
    const y = other(builder, x, choice);
    const right = typeof y === "number" ? y : builder.tame(y, 30);
    const [m, n] = [x.magnitude, magnitudeOf(right)];
    builder.add(op, ordered<Known | number>(x, right, choice.c % 6 === 3), op.startsWith("mul") ? m * n : m + n);
  };
}

/** What each function makes of |x| ≤ m, and the largest m it is given. */
const functions: Readonly<Record<string, { readonly max: number; readonly of: (m: number) => number }>> = {
  neg: { max: 1e3, of: (m) => m },
  abs: { max: 1e3, of: (m) => m },
  sign: { max: 1e3, of: () => 1 },
  relu: { max: 1e3, of: (m) => m },
  exp: { max: 3, of: Math.exp },
  sin: { max: 6, of: () => 1 },
  cos: { max: 6, of: () => 1 },
  sinh: { max: 3, of: Math.sinh },
  cosh: { max: 3, of: Math.cosh },
  tanh: { max: 1e3, of: () => 1 },
  sigmoid: { max: 1e3, of: () => 1 },
  stopGradient: { max: 1e3, of: (m) => m },
};

function unary(op: OpName): Step["run"] {
  return (builder, { a }) => {
    const rule = functions[op];
    const found = builder.pick(a, ({ atom }) => takes(op, 0, atom.dtype));
    if (rule === undefined || found === undefined) return;
    const x = builder.tame(found, builder.style.wild ? 1e3 : rule.max);
    builder.add(op, [x], Math.min(1e6, rule.of(x.magnitude)));
  };
}

/** Functions of positive numbers; in wild programs of any. */
function ofPositive(op: "log" | "sqrt"): Step["run"] {
  return (builder, { a }) => {
    const x = builder.float(a);
    if (x !== undefined) builder.add(op, [builder.style.wild ? x : builder.positive(x)], 5);
  };
}

const divide: Step["run"] = (builder, choice) => {
  const x = builder.float(choice.a);
  const y = x === undefined ? undefined : other(builder, x, choice);
  if (x === undefined || y === undefined) return;
  const below =
    typeof y === "number" ? (y === 0 && !builder.style.wild ? 2 : y) : builder.style.wild ? y : builder.positive(y);
  if (choice.c % 5 === 4 && typeof below !== "number") builder.add("div", [1, below], 2);
  else builder.add("div", [x, below], x.magnitude * 2);
};

const power: Step["run"] = (builder, { a, b, c }) => {
  const found = builder.float(a);
  if (found === undefined) return;
  const x = builder.style.wild ? found : builder.positive(builder.tame(found, 1));
  const exponents = [2, 1, -1, 0, 3, 0.5] as const;
  const y = c % 2 === 0 ? exponents[b % exponents.length] : builder.alike(x.atom, b);
  const exponent = y === undefined ? 2 : typeof y === "number" ? y : builder.tame(y, 2);
  builder.add("pow", [x, exponent], 6);
};

const comparisons = ["less", "lessEqual", "greater", "greaterEqual", "equal", "notEqual"] as const;

const compare: Step["run"] = (builder, choice) => {
  const x = builder.pick(choice.a, ({ atom }) => takes("less", 0, atom.dtype));
  const op = comparisons[choice.b % comparisons.length];
  if (x !== undefined && op !== undefined)
    builder.add(op, ordered<Known | number>(x, other(builder, x, choice), choice.c % 6 === 3), 1);
};

const logical: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(a, ({ atom }) => atom.dtype === "bool");
  if (x === undefined) return;
  if (c % 3 === 0) return void builder.add("logicalNot", [x], 1);
  builder.add(c % 3 === 1 ? "logicalAnd" : "logicalOr", [x, builder.alike(x.atom, b) ?? x], 1);
};

/** `where`, with a condition that is there or is made of a comparison. */
const choose: Step["run"] = (builder, choice) => {
  const x = builder.pick(choice.a, ({ atom }) => takes("where", 1, atom.dtype));
  if (x === undefined) return;
  const { shape } = x.atom;
  const condition =
    builder.alike({ shape, dtype: "bool" }, choice.b) ??
    (builder.style.smooth ? undefined : builder.add("less", [x, 0], 1));
  if (condition === undefined) return;
  const y = other(builder, x, choice);
  builder.add(
    "where",
    [condition, ...ordered<Known | number>(x, y, choice.c % 6 === 3)],
    Math.max(x.magnitude, magnitudeOf(y)),
  );
};

const cast: Step["run"] = (builder, { a, b }) => {
  const targets: readonly DType[] = builder.style.smooth ? ["f64", "f32"] : ["f32", "f64", "i32", "bool"];
  const dtype = targets[b % targets.length] ?? "f32";
  const found = builder.pick(a, ({ atom }) => !builder.style.smooth || isFloat(atom));
  if (found === undefined) return;
  const x =
    isFloat({ dtype }) && !isFloat(found.atom) && found.limit === undefined && found.atom.dtype === "i32"
      ? undefined
      : found;
  // An integer of any size: its float may be too large for what follows.
  if (x === undefined) return void builder.tame(builder.add("cast", [found], 2 ** 31, { attrs: { dtype } }), 1);
  builder.add("cast", [x], x.magnitude, { attrs: { dtype } });
};

/** Ops that the steps here make; the table's other elementwise ops are made from their records. */
export const elementwiseHandled: ReadonlySet<string> = new Set<string>([
  ...Object.keys(functions),
  ...comparisons,
  "add",
  "sub",
  "mul",
  "mulZero",
  "maximum",
  "minimum",
  "div",
  "pow",
  "log",
  "sqrt",
  "where",
  "cast",
  "logicalAnd",
  "logicalOr",
  "logicalNot",
]);

const kinky = new Set(["abs", "sign", "relu", "stopGradient"]);

export const elementwiseSteps: readonly Step[] = [
  { name: "add", smooth: true, weight: 3, run: arithmetic("add") },
  { name: "mul", smooth: true, weight: 3, run: arithmetic("mul") },
  { name: "sub", smooth: true, weight: 2, run: arithmetic("sub") },
  { name: "mulZero", smooth: false, weight: 1, run: arithmetic("mulZero") },
  { name: "maximum", smooth: false, weight: 1, run: arithmetic("maximum") },
  { name: "minimum", smooth: false, weight: 1, run: arithmetic("minimum") },
  ...Object.keys(functions).map(
    (op): Step => ({ name: op, smooth: !kinky.has(op), weight: 1, run: unary(op as OpName) }),
  ), // keys are names of the table
  { name: "log", smooth: true, weight: 1, run: ofPositive("log") },
  { name: "sqrt", smooth: true, weight: 1, run: ofPositive("sqrt") },
  { name: "div", smooth: true, weight: 2, run: divide },
  { name: "pow", smooth: true, weight: 1, run: power },
  { name: "compare", smooth: false, weight: 2, run: compare },
  { name: "logical", smooth: false, weight: 2, run: logical },
  { name: "where", smooth: true, weight: 2, run: choose },
  { name: "cast", smooth: false, weight: 2, run: cast },
];
