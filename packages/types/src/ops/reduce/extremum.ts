/**
 * Maximum, minimum, and where they are: the same four times but for the direction.
 *
 * Invariant: of equal elements the first counts, in the value's derivative as in the index; a NaN counts as extreme.
 */
import type { Op, Sample } from "../../graph/op.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { firstIndex, firstMask } from "./first-mask.js";
import { chosenShape, reductionLoops } from "./reduction.js";

export interface ExtremumSpec {
  readonly name: string;
  /** Which extreme. */
  readonly extreme: "max" | "min";
  readonly doc: string;
  readonly samples: readonly Sample[];
  readonly edges: readonly number[];
}

const shared = { elementwise: false, arity: 1, dtypes: [["f64", "f32", "i32"]], domain: [-2, 2] } as const;

/** The extreme element over axes. */
export const defineExtremum = ({ name, extreme, doc, samples, edges }: ExtremumSpec): Op =>
  defineOp({
    ...shared,
    name,
    doc,
    infer: ([x], attrs) => [{ shape: chosenShape(name, x?.shape ?? [], attrs), dtype: x?.dtype ?? "f32" }],
    // y = x[j] for the first j at which it is attained, so dy = dx[j] = Σ mask · dx.
    derivative: {
      form: "jvp",
      jvp: (o, [x], [dx], _out, { attrs }) => {
        if (x === undefined || dx === undefined) throw new Error(`bug: ${name} takes one operand`);
        return o.sum(o.mulZero(dx, firstMask(o, o[`arg${extreme}`](x, attrs), x, attrs)), attrs);
      },
    },
    absorb: (attrs) => shiftAxes(attrs, "axes"),
    lowering: {
      form: "define",
      define: ({ s, operands: [x], dtype }, attrs) => ({
        ...reductionLoops(x?.shape ?? [], attrs),
        combine: extreme,
        body: (d) => x?.at(d) ?? s.constant(0, dtype),
      }),
    },
    samples,
    edges,
  });

/** The index of the extreme element, over several axes in row-major order. */
export const defineArgExtremum = ({ name, extreme, doc, samples, edges }: ExtremumSpec): Op =>
  defineOp({
    ...shared,
    name,
    doc,
    infer: ([x], attrs) => [{ shape: chosenShape(name, x?.shape ?? [], attrs), dtype: "i32" }],
    derivative: { form: "none", zero: true, why: "an index is piecewise constant" },
    absorb: (attrs) => shiftAxes(attrs, "axes"),
    lowering: {
      form: "decompose",
      decompose: (o, [x], { attrs }) => {
        if (x === undefined) throw new Error(`bug: ${name} takes one operand`);
        return firstIndex(o, x, o[extreme](x, attrs), attrs);
      },
    },
    samples,
    edges,
  });
