/**
 * What rewrite rules look for, made on purpose: chance alone would seldom multiply by one or permute twice.
 *
 * Invariant: for each rule of the compiler some fragment here makes an equation that it applies to.
 */
import { addSize, type DType, isFloat, makeLit, opNamed, opNames, productSize } from "@tapeless/types/compiler";
import { type Builder, type Known, maxElements, roughCount } from "./builder.js";
import type { Choice } from "./recipe.js";
import type { Step } from "./step.js";

type Fragment = (builder: Builder, x: Known, at: number) => void;

const twin = (builder: Builder, x: Known, at: number): Known => builder.alike(x.atom, at) ?? x;
const neg = (builder: Builder, x: Known): Known => builder.add("neg", [x], x.magnitude);

/** On a float of any shape. */
const arithmetic: readonly Fragment[] = [
  (g, x) => g.add("mul", [x, 1], x.magnitude),
  (g, x) => g.add("mul", [1, x], x.magnitude),
  (g, x) => g.add("mul", [x, -1], x.magnitude),
  (g, x) => g.add("mul", [-1, x], x.magnitude),
  (g, x) => g.add("div", [x, 1], x.magnitude),
  (g, x) => g.add("sub", [x, 0], x.magnitude),
  (g, x) => g.add("sub", [0, x], x.magnitude),
  (g, x) => g.add("add", [x, 0], x.magnitude),
  (g, x) => g.add("add", [0, x], x.magnitude),
  (g, x) => neg(g, neg(g, x)),
  (g, x, at) => g.add("add", [x, neg(g, twin(g, x, at))], 2 * x.magnitude),
  (g, x, at) => g.add("add", [neg(g, x), twin(g, x, at)], 2 * x.magnitude),
  (g, x, at) => g.add("sub", [x, neg(g, twin(g, x, at))], 2 * x.magnitude),
  (g, x) => g.add("mul", [x, neg(g, g.tame(x, 30))], x.magnitude * 30),
  (g, x) => g.add("mul", [neg(g, g.tame(x, 30)), x], x.magnitude * 30),
  (g, x, at) => g.add("mul", [x, g.add("div", [1, g.positive(twin(g, x, at))], 2)], 2 * x.magnitude),
  (g, x) => g.add("pow", [g.tame(x, 30), 2], 900),
  (g, x) => g.add("pow", [x, 1], x.magnitude),
  (g, x) => g.add("pow", [g.positive(x), -1], 2),
  (g, x) => g.add("mulZero", [1, x], x.magnitude),
  (g, x) => g.add("mulZero", [x, 1], x.magnitude),
  (g, x) => g.add("stopGradient", [x], x.magnitude),
  (g, x) => g.add("cast", [x], x.magnitude, { attrs: { dtype: x.atom.dtype } }),
  (g, x) =>
    g.add("mul", [x, g.add("cast", [g.add("less", [x, 0.25], 1)], 1, { attrs: { dtype: x.atom.dtype } })], x.magnitude),
  (g, x) =>
    g.add(
      "mulZero",
      [x, g.add("cast", [g.add("less", [x, 0.25], 1)], 1, { attrs: { dtype: x.atom.dtype } })],
      x.magnitude,
    ),
  (g, x) =>
    g.add("mul", [g.add("cast", [g.add("less", [0.25, x], 1)], 1, { attrs: { dtype: x.atom.dtype } }), x], x.magnitude),
];

const axesOf = (x: Known): readonly number[] => x.atom.shape.map((_, axis) => axis);
const narrow = (x: Known): boolean => x.atom.shape.length < 4 && roughCount(x.atom.shape) * 2 <= maxElements / 2;

const reversed: Fragment = (g, x) => g.add("permute", [x], x.magnitude, { attrs: { perm: axesOf(x).toReversed() } });

