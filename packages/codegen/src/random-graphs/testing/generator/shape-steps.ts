/** Random reductions, changes of shape, contractions, and reading and adding by index. */
import {
  type Attrs,
  divideSize,
  equalSize,
  mulSize,
  namedSize,
  productSize,
  type Size,
} from "@tapeless/types/compiler";
import { type Builder, type Known, maxElements, roughCount } from "./builder.js";
import type { Choice } from "./recipe.js";
import type { Step } from "./step.js";

const keepsLimit = (x: Known): { readonly limit?: number } => (x.limit === undefined ? {} : { limit: x.limit });
const axesOf = (shape: readonly Size[]): readonly number[] => shape.map((_, axis) => axis);

/** Some of the axes, by the bits of a number; at least one where there is one. */
const someAxes = (shape: readonly Size[], bits: number): readonly number[] => {
  const chosen = axesOf(shape).filter((axis) => ((bits >> axis) & 1) === 0);
  return chosen.length === 0 ? axesOf(shape).slice(0, 1) : chosen;
};

function reduction(op: "sum" | "max" | "min" | "argmax" | "argmin" | "logSumExp"): Step["run"] {
  return (builder, { a, b }) => {
    const floats = op === "logSumExp";
    const x = builder.pick(a, ({ atom }) => {
      const empty = op !== "sum" && atom.shape.includes(0);
      const suits = floats ? atom.dtype === "f32" || atom.dtype === "f64" : op === "sum" || atom.dtype !== "bool";
      return suits && !empty && atom.shape.length > 0;
    });
    if (x === undefined) return;
    const operand = builder.tame(x, 100);
    const axes = someAxes(x.atom.shape, b);
    const count = roughCount(axes.map((axis) => x.atom.shape[axis] ?? 1));
    builder.add(op, [operand], op === "sum" ? operand.magnitude * Math.max(1, count) : operand.magnitude + 6, {
      attrs: { axes },
    });
  };
}

const newSizes = (builder: Builder): readonly Size[] =>
  [2, 3, 1, namedSize("n"), namedSize("m"), 4, 0].filter((size) => builder.knows(size));

/** A new axis, or an axis of size 1 made longer. */
const broadcast: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(a, ({ atom }) => atom.shape.length < 4);
  const sizes = newSizes(builder);
  const size = sizes[b % sizes.length] ?? 2;
  if (x === undefined) return;
  const { shape } = x.atom;
  const long = c % 2 === 1 ? shape.indexOf(1) : -1;
  const at = (c >> 1) % (shape.length + 1);
  const wide = long >= 0 ? shape.with(long, size) : shape.toSpliced(at, 0, size);
  const axes = axesOf(shape).map((axis) => (long >= 0 || axis < at ? axis : axis + 1));
  if (roughCount(wide) > maxElements) return;
  builder.add("broadcastTo", [x], x.magnitude, { attrs: { shape: wide, axes }, ...keepsLimit(x) });
};

/** Merges two axes, splits one, adds or drops an axis of size 1, or flattens. */
function reshaped(shape: readonly Size[], b: number, c: number): readonly Size[] {
  const at = b % Math.max(1, shape.length);
  const [first, second] = [shape[at], shape[at + 1]];
  if (c % 5 === 4) return [productSize(shape)];
  if (c % 5 === 3 && shape.includes(1)) return shape.toSpliced(shape.indexOf(1), 1);
  if (c % 5 < 2 && first !== undefined && second !== undefined) return shape.toSpliced(at, 2, mulSize(first, second));
  const half = first === undefined ? undefined : divideSize(first, 2);
  if (half !== undefined && shape.length < 4) return shape.toSpliced(at, 1, 2, half);
  return shape.length < 4 ? shape.toSpliced(at, 0, 1) : shape;
}

const reshape: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(a);
  if (x !== undefined)
    builder.add("reshape", [x], x.magnitude, { attrs: { shape: reshaped(x.atom.shape, b, c) }, ...keepsLimit(x) });
};

const permute: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(a, ({ atom }) => atom.shape.length > 0);
  if (x === undefined) return;
  const rank = x.atom.shape.length;
  const turned = axesOf(x.atom.shape).map((axis) => (axis + b) % rank);
  const perm = c % 2 === 1 ? turned.toReversed() : turned;
  builder.add("permute", [x], x.magnitude, { attrs: { perm }, ...keepsLimit(x) });
};

const slice: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(a, ({ atom }) => atom.shape.length > 0);
  if (x === undefined) return;
  const start = x.atom.shape.map((size, axis) => (typeof size === "number" ? Math.min(size, (b >> axis) & 1) : 0));
  const shape = x.atom.shape.map((size, axis) =>
    typeof size === "number" ? Math.max(0, size - (start[axis] ?? 0) - ((c >> axis) & 1)) : size,
  );
  builder.add("slice", [x], x.magnitude, { attrs: { start, shape }, ...keepsLimit(x) });
};

