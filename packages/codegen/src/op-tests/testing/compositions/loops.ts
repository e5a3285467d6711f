/** Loops that walk from the last step to the first; forward loops are in autodiff/scan.test.ts, and the other rows' own. */
import { add, matmul, mul, scan, sin, sub, type Tensor, tanh } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

type Scalar = Tensor<[], "f64">;
type Pair = Tensor<[2], "f64">;

export const loops: readonly Composition[] = [
  composition({
    name: "scan",
    title: "reverse: discounted sums of what is to come, in the order of the steps",
    inputs: { gain: { shape: [4] }, discount: { shape: [] } },
    body: ({ gain, discount }) => {
      const [first, all] = scan(
        (later: Scalar, now: Scalar) => {
          const total = add(now, mul(discount, later));
          return [total, total] as const;
        },
        mul(discount, 0),
        gain,
        { reverse: true },
      );
      return [first, all];
    },
    samples: [
      // 3; 2 + 3/2; 1 + 3.5/2; 8 + 2.75/2
      { in: { gain: [8, 1, 2, 3], discount: 0.5 }, out: [[9.375], [9.375, 2.75, 3.5, 3]] },
      { in: { gain: [1, 2, 3, 4], discount: 0 }, out: [[1], [1, 2, 3, 4]] },
    ],
  }),
  composition({
    name: "scan",
    title: "reverse: Horner's rule, lowest coefficient first",
    inputs: { c: { shape: [3] }, x: { shape: [] } },
    body: ({ c, x }) =>
      scan((y: Scalar, a: Scalar) => [add(mul(y, x), a), null] as const, mul(x, 0), c, { reverse: true })[0],
    samples: [
      { in: { c: [1, 2, 3], x: 2 }, out: 17 },
      { in: { c: [5, -1, 0.5], x: -4 }, out: 17 },
    ],
  }),
  composition({
    name: "scan",
    title: "reverse: a tree carried along a tree, with a captured matrix",
    inputs: { a: { shape: [3, 2] }, b: { shape: [3] }, w: { shape: [2, 2] }, start: { shape: [2] } },
    body: ({ a, b, w, start }) => {
      const [last, ys] = scan(
        ({ p, q }: { p: Pair; q: Scalar }, { row, t }: { row: Pair; t: Scalar }) => {
          const next = tanh(add(matmul(p, w), mul(row, q)));
          return [
            { p: next, q: sub(mul(0.5, q), t) },
            { p, both: mul(sin(next), t) },
          ] as const;
        },
        { p: start, q: matmul(start, start) },
        { row: a, t: b },
        { reverse: true },
      );
      return { p: last.p, q: last.q, before: ys.p, both: ys.both };
    },
    samples: [],
  }),
  composition({
    name: "scan",
    title: "reverse in a forward loop: sums from each element to the end, of each row of a product",
    inputs: { x: { shape: [2, 3] }, y: { shape: [3] } },
    body: ({ x, y }) => {
      const [total, rows] = scan(
        (sofar: Scalar, row: Tensor<[3], "f64">) => {
          const [all, ends] = scan(
            (s: Scalar, e: Scalar) => [add(s, e), add(s, e)] as const,
            mul(sofar, 0),
            mul(row, y),
            { reverse: true },
          );
          return [add(sofar, mul(all, all)), ends] as const;
        },
        mul(0, matmul(y, y)),
        x,
      );
      return [total, rows];
    },
    samples: [
      {
        in: {
          x: [
            [1, 2, 3],
            [4, 5, 6],
          ],
          y: [1, 10, 100],
        },
        out: [
          [321 * 321 + 654 * 654],
          [
            [321, 320, 300],
            [654, 650, 600],
          ],
        ],
      },
    ],
  }),
];
