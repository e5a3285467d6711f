/**
 * The run-time twins against brute force: the rules written again, on index tuples and with no cleverness.
 *
 * Invariant: a twin gives the shape that the elements themselves show, or throws where they show none.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broadcastShapes, broadcastToShape } from "../src/shape/broadcast.js";
import { concatShape } from "../src/shape/concat.js";
import { matMulShape } from "../src/shape/matmul.js";
import { ShapeError } from "../src/shape/messages.js";
import { permuteShape } from "../src/shape/permute.js";
import { reduceShape } from "../src/shape/reduce.js";
import { reshapeShape } from "../src/shape/reshape.js";
import { equalShape, evalSize, namedSize, type Size } from "../src/shape/size.js";
import { sliceShape } from "../src/shape/slice.js";

const small = fc.integer({ min: 0, max: 4 });
const shape = fc.array(small, { maxLength: 4 });

/** All index tuples of a shape, in order. */
const indices = (sizes: readonly number[]): readonly (readonly number[])[] =>
  sizes.reduce<readonly (readonly number[])[]>(
    (tuples, size) => tuples.flatMap((tuple) => [...Array(size).keys()].map((index) => [...tuple, index])),
    [[]],
  );

/** The result, or `"error"` for a `ShapeError`; anything else thrown is a bug. */
function attempt(rule: () => readonly Size[]): readonly Size[] | "error" {
  try {
    return rule();
  } catch (error) {
    if (error instanceof ShapeError) return "error";
    throw error;
  }
}

describe("broadcastShapes", () => {
  test("is what NumPy's rule gives, both ways round", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const rank = Math.max(a.length, b.length);
        const pad = (sizes: readonly number[]) => [...Array<number>(rank - sizes.length).fill(1), ...sizes];
        const pairs = pad(a).map((size, axis) => [size, pad(b)[axis] ?? 1] as const);
        const fits = pairs.every(([x, y]) => x === y || x === 1 || y === 1);
        const expected = fits ? pairs.map(([x, y]) => (x === 1 ? y : x)) : "error";
        expect(attempt(() => broadcastShapes("add", a, b))).toEqual(expected);
        expect(attempt(() => broadcastShapes("add", b, a))).toEqual(expected);
      }),
    );
  });

  test("broadcastTo takes exactly the targets that broadcasting leaves as they are", () => {
    fc.assert(
      fc.property(shape, shape, (from, to) => {
        const common = attempt(() => broadcastShapes("add", from, to));
        const expected = common !== "error" && equalShape(common, to) ? to : "error";
        expect(attempt(() => broadcastToShape(from, to))).toEqual(expected);
      }),
    );
  });

  test("never broadcasts a name", () => {
    const n = namedSize("n");
    expect(attempt(() => broadcastShapes("add", [n], [4]))).toBe("error");
    expect(attempt(() => broadcastShapes("add", [n], [namedSize("m")]))).toBe("error");
    expect(attempt(() => broadcastShapes("add", [n, 1], [n]))).toEqual([n, n]);
  });
});

describe("reduceShape", () => {
  test("keeps the axes along which indices still differ", () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 3 }), { minLength: 1, maxLength: 4 });
    const withAxes = sizes.chain((dims) => fc.tuple(fc.constant(dims), fc.subarray([...dims.keys()]), fc.boolean()));
    fc.assert(
      fc.property(withAxes, ([dims, axes, negative]) => {
        const tuples = indices(dims).map((tuple) => tuple.filter((_, axis) => !axes.includes(axis)));
        const distinct = new Set(tuples.map(String)).size;
        const given = axes.map((axis) => (negative ? axis - dims.length : axis));
        const reduced = reduceShape("sum", dims, given);
        expect(reduced).toHaveLength(dims.length - axes.length);
        expect(indices(reduced.map(Number))).toHaveLength(distinct);
        const kept = reduceShape("sum", dims, given, true);
        expect(kept).toEqual(dims.map((size, axis) => (axes.includes(axis) ? 1 : size)));
      }),
    );
  });
});