const pad: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(
    a,
    ({ atom }) => atom.shape.length > 0 && atom.dtype !== "bool" && roughCount(atom.shape) < maxElements / 4,
  );
  if (x === undefined) return;
  const before = x.atom.shape.map((_, axis) => (b >> axis) & 1);
  const after = x.atom.shape.map((_, axis) => (c >> axis) & 1);
  const value = b % 3 === 2 ? (x.atom.dtype === "i32" ? 1 : 0.5) : 0;
  builder.add("pad", [x], Math.max(x.magnitude, value), { attrs: { before, after, value } });
};

const concat: Step["run"] = (builder, { a, b, c }) => {
  const x = builder.pick(a, ({ atom }) => atom.shape.length > 0 && roughCount(atom.shape) < maxElements / 3);
  if (x === undefined) return;
  const { shape, dtype } = x.atom;
  const axis = b % shape.length;
  const fits = ({ atom }: Known): boolean =>
    atom.dtype === dtype &&
    atom.shape.length === shape.length &&
    atom.shape.every((size, at) => at === axis || equalSize(size, shape[at] ?? 0)) &&
    roughCount(atom.shape) < maxElements / 3;
  const others = [builder.pick(b, fits), c % 3 === 2 ? builder.pick(c, fits) : undefined].filter(
    (each) => each !== undefined,
  );
  const parts = c % 2 === 0 ? [x, ...others] : [...others, x];
  builder.add("concat", parts, Math.max(...parts.map(({ magnitude }) => magnitude)), { attrs: { axis } });
};

/** Labels that name equal axes alike; the rest of the right operand's are new. */
function labelsFor(x: Known, y: Known, bits: number): Attrs {
  const left = axesOf(x.atom.shape);
  const free = new Set(left);
  const right = y.atom.shape.map((size, axis) => {
    const match = [...free].find((label) => equalSize(x.atom.shape[label] ?? -1, size));
    if (match === undefined || ((bits >> axis) & 3) === 3) return 10 + axis;
    free.delete(match);
    return match;
  });
  const shared = right.filter((label) => label < 10);
  const kept = shared.filter((_, k) => ((bits >> (k + 2)) & 1) === 1);
  const out = [...left, ...right.filter((label) => label >= 10)].filter(
    (label) => !shared.includes(label) || kept.includes(label),
  );
  return { left, right, out: bits % 2 === 1 ? out.toReversed() : out };
}

const contract: Step["run"] = (builder, { a, b, c }) => {
  const numeric = ({ atom }: Known): boolean => atom.dtype !== "bool" && atom.shape.length > 0 && atom.shape.length < 4;
  const x = builder.pick(a, numeric);
  const y = builder.pick(b, (known) => numeric(known) && known.atom.dtype === x?.atom.dtype);
  if (x === undefined || y === undefined) return;
  const attrs = labelsFor(x, y, c);
  if (roughCount(x.atom.shape) * roughCount(y.atom.shape) > 2 * maxElements) return;
  const [left, right] = [builder.tame(x, 10), builder.tame(y, 10)];
  builder.add("contract", [left, right], left.magnitude * right.magnitude * Math.max(1, roughCount(x.atom.shape)), {
    attrs,
  });
};

const hasRows = (limit: number, atom: Known["atom"]): boolean =>
  typeof atom.shape[0] === "number" && atom.shape[0] >= limit;

/** An index value and a table with enough rows for it. */
function tableAndIndex(builder: Builder, { a, b }: Choice, numeric: boolean) {
  const index = builder.pick(b, ({ limit, atom }) => limit !== undefined && atom.shape.length < 3);
  const limit = index?.limit ?? 1;
  const table = builder.pick(
    a,
    ({ atom }) => hasRows(limit, atom) && atom.shape.length < 3 && (!numeric || atom.dtype !== "bool"),
  );
  if (index === undefined || table === undefined) return undefined;
  return roughCount(index.atom.shape) * roughCount(table.atom.shape) > maxElements ? undefined : { index, table };
}

/** Sometimes computed: then rows that are not there give zeros, and updates of such rows are dropped. */
const computed = (builder: Builder, index: Known, { c }: Choice): Known =>
  c % 4 === 3 ? builder.add("sub", [builder.add("mul", [index, 2], 4), 1], 4) : index;

const gather: Step["run"] = (builder, choice) => {
  const found = tableAndIndex(builder, choice, false);
  if (found !== undefined)
    builder.add(
      "gather",
      [found.table, computed(builder, found.index, choice)],
      found.table.magnitude,
      keepsLimit(found.table),
    );
};