/** A contraction over all axes but the first, with the left operand's axes in reverse where `turned`. */
function contraction(g: Builder, x: Known, turned: boolean, kept: number): Known {
  const small = g.tame(x, 10);
  const axes = axesOf(x);
  const left = turned ? g.add("permute", [small], small.magnitude, { attrs: { perm: axes.toReversed() } }) : small;
  const labels = turned ? axes.toReversed() : axes;
  const attrs = { left: labels, right: axes, out: axes.slice(0, kept) };
  return g.add("contract", [left, small], 100 * Math.max(1, roughCount(x.atom.shape)), { attrs });
}

/** A product with a diagonal matrix of ones, or of a row of `x`: a direction of a Jacobian's basis. */
function diagonal(g: Builder, x: Known, scaled: boolean): void {
  const size = x.atom.shape.at(-1) ?? 1;
  const shape = [size, size];
  const positions = g.add("iota", [], 100, { attrs: { shape: [size], axis: 0 } });
  const [rows, columns] = [0, 1].map((axis) =>
    g.add("broadcastTo", [positions], 100, { attrs: { shape, axes: [axis] } }),
  );
  if (rows === undefined || columns === undefined) return;
  const mask = g.add("equal", [rows, columns], 1);
  const others = axesOf(x).slice(0, -1);
  const row = g.add("sum", [g.tame(x, 10)], 10 * roughCount(x.atom.shape), { attrs: { axes: others } });
  const spread = g.add("broadcastTo", [row], row.magnitude, { attrs: { shape, axes: [1] } });
  const matrix = scaled
    ? g.add("where", [mask, spread, 0], row.magnitude)
    : g.add("cast", [mask], 1, { attrs: { dtype: x.atom.dtype } });
  const last = axesOf(x).length - 1;
  const attrs = { left: axesOf(x), right: [last + 1, last], out: [last + 1, ...others] };
  g.add("contract", [g.tame(x, 10), matrix], 10 * row.magnitude, { attrs });
}

/** Windows of two places that a contraction makes, one element apart, laid over each other. */
function overlapping(g: Builder, x: Known): void {
  const axes = axesOf(x);
  const place = axes.length;
  const kernel = g.filled(2, { shape: [2], dtype: x.atom.dtype });
  const attrs = { left: axes, right: [place], out: [...axes, place] };
  const windows = g.add("contract", [x, kernel], 2 * x.magnitude, { attrs });
  const size = addSize(x.atom.shape.at(-1) ?? 0, 1);
  g.add("overlapAdd", [windows], 4 * x.magnitude, { attrs: { stride: [1], dilation: [1], shape: [size] } });
}

/** One element of each axis whose size is a number, at place 1 or where it fits, and what is put there. */
function slicing(g: Builder, x: Known) {
  const shape = x.atom.shape.map((size) => (typeof size === "number" ? Math.min(size, 1) : size));
  const starts = shape.map(() => makeLit(1, "i32"));
  const part = g.filled(2, { shape, dtype: x.atom.dtype });
  const put = (op: string, base: Known): Known =>
    g.addAll(op, [base.atom, part.atom, ...starts], [x.magnitude + 2])[0] ?? x;
  return { starts, shape, put };
}

/** What was put there, taken again. */
const sliceOfUpdate: Fragment = (g, x) => {
  const { put, starts, shape } = slicing(g, x);
  g.addAll("dynamicSlice", [put("dynamicUpdateSlice", x).atom, ...starts], [2], { attrs: { shape } });
};

const updatedTwice: Fragment = (g, x) => {
  const { put } = slicing(g, x);
  put("dynamicUpdateSlice", put("dynamicUpdateSlice", x));
};

/** A slice in zeros, added. */
const sliceAdded: Fragment = (g, x) => {
  const { put } = slicing(g, x);
  g.add("add", [x, put("dynamicAddSlice", g.filled(0, x.atom))], x.magnitude + 2);
};

