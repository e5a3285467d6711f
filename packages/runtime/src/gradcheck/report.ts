/**
 * What a gradient check found, as data and as text.
 *
 * Invariant: `passed` is true only if no comparison failed and at least one had the power to fail.
 */
import type { Precision } from "./ridders.js";

/**
 * `ok`: they agree. `wrong`: they do not. `kink`: the function has a corner here, and the gradient lies between the
 * slopes of its two sides, where every value is a convention. `unclear`: they do not contradict each other, but the
 * numerical derivative is too uncertain to say more.
 */
export type Verdict = "ok" | "wrong" | "kink" | "unclear";

/** One number of the gradient beside its numerical estimate. */
export interface Comparison {
  readonly kind: "element" | "direction";
  /** The tensor, such as `params.hidden.w`; for the direction over all of them `all`. */
  readonly path: string;
  /** Row-major index of the element in its tensor; -1 for a direction. */
  readonly index: number;
  /** From the gradient function. */
  readonly got: number;
  /** From differences of the value. */
  readonly expected: number;
  /** |got - expected|; `Infinity` where `got` is not finite. */
  readonly error: number;
  /** What `error` may be. */
  readonly allowed: number;
  readonly verdict: Verdict;
}

export interface GradCheckReport {
  readonly passed: boolean;
  /** The function's value at the input. */
  readonly value: number;
  readonly precision: Precision;
  /** Relative tolerance. */
  readonly tolerance: number;
  /** All comparisons: the elements, then the directions. */
  readonly comparisons: readonly Comparison[];
  /** Elements of the tensors that were differentiated; those compared may be a sample of them. */
  readonly elements: number;
  /** The comparison with the largest error for what is allowed. */
  readonly worst: Comparison;
  /** The report as lines of text. */
  toString(): string;
}

const badness = (c: Comparison): number => {
  const order: Record<Verdict, number> = { wrong: 3, ok: 2, kink: 1, unclear: 0 };
  const ratio = c.error / c.allowed;
  return order[c.verdict] + (Number.isFinite(ratio) ? ratio / (1 + ratio) : 1) * 0.999;
};

const place = (c: Comparison): string =>
  c.kind === "direction" ? `along a random direction of ${c.path}` : c.index < 0 ? c.path : `${c.path}[${c.index}]`;

const digits = (x: number): string => (Number.isFinite(x) ? x.toPrecision(9).replace(/\.?0+(e|$)/, "$1") : String(x));

/** `params.w[17]: got 0.5, expected 0.25 (error 0.25, allowed 2.5e-7)` */
export const showComparison = (c: Comparison): string =>
  `${place(c)}: got ${digits(c.got)}, expected ${digits(c.expected)} ` +
  `(error ${c.error.toExponential(1)}, allowed ${c.allowed.toExponential(1)})`;

const listed = 5;

function text(report: GradCheckReport): string {
  const { comparisons, precision, tolerance, worst } = report;
  const count = (verdict: Verdict): number => comparisons.filter((c) => c.verdict === verdict).length;
  const elements = comparisons.filter((c) => c.kind === "element").length;
  const lines = [
    `gradient check ${report.passed ? "passed" : "FAILED"}: ${elements} of ${report.elements} elements and ` +
      `${comparisons.length - elements} directions, ${precision}, relative tolerance ${tolerance}`,
  ];
  const wrong = comparisons.filter((c) => c.verdict === "wrong").sort((a, b) => badness(b) - badness(a));
  if (wrong.length === 0) lines.push(`  worst ${showComparison(worst)}`);
  for (const c of wrong.slice(0, listed)) lines.push(`  wrong ${showComparison(c)}`);
  if (wrong.length > listed) lines.push(`  … and ${wrong.length - listed} more wrong`);
  if (count("kink") > 0) lines.push(`  ${count("kink")} at a kink: between the slopes of its two sides`);
  if (count("unclear") > 0) lines.push(`  ${count("unclear")} unclear: the differences are too noisy there to tell`);
  if (count("ok") + count("wrong") === 0) lines.push("  nothing could be compared reliably");
  return lines.join("\n");
}

/** Makes the report of at least one comparison. */
export function reportOf(
  found: Pick<GradCheckReport, "value" | "precision" | "tolerance" | "comparisons" | "elements">,
): GradCheckReport {
  const { comparisons } = found;
  const worst = comparisons.reduce((a, b) => (badness(b) > badness(a) ? b : a));
  const passed = worst.verdict !== "wrong" && comparisons.some((c) => c.verdict === "ok");
  return {
    ...found,
    passed,
    worst,
    toString() {
      return text(this);
    },
  };
}