const scatterAdd: Step["run"] = (builder, choice) => {
  const found = tableAndIndex(builder, choice, true);
  if (found === undefined) return;
  const { index, table } = found;
  const shape = [...index.atom.shape, ...table.atom.shape.slice(1)];
  const like = { shape, dtype: table.atom.dtype };
  const updates =
    builder.alike(like, choice.c) ??
    (choice.c % 2 === 0 ? builder.filled(2, like) : builder.add("gather", [table, index], table.magnitude));
  const [base, rows] = [builder.tame(table, 50), builder.tame(updates, 50)];
  builder.add(
    "scatterAdd",
    [base, computed(builder, index, choice), rows],
    base.magnitude + rows.magnitude * Math.max(1, roughCount(index.atom.shape)),
  );
};

const oneHot: Step["run"] = (builder, { a, b, c }) => {
  const index = builder.pick(a, ({ atom }) => atom.dtype === "i32" && atom.shape.length < 3);
  const sizes = [3, 2, 4, namedSize("n")].filter((size) => builder.knows(size));
  const dtypes = ["f32", "f64", "i32", "bool"] as const;
  if (index !== undefined)
    builder.add("oneHot", [index], 1, {
      attrs: { depth: sizes[b % sizes.length] ?? 3, dtype: dtypes[c % 4] ?? "f32" },
    });
};

/** Values that no operand has: counted indices, sizes, filled tensors. */
const fresh: Step["run"] = (builder, { a, b, c }) => {
  const like = builder.pick(a);
  const shape = like?.atom.shape ?? [2];
  if (c % 3 === 0) return void builder.filled(b % 2 === 0 ? 1 : -0.5, { shape, dtype: c % 2 === 0 ? "f64" : "f32" });
  const size = shape.find((each) => typeof each !== "number") ?? 2;
  if (c % 3 === 1) return void builder.add("sizeOf", [], 16, { attrs: { shape, size } });
  if (shape.length > 0) builder.add("iota", [], 16, { attrs: { shape, axis: b % shape.length } });
};

/** Shapes that later steps find partners for: the sum over everything. */
const total: Step["run"] = (builder, { a }) => {
  const x = builder.float(a);
  if (x === undefined) return;
  const operand = builder.tame(x, 100);
  builder.add("sum", [operand], operand.magnitude * Math.max(1, roughCount(x.atom.shape)), {
    attrs: { axes: axesOf(x.atom.shape) },
  });
};

/** The value spread back to the shape of another one, along its trailing axes. */
const align: Step["run"] = (builder, { a, b }) => {
  const x = builder.float(a);
  const like = x === undefined ? undefined : builder.pick(b, ({ atom }) => atom.shape.length > x.atom.shape.length);
  if (x === undefined || like === undefined) return;
  const { shape } = like.atom;
  const axes = axesOf(x.atom.shape).map((axis) => axis + shape.length - x.atom.shape.length);
  if (axes.every((at, axis) => x.atom.shape[axis] === 1 || equalSize(x.atom.shape[axis] ?? 1, shape[at] ?? -1)))
    builder.add("broadcastTo", [x], x.magnitude, { attrs: { shape, axes } });
};

export const shapeSteps: readonly Step[] = [
  { name: "sum", smooth: true, weight: 3, run: reduction("sum") },
  { name: "total", smooth: true, weight: 1, run: total },
  { name: "max", smooth: false, weight: 2, run: reduction("max") },
  { name: "min", smooth: false, weight: 1, run: reduction("min") },
  { name: "argmax", smooth: false, weight: 1, run: reduction("argmax") },
  { name: "argmin", smooth: false, weight: 1, run: reduction("argmin") },
  { name: "logSumExp", smooth: true, weight: 2, run: reduction("logSumExp") },
  { name: "broadcast", smooth: true, weight: 3, run: broadcast },
  { name: "align", smooth: true, weight: 3, run: align },
  { name: "reshape", smooth: true, weight: 3, run: reshape },
  { name: "permute", smooth: true, weight: 2, run: permute },
  { name: "slice", smooth: true, weight: 2, run: slice },
  { name: "pad", smooth: true, weight: 2, run: pad },
  { name: "concat", smooth: true, weight: 2, run: concat },
  { name: "contract", smooth: true, weight: 4, run: contract },
  { name: "gather", smooth: true, weight: 2, run: gather },
  { name: "scatterAdd", smooth: true, weight: 2, run: scatterAdd },
  { name: "oneHot", smooth: true, weight: 1, run: oneHot },
  { name: "fresh", smooth: true, weight: 1, run: fresh },
];

/** Ops that the steps here make; the table's others are made from their records. */
export const shapeHandled: ReadonlySet<string> = new Set([
  "sum",
  "max",
  "min",
  "argmax",
  "argmin",
  "logSumExp",
  "broadcastTo",
  "reshape",
  "permute",
  "slice",
  "pad",
  "concat",
  "contract",
  "gather",
  "scatterAdd",
  "oneHot",
]);
