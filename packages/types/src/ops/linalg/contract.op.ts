/**
 * The one contraction behind matmul, dot and outer: a sum of products over named axes, like an einsum of two operands.
 *
 * Axes are labelled with numbers; a label that is not in `out` is summed over. Bilinear: the transpose in one operand is
 * the contraction of the cotangent with the other. Invariant: a label in one operand only is also in `out`.
 */

import type { Aval } from "../../graph/ir.js";
import type { Attrs } from "../../node/attrs.js";
import { equalSize, type Size, showShape, showSize } from "../../shape/size.js";
import { intsAttr } from "../attrs.js";
import { defineOp } from "../define.js";

interface Labels {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly out: readonly number[];
}

const labelsOf = (attrs: Attrs): Labels => ({
  left: intsAttr(attrs, "left"),
  right: intsAttr(attrs, "right"),
  out: intsAttr(attrs, "out"),
});

/** The size behind a label. */
function sizeOf(label: number, { left, right }: Labels, a: Aval | undefined, b: Aval | undefined): Size {
  const at = left.indexOf(label);
  return (at >= 0 ? a?.shape[at] : b?.shape[right.indexOf(label)]) ?? 1;
}

/** The invariants of this file, without which a transpose would be wrong and not only a shape. */
function checkLabels({ left, right, out }: Labels, a: readonly Size[], b: readonly Size[]): void {
  const bug = (what: string): never => {
    throw new Error(`bug: contract: ${what}`);
  };
  if (left.length !== a.length || right.length !== b.length)
    bug(`[${left}] and [${right}] do not label ${showShape(a)} and ${showShape(b)}`);
  for (const list of [left, right, out])
    if (new Set(list).size !== list.length) bug(`a label stands twice in [${list}]`);
  for (const label of new Set([...left, ...right, ...out])) {
    const [i, j] = [left.indexOf(label), right.indexOf(label)];
    const [one, other] = [a[i] ?? b[j], b[j] ?? a[i]];
    if (one === undefined || other === undefined) bug(`label ${label} is in neither operand`);
    else if (!equalSize(one, other)) bug(`label ${label} has sizes ${showSize(one)} and ${showSize(other)}`);
    if ((i < 0 || j < 0) && !out.includes(label)) bug(`label ${label} is in one operand only and not in the result`);
  }
}

export default defineOp({
  name: "contract",
  doc: "y[out] = Σ a[left] · b[right], summed over the labels that are not in out.",
  elementwise: false,
  arity: 2,
  infer: ([a, b], attrs) => {
    const labels = labelsOf(attrs);
    checkLabels(labels, a?.shape ?? [], b?.shape ?? []);
    return [{ shape: labels.out.map((label) => sizeOf(label, labels, a, b)), dtype: a?.dtype ?? "f32" }];
  },
  derivative: { form: "linear" },
  linear: {
    operands: [0, 1],
    mode: "each",
    transpose: (o, k, ct, [a, b], { attrs }) => {
      const { left, right, out } = labelsOf(attrs);
      if (k === 0 && b !== undefined) return o.contract(ct, b, { left: out, right, out: left });
      if (k === 1 && a !== undefined) return o.contract(a, ct, { left, right: out, out: right });
      throw new Error("bug: contract of two tangents is not linear");
    },
  },
  absorb: (attrs, _size, [a, b]) => {
    const { left, right, out } = labelsOf(attrs);
    const label = Math.max(-1, ...left, ...right) + 1;
    return { left: a ? [label, ...left] : left, right: b ? [label, ...right] : right, out: [label, ...out] };
  },
  lowering: {
    form: "define",
    define: ({ s, operands: [a, b], dtype }, attrs) => {
      const labels = labelsOf(attrs);
      const summed = [...new Set([...labels.left, ...labels.right])].filter((label) => !labels.out.includes(label));
      const loops = [...labels.out, ...summed];
      return {
        form: "reduce",
        combine: "sum",
        domain: loops.map((label) => sizeOf(label, labels, a, b)),
        keep: labels.out.map((_, axis) => axis),
        body: (d) => {
          if (a === undefined || b === undefined) return s.constant(0, dtype);
          const at = (list: readonly number[]) => list.map((label) => d[loops.indexOf(label)] ?? 0);
          return s.mul(a.at(at(labels.left)), b.at(at(labels.right)));
        },
      };
    },
  },
  dtypes: [
    ["f64", "f32", "i32"],
    ["f64", "f32", "i32"],
  ],
  samples: [
    {
      in: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      attrs: { left: [0, 1], right: [1, 2], out: [0, 2] },
      out: [
        [19, 22],
        [43, 50],
      ],
    },
    {
      in: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      attrs: { left: [0], right: [0], out: [] },
      out: 32,
    },
  ],
  edges: [],
  domain: [-2, 2],
});
