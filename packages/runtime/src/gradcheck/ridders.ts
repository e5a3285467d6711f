/**
 * Derivatives by Richardson-extrapolated central differences, with an estimate of their error.
 *
 * Invariant: the error is never below the rounding noise of the values that the estimate was made from; where no step
 * gave finite values it is `Infinity`. Source: Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in
 * Engineering Software 4 (1982), 75-76; the tableau is that of Richardson with steps h, h/2, h/4, …
 */

export type Precision = "f32" | "f64";

/** How a precision is checked. */
export interface Numerics {
  /** Relative rounding error of a value, about that of storage. */
  readonly unit: number;
  /** First step for a coordinate of size up to 1. */
  readonly step: number;
  /** Rows of the tableau. */
  readonly levels: number;
  /** Relative error at which the first step is good enough; else smaller ones are tried too. */
  readonly goal: number;
  /** Relative tolerance of a comparison. */
  readonly tolerance: number;
  /** How many times smaller the steps of the next tableau are. */
  readonly shrink: number;
  /** Whether estimates are trusted only as far as one-sided slopes and the next smaller steps confirm them. */
  readonly cautious: boolean;
}

/**
 * f64: h0 = 0.02 and six levels, good to about 1e-10 where the function is smooth at that scale. Where it is not,
 * because of a corner of relu nearby or a logarithm's end, smaller steps are.
 *
 * f32: the function loads and stores 32-bit floats, so that a value carries noise of about 1e-7 of its size, and a
 * difference over h of 1e-7/h. So steps must be large, and then corners of relu may lie within all that can be used,
 * and the tableau converges to a value between the slopes of their sides. An estimate is therefore trusted no further
 * than half the difference of the slopes to the left and to the right, and than its distance from the estimate of four
 * times smaller steps; the steps where these and the noise balance are taken. That leaves two to three digits: hence a
 * tolerance of 1 %.
 */
export const numerics: Readonly<Record<Precision, Numerics>> = {
  f64: { unit: 2 ** -52, step: 0.02, levels: 6, goal: 1e-9, tolerance: 1e-6, shrink: 64, cautious: false },
  f32: { unit: 2 ** -23, step: 0.1, levels: 4, goal: 5e-4, tolerance: 1e-2, shrink: 4, cautious: true },
};

/** A function along a line: its value `t` away, and the way that is really gone after rounding to storage. */
export interface Line {
  readonly valueAt: (t: number) => number;
  readonly moved: (t: number) => number;
  /** Size of the coordinate, which scales the first step. */
  readonly size: number;
}

export interface Estimate {
  readonly value: number;
  /** How far off the value may be: truncation as the tableau shows it, rounding, or a corner, whichever is largest. */
  readonly error: number;
}

const unknown: Estimate = { value: Number.NaN, error: Infinity };

interface Slope {
  readonly slope: number;
  /** What rounding, and a corner within the step, may have done to it. */
  readonly doubt: number;
}

function centralSlope(line: Line, h: number, { unit, cautious }: Numerics): Slope {
  const [up, down] = [line.valueAt(h), line.valueAt(-h)];
  const width = line.moved(h) - line.moved(-h);
  if (!(width > 0) || !Number.isFinite(up) || !Number.isFinite(down)) return { slope: Number.NaN, doubt: Infinity };
  const noise = (unit * Math.max(Math.abs(up), Math.abs(down))) / width;
  const halfBracket = cautious ? Math.abs(up - 2 * line.valueAt(0) + down) / width : 0;
  return { slope: (up - down) / width, doubt: Math.max(noise, halfBracket) };
}

/**
 * One tableau from the step h. T[j][0] = D(h / 2^j), T[j][k] = (4^k T[j][k-1] - T[j-1][k-1]) / (4^k - 1); the error of
 * an entry is its distance from its two parents, and the entry with the least is taken.
 */
