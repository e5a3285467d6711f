/** W9 by hand, in f64: Σᵢ log Σₖ exp(αₖ + Σqₖ − ½|Qₖ(xᵢ − μₖ)|²) − n log Σ e^α + ½ (Σ e^2q + Σ l²), point by point. */
import type { Implementation } from "../workloads/contender.js";
import type { Arrays } from "../workloads/data.js";

/** Of the alphas, the means, q and l. */
type Gradients = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

function logSumExp(values: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of values) top = Math.max(top, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - top);
  return top + Math.log(sum);
}

/** The arrays of a name each, in f64. */
const doubles = (data: Arrays, name: string): Float64Array => Float64Array.from(data[name] ?? []);

class Mixture {
  readonly alphas: Float64Array;
  readonly means: Float64Array;
  readonly q: Float64Array;
  readonly l: Float64Array;
  readonly x: Float64Array;
  readonly k: number;
  readonly d: number;
  readonly #y: Float64Array;
  readonly #v: Float64Array;
  readonly #beta: Float64Array;
  readonly #diagonal: Float64Array;

  constructor(data: Arrays) {
    this.alphas = doubles(data, "alphas");
    this.means = doubles(data, "means");
    this.q = doubles(data, "q");
    this.l = doubles(data, "l");
    this.x = doubles(data, "x");
    this.k = this.alphas.length;
    this.d = this.means.length / this.k;
    this.#y = new Float64Array(this.means.length);
    this.#v = new Float64Array(this.means.length);
    this.#diagonal = new Float64Array(this.means.length);
    this.#beta = new Float64Array(this.k);
  }

  /** y = x − μ and v = Q y of all components at a point; gives the logarithm of the sum of their densities. */
  #point(at: number): number {
    const { alphas, means, q, l, x, k, d } = this;
    const [y, v, beta, diagonal] = [this.#y, this.#v, this.#beta, this.#diagonal];
    for (let c = 0; c < k; c++) {
      const o = c * d;
      beta[c] = alphas[c]!;
      for (let j = 0; j < d; j++) {
        y[o + j] = x[at + j]! - means[o + j]!;
        v[o + j] = diagonal[o + j]! * y[o + j]!;
        beta[c]! += q[o + j]!;
      }
      let entry = (c * l.length) / k;
      for (let j = 0; j < d; j++) for (let i = j + 1; i < d; i++) v[o + i]! += l[entry++]! * y[o + j]!;
      for (let j = 0; j < d; j++) beta[c]! -= 0.5 * v[o + j]! ** 2;
    }
    return logSumExp(beta);
  }

  #back(total: number, [ga, gm, gq, gl]: Gradients): void {
    const { l, k, d } = this;
    const [y, v, diagonal] = [this.#y, this.#v, this.#diagonal];
    for (let c = 0; c < k; c++) {
      const weight = Math.exp(this.#beta[c]! - total);
      const o = c * d;
      let entry = (c * l.length) / k;
      ga[c]! += weight;
      for (let j = 0; j < d; j++) {
        let slope = diagonal[o + j]! * v[o + j]!;
        gq[o + j]! += weight * (1 - v[o + j]! * y[o + j]! * diagonal[o + j]!);
        for (let i = j + 1; i < d; i++, entry++) {
          slope += l[entry]! * v[o + i]!;
          gl[entry]! -= weight * v[o + i]! * y[o + j]!;
        }
        gm[o + j]! += weight * slope;
      }
    }
  }

  lossAndGrad(gradients: Gradients): number {
    const { alphas, q, l, x, k, d } = this;
    const [ga, , gq, gl] = gradients;
    for (const gradient of gradients) gradient.fill(0);
    for (let i = 0; i < q.length; i++) this.#diagonal[i] = Math.exp(q[i]!);
    const all = logSumExp(alphas);
    const n = x.length / d;
    let loss = -n * all;
    for (let i = 0; i < n; i++) {
      const total = this.#point(i * d);
      loss += total;
      this.#back(total, gradients);
    }
    for (let c = 0; c < k; c++) ga[c]! -= n * Math.exp(alphas[c]! - all);
    for (let i = 0; i < q.length; i++) {
      loss += 0.5 * this.#diagonal[i]! ** 2;
      gq[i]! += this.#diagonal[i]! ** 2;
    }
    for (let i = 0; i < l.length; i++) {
      loss += 0.5 * l[i]! ** 2;
      gl[i]! += l[i]!;
    }
    return loss;
  }
}

export const gmm: Implementation = (data) => {
  const mixture = new Mixture(data);
  const like = (values: Float64Array): Float64Array => new Float64Array(values.length);
  const gradients: Gradients = [like(mixture.alphas), like(mixture.means), like(mixture.q), like(mixture.l)];
  return { run: () => mixture.lossAndGrad(gradients), gradients };
};
