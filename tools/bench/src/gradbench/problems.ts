/**
 * The problems of GradBench that are measured against C++, at sizes of its public suite, with inputs of the same
 * distributions: each as the JSON that the protocol sends, and as the numbers that the C++ program reads.
 */
import { random } from "tapeless/runtime";

export interface Instance {
  readonly problem: string;
  readonly sizes: string;
  readonly primal: string;
  readonly gradient: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** What the program reads, in this order. */
  readonly numbers: readonly (number | ArrayLike<number>)[];
  /** The parts of the gradient in the answer, in the order of the program; none where it is one list. */
  readonly parts?: readonly string[];
}

const functions = { primal: "primal", gradient: "gradient" };
const objective = { primal: "objective", gradient: "jacobian" };

const uniform = (seed: number, length: number): Float64Array =>
  random.uniform(random.key(seed), [length], { dtype: "f64" });
const normal = (seed: number, length: number): Float64Array =>
  random.normal(random.key(seed), [length], { dtype: "f64" });

const rowsOf = (values: Float64Array, width: number): readonly (readonly number[])[] =>
  Array.from({ length: width === 0 ? 0 : values.length / width }, (_, i) =>
    Array.from(values.subarray(i * width, (i + 1) * width)),
  );

export function lse(n: number): Instance {
  const x = uniform(1, n);
  return { problem: "lse", sizes: `n=${n}`, ...functions, json: { x: Array.from(x) }, numbers: [n, x] };
}

export function llsq(n: number, m: number): Instance {
  const x = uniform(1, m);
  return { problem: "llsq", sizes: `n=${n} m=${m}`, ...functions, json: { x: Array.from(x), n }, numbers: [m, n, x] };
}

export function ode(n: number, s: number): Instance {
  const x = uniform(1, n);
  return { problem: "ode", sizes: `n=${n} s=${s}`, ...functions, json: { x: Array.from(x), s }, numbers: [n, s, x] };
}

/** ln Γ, by Stirling's series from 16 on and the recurrence below. */
function logGamma(x: number): number {
  if (x < 16) return logGamma(x + 1) - Math.log(x);
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/** ln of the multivariate gamma function of dimension d. */
export const multivariateLogGamma = (a: number, d: number): number =>
  Array.from({ length: d }, (_, j) => logGamma(a - j / 2)).reduce(
    (sum, value) => sum + value,
    (d * (d - 1) * Math.log(Math.PI)) / 4,
  );

export function gmm(d: number, k: number, n = 1000): Instance {
  const [gamma, m, t] = [1, 0, (d * (d - 1)) / 2];
  const [x, mu, q] = [normal(1, n * d), uniform(2, k * d), normal(3, k * d)];
  const [l, alpha] = [normal(4, k * t), normal(5, k)];
  const rows = { x: rowsOf(x, d), mu: rowsOf(mu, d), q: rowsOf(q, d), l: rowsOf(l, t) };
  return {
    problem: "gmm",
    sizes: `d=${d} k=${k} n=${n}`,
    ...objective,
    json: { d, k, n, m, gamma, ...rows, alpha: Array.from(alpha) },
    numbers: [d, k, n, gamma, m, multivariateLogGamma((d + m + 1) / 2, d), alpha, mu, q, l, x],
    parts: ["alpha", "mu", "q", "l"],
  };
}

/** A text of letters, each as so many bits, as long as the suite's. */
export function lstm(layers: number, chars: number, bits = 14): Instance {
  const [main, extra, state] = [uniform(1, layers * 8 * bits), uniform(2, 3 * bits), uniform(3, layers * 2 * bits)];
  const sequence = uniform(4, chars * bits).map((u) => (u < 0.5 ? 0 : 1));
  return {
    problem: "lstm",
    sizes: `l=${layers} c=${chars}`,
    ...objective,
    json: {
      main_params: rowsOf(main, 4 * bits),
      extra_params: rowsOf(extra, bits),
      state: rowsOf(state, bits),
      sequence: rowsOf(sequence, bits),
    },
    numbers: [layers, chars, bits, main, extra, state, sequence],
  };
}

/** What is measured; quickly, the first of each problem. */
export const instances = (quick: boolean): readonly Instance[] =>
  [
    [lse(10_000), lse(160_000), lse(1_280_000)],
    [llsq(1024, 128), llsq(16_392, 128)],
    [ode(1000, 10), ode(1000, 100), ode(10_000, 100)],
    [gmm(2, 5), gmm(10, 5), gmm(10, 25), gmm(32, 25)],
    [lstm(2, 1024), lstm(4, 4096)],
  ].flatMap((sizes) => (quick ? sizes.slice(0, 1) : sizes));