function tableau(line: Line, h: number, how: Numerics): Estimate {
  let best = unknown;
  let above: number[] = [];
  for (let j = 0; j < how.levels; j++) {
    const { slope, doubt } = centralSlope(line, h / 2 ** j, how);
    const row = [slope];
    for (let k = 1; k <= j; k++) {
      const [left, corner] = [row[k - 1] ?? Number.NaN, above[k - 1] ?? Number.NaN];
      const value = left + (left - corner) / (4 ** k - 1);
      const error = Math.max(Math.abs(value - left), Math.abs(value - corner), doubt);
      if (error < best.error) best = { value, error };
      row.push(value);
    }
    above = row;
  }
  return best;
}

/** First steps of the tableaus, largest first: small ones serve functions that bend, end or kink close by. */
function firstSteps(size: number, { step, levels, shrink, cautious }: Numerics): number[] {
  const usual = step * Math.max(1, size);
  const steps = Array.from({ length: cautious ? 6 : 4 }, (_, i) => usual / shrink ** i);
  const relative = step * size;
  return relative > 0 && relative < usual / 2 ** levels ? [...steps, relative, relative / shrink] : steps;
}

/** The first tableau that reaches the goal, or the best of all. */
function boldly(line: Line, how: Numerics): Estimate {
  let best = unknown;
  for (const h of firstSteps(line.size, how)) {
    const estimate = tableau(line, h, how);
    if (estimate.error < best.error) best = estimate;
    if (best.error <= how.goal * Math.abs(best.value)) break;
  }
  return best;
}

/**
 * How far smaller steps leave an estimate in doubt: its distance from the next, and from all beyond their own errors.
 */
function doubtOf(estimate: Estimate, smaller: readonly Estimate[]): number {
  const distances = smaller.map(({ value, error }, i) => Math.abs(estimate.value - value) - (i === 0 ? 0 : error / 2));
  return smaller.length === 0 ? Infinity : Math.max(estimate.error, ...distances.filter((d) => !Number.isNaN(d)));
}

/** The estimate that smaller steps confirm best; unless thorough, they end where noise is all that they show. */
function cautiously(line: Line, how: Numerics, thorough: boolean): Estimate {
  const estimates: Estimate[] = [];
  let best = unknown;
  for (const h of firstSteps(line.size, how)) {
    estimates.push(tableau(line, h, how));
    const doubted = estimates.map((each, i) => ({ ...each, error: doubtOf(each, estimates.slice(i + 1)) }));
    best = doubted.reduce((a, b) => (b.error < a.error ? b : a), unknown);
    if (thorough) continue;
    if (best.error <= how.goal * Math.abs(best.value) || (estimates.at(-1)?.error ?? 0) > 4 * best.error) break;
  }
  return best;
}

/** The derivative at 0 along a line. `thorough` looks at all steps before it trusts any: for a second opinion. */
export function derivative(line: Line, how: Numerics, thorough = false): Estimate {
  const values = new Map<number, number>(); // tableaus share steps
  const valueAt = (t: number): number => {
    const known = values.get(t);
    if (known !== undefined) return known;
    const value = line.valueAt(t);
    values.set(t, value);
    return value;
  };
  return how.cautious ? cautiously({ ...line, valueAt }, how, thorough) : boldly({ ...line, valueAt }, how);
}

/** Slopes to the left and to the right of a kink. */
export interface Kink {
  readonly left: number;
  readonly right: number;
}

/**
 * A kink at 0: the one-sided slopes differ, by much more than rounding, and no less so when the step shrinks 16 times.
 * (Of a smooth function the difference is h f'' and would shrink 16 times as well.)
 */
export function kinkAt(line: Line, { unit, step }: Numerics): Kink | undefined {
  const middle = line.valueAt(0);
  const sides = (h: number): Kink & { readonly noise: number } => {
    const [up, down] = [line.valueAt(h), line.valueAt(-h)];
    const noise = (unit * Math.max(Math.abs(up), Math.abs(middle), Math.abs(down))) / h;
    return { left: (middle - down) / -line.moved(-h), right: (up - middle) / line.moved(h), noise };
  };
  const h = (step / 16) * Math.max(1, line.size);
  const [wide, close] = [sides(h), sides(h / 16)];
  const [wideJump, jump] = [Math.abs(wide.right - wide.left), Math.abs(close.right - close.left)];
  return jump > 0.5 * wideJump && jump > 100 * close.noise ? close : undefined;
}