describe("permuteShape", () => {
  test("is the shape of the permuted indices", () => {
    const sizes = fc.uniqueArray(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 4 });
    const withOrder = sizes.chain((dims) =>
      fc.tuple(fc.constant(dims), fc.shuffledSubarray([...dims.keys()], { minLength: dims.length })),
    );
    fc.assert(
      fc.property(withOrder, ([dims, order]) => {
        const last = dims.map((size) => size - 1);
        const permuted = order.map((axis) => (last[axis] ?? 0) + 1);
        expect(permuteShape("permute", dims, order)).toEqual(permuted);
        expect(
          permuteShape(
            "permute",
            dims,
            order.map((axis) => axis - dims.length),
          ),
        ).toEqual(permuted);
      }),
    );
  });
});

describe("sliceShape", () => {
  const bound = fc.integer({ min: -7, max: 7 });

  test("counts what Array.slice takes, within the axis", () => {
    fc.assert(
      fc.property(small, bound, fc.option(bound, { nil: undefined }), (size, start, end) => {
        const [from, to] = [start, end ?? size].map((at, i) =>
          at < 0 && (i === 0 || end !== undefined) ? at + size : at,
        );
        const within = from !== undefined && to !== undefined && 0 <= from && from <= to && to <= size;
        const expected = within ? [[...Array(size).keys()].slice(start, end).length] : "error";
        expect(attempt(() => sliceShape([size], 0, start, end))).toEqual(expected);
      }),
    );
  });

  test("of a name is right for every value of it that is large enough", () => {
    const n = namedSize("n");
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: 14, max: 30 }), (start, end, value) => {
        const taken = attempt(() => sliceShape([n], 0, start, end));
        const literal = attempt(() => sliceShape([value], 0, start, end));
        const evaluated = taken === "error" ? "error" : taken.map((size) => evalSize(size, { n: value }));
        // Bounds from different ends cross only for some values of the name, which no shape rule can know.
        if (literal !== "error") expect(evaluated).toEqual(literal);
      }),
    );
  });
});

describe("concatShape", () => {
  test("adds up along the axis and agrees elsewhere", () => {
    const parts = fc.tuple(
      fc.array(small, { minLength: 1, maxLength: 3 }),
      fc.array(small, { minLength: 1, maxLength: 4 }),
    );
    const withAxis = parts.chain(([dims, along]) =>
      fc.tuple(fc.constant(dims), fc.constant(along), fc.nat(dims.length - 1)),
    );
    fc.assert(
      fc.property(withAxis, ([dims, along, axis]) => {
        const operands = along.map((size) => ({ shape: dims.with(axis, size), dtype: "f32" as const }));
        const elements = operands.reduce((count, operand) => count + indices(operand.shape).length, 0);
        const joined = concatShape(operands, axis - dims.length);
        expect(indices(joined.map(Number))).toHaveLength(elements);
        expect(joined.toSpliced(axis, 1)).toEqual(dims.toSpliced(axis, 1));
      }),
    );
  });
});

describe("matMulShape and reshapeShape", () => {
  test("a product of matrices has a row for every row and a column for every column", () => {
    fc.assert(
      fc.property(small, small, small, small, (m, k, l, n) => {
        expect(attempt(() => matMulShape([m, k], [l, n]))).toEqual(k === l ? [m, n] : "error");
        expect(attempt(() => matMulShape([k], [l, n]))).toEqual(k === l ? [n] : "error");
        expect(attempt(() => matMulShape([m, k], [l]))).toEqual(k === l ? [m] : "error");
      }),
    );
  });

  test("-1 is what makes the counts of elements equal", () => {
    const some = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    fc.assert(
      fc.property(some, some, (from, others) => {
        const [have, need] = [indices(from).length, indices(others).length];
        const expected = have % need === 0 ? [have / need, ...others] : "error";
        expect(attempt(() => reshapeShape(from, [-1, ...others]))).toEqual(expected);
      }),
    );
  });
});