const shapes: readonly Fragment[] = [
  (g, x) => g.add("reshape", [x], x.magnitude, { attrs: { shape: x.atom.shape } }),
  (g, x) => {
    const flat = g.add("reshape", [x], x.magnitude, { attrs: { shape: [productSize(x.atom.shape)] } });
    g.add("reshape", [flat], x.magnitude, { attrs: { shape: [1, ...x.atom.shape] } });
  },
  (g, x) => g.add("broadcastTo", [x], x.magnitude, { attrs: { shape: x.atom.shape, axes: axesOf(x) } }),
  (g, x) => {
    if (!narrow(x)) return;
    const row = g.add("broadcastTo", [x], x.magnitude, {
      attrs: { shape: [1, ...x.atom.shape], axes: axesOf(x).map((axis) => axis + 1) },
    });
    g.add("broadcastTo", [row], x.magnitude, { attrs: { shape: [2, ...x.atom.shape], axes: axesOf(row) } });
  },
  (g, x) => g.add("permute", [x], x.magnitude, { attrs: { perm: axesOf(x) } }),
  (g, x, at) => {
    reversed(g, x, at);
    const turned = g.pick(0);
    if (turned !== undefined)
      g.add("permute", [turned], x.magnitude, {
        attrs: { perm: axesOf(x).map((axis) => (axis + 1) % axesOf(x).length) },
      });
  },
  (g, x) => g.add("slice", [x], x.magnitude, { attrs: { start: axesOf(x).map(() => 0), shape: x.atom.shape } }),
  (g, x) =>
    g.add("pad", [x], x.magnitude, {
      attrs: { before: axesOf(x).map(() => 0), after: axesOf(x).map(() => 0), value: 2 },
    }),
  (g, x) => g.add("sum", [x], x.magnitude, { attrs: { axes: [] } }),
  (g, x) =>
    g.add("contract", [x, 1], x.magnitude, { attrs: { left: axesOf(x), right: [], out: axesOf(x).toReversed() } }),
  (g, x) =>
    g.add("contract", [g.tame(g.add("sum", [x], 1e3, { attrs: { axes: axesOf(x) } }), 3), x], 3 * x.magnitude, {
      attrs: { left: [], right: axesOf(x), out: axesOf(x) },
    }),
  (g, x) => narrow(x) && contraction(g, x, true, 1),
  (g, x, at) => narrow(x) && reversed(g, contraction(g, x, false, 2), at),
  (g, x) => narrow(x) && g.add("sum", [contraction(g, x, false, 1)], 1e4, { attrs: { axes: [0] } }),
  (g, x) => narrow(x) && diagonal(g, x, false),
  (g, x) => narrow(x) && diagonal(g, x, true),
  (g, x) => narrow(x) && overlapping(g, x),
  sliceOfUpdate,
  updatedTwice,
  sliceAdded,
];

const patterns =
  (fragments: readonly Fragment[], rank: number): Step["run"] =>
  (builder, { a, b, c }) => {
    const x = builder.pick(a, ({ atom }) => isFloat(atom) && atom.shape.length >= rank && atom.shape.length < 4);
    if (x !== undefined) fragments[b % fragments.length]?.(builder, builder.tame(x, 100), c);
  };

const elementwise = (): readonly string[] => opNames().filter((name) => opNamed(name).elementwise);

/** Operands for any elementwise op: of its own dtypes, of one shape, `fill` among them where the bits say so. */
function operandsFor(op: string, choice: Choice, make: (k: number, dtype: DType) => Known | undefined) {
  const { dtypes } = opNamed(op);
  const numeric = dtypes.at(-1) ?? ["f64"];
  const dtype = numeric[choice.c % numeric.length] ?? "f64";
  const made = dtypes.map((allowed, k) => make(k, allowed.includes(dtype) ? dtype : (allowed[0] ?? dtype)));
  return made.every((known) => known !== undefined) ? made : undefined;
}

/** A value of the same shape in another dtype, small enough for every function. */
function asDType(builder: Builder, like: Known, dtype: DType): Known {
  const small = builder.tame(like, 3);
  if (small.atom.dtype === dtype) return small;
  const known = builder.add("cast", [small], 2, { attrs: { dtype } });
  return small.atom.dtype === "i32" ? builder.tame({ ...known, magnitude: 2 ** 31 }, 3) : known;
}

/** An op of which one operand is a literal spread to the shape of the others, or all are. */
const splat: Step["run"] = (builder, choice) => {
  const names = elementwise();
  const op = names[(Math.floor(choice.step / 97) + choice.a) % names.length] ?? "add";
  const like = builder.pick(choice.b, ({ atom }) => atom.shape.length > 0);
  if (like === undefined) return;
  const { shape } = like.atom;
  const all = choice.b % 2 === 0;
  const operands = operandsFor(op, choice, (k, dtype) =>
    all || (choice.b >> 1) % 2 === k % 2
      ? builder.filled(dtype === "bool" ? 1 : 2, { shape, dtype })
      : asDType(builder, like, dtype),
  );
  if (operands !== undefined) builder.add(op, operands, 1e3, op === "cast" ? { attrs: { dtype: "f64" } } : {});
};

/** An op of which all operands are spread in the same way. */
const broadcastLast: Step["run"] = (builder, choice) => {
  const names = elementwise();
  const op = names[(Math.floor(choice.step / 97) + choice.a) % names.length] ?? "add";
  const operands = operandsFor(op, choice, (k, dtype) => {
    const x = builder.pick(choice.b + k, ({ atom }) => atom.dtype === dtype && atom.shape.length < 3) ?? undefined;
    const first = x === undefined ? builder.filled(1, { shape: [], dtype }) : builder.tame(x, 3);
    return first;
  });
  if (operands === undefined) return;
  const [first] = operands;
  const shape = first?.atom.shape ?? [];
  if (roughCount(shape) * 2 > maxElements) return;
  const spread = operands.map((known) => {
    const same = known.atom.shape.length === shape.length && known.atom.shape.every((size, k) => size === shape[k]);
    const operand = same
      ? known
      : (builder.alike({ shape, dtype: known.atom.dtype }, choice.b) ??
        builder.filled(1, { shape, dtype: known.atom.dtype }));
    return builder.add("broadcastTo", [operand], operand.magnitude, {
      attrs: { shape: [...shape, 2], axes: shape.map((_, axis) => axis) },
    });
  });
  builder.add(op, spread, 1e3, op === "cast" ? { attrs: { dtype: "f64" } } : {});
};

/** Two operands spread to one shape along different axes of size 1: alike in attributes, not in shape. */
const crossed: Step["run"] = (builder, { a, b }) => {
  const ops = ["add", "mul", "sub"] as const;
  const x = builder.pick(a, ({ atom }) => isFloat(atom) && atom.shape.length === 1);
  const y = builder.pick(b, ({ atom }) => atom.dtype === x?.atom.dtype && atom.shape.length === 1);
  if (x === undefined || y === undefined) return;
  const [rows, columns] = [x.atom.shape[0] ?? 1, y.atom.shape[0] ?? 1];
  const attrs = { shape: [rows, columns], axes: [0, 1] };
  const column = builder.add("reshape", [builder.tame(x, 30)], x.magnitude, { attrs: { shape: [rows, 1] } });
  const row = builder.add("reshape", [builder.tame(y, 30)], y.magnitude, { attrs: { shape: [1, columns] } });
  const spread = [column, row].map((known) => builder.add("broadcastTo", [known], known.magnitude, { attrs }));
  builder.add(ops[a % 3] ?? "add", spread, x.magnitude * y.magnitude + x.magnitude + y.magnitude);
};

export const patternSteps: readonly Step[] = [
  { name: "pattern-arithmetic", smooth: false, weight: 4, run: patterns(arithmetic, 0) },
  { name: "pattern-shape", smooth: true, weight: 3, run: patterns(shapes, 1) },
  { name: "pattern-splat", smooth: false, weight: 2, run: splat },
  { name: "pattern-broadcast-last", smooth: false, weight: 2, run: broadcastLast },
  { name: "pattern-crossed", smooth: true, weight: 1, run: crossed },
];
