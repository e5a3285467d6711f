/** W10 by hand: layer norm, attention of several heads, layer norm, two layers with relu, each around a skip; and back. */
import type { Computation, Implementation } from "../workloads/contender.js";
import type { Arrays } from "../workloads/data.js";
import { addRow, addTransposedA, matmul, matmulTransposedB, sumRows } from "./loops.js";

const names = ["Wq", "Wk", "Wv", "Wo", "g1", "c1", "g2", "c2", "Wa", "ba", "Wb", "bb"] as const;
type Name = (typeof names)[number];

export interface BlockSizes {
  readonly batch: number;
  readonly positions: number;
  readonly heads: number;
}

interface Norm {
  /** Normalised, before scale and shift. */
  readonly n: Float32Array;
  /** 1/deviation of each row. */
  readonly r: Float64Array;
  readonly y: Float32Array;
}

class Block {
  readonly gradients: Readonly<Record<Name, Float32Array>>;
  readonly #p: Readonly<Record<Name, Float32Array>>;
  readonly #rows: number;
  readonly #d: number;

  constructor(
    readonly data: Arrays,
    readonly sizes: BlockSizes,
  ) {
    const each = (make: (values: Float32Array) => Float32Array) =>
      Object.fromEntries(names.map((name) => [name, make(data[name]!)])) as Record<Name, Float32Array>; // all names
    this.#p = each((values) => values);
    this.gradients = each((values) => new Float32Array(values.length));
    this.#d = this.#p.g1.length;

    this.#rows = sizes.batch * sizes.positions;
  }

  #norm(x: Float32Array, g: Float32Array, c: Float32Array): Norm {
    const [n, y, r] = [new Float32Array(x.length), new Float32Array(x.length), new Float64Array(this.#rows)];
    const d = this.#d;
    for (let i = 0; i < this.#rows; i++) {
      let [mean, variance] = [0, 0];
      for (let j = 0; j < d; j++) mean += x[i * d + j]! / d;
      for (let j = 0; j < d; j++) variance += (x[i * d + j]! - mean) ** 2 / d;
      r[i] = 1 / Math.sqrt(variance + 1e-5);
      for (let j = 0; j < d; j++) {
        n[i * d + j] = (x[i * d + j]! - mean) * r[i]!;
        y[i * d + j] = n[i * d + j]! * g[j]! + c[j]!;
      }
    }
    return { n, r, y };
  }

  /** Adds to dx what a cotangent of the normalised rows gives. */
  #normBack(dy: Float32Array, { n, r }: Norm, which: "1" | "2", dx: Float32Array): void {
    const [g, gg, gc] = [this.#p[`g${which}`], this.gradients[`g${which}`], this.gradients[`c${which}`]];
    const d = this.#d;
    gg.fill(0);
    gc.fill(0);
    for (let i = 0; i < this.#rows; i++) {
      let [s, sn] = [0, 0];
      for (let j = 0; j < d; j++) {
        const at = i * d + j;
        gg[j]! += dy[at]! * n[at]!;
        gc[j]! += dy[at]!;
        s += (dy[at]! * g[j]!) / d;
        sn += (dy[at]! * g[j]! * n[at]!) / d;
      }
      for (let j = 0; j < d; j++) dx[i * d + j]! += r[i]! * (dy[i * d + j]! * g[j]! - s - n[i * d + j]! * sn);
    }
  }

  #times(x: Float32Array, w: Float32Array): Float32Array {
    const inner = x.length / this.#rows;
    const out = new Float32Array((this.#rows * w.length) / inner);
    matmul(x, w, out, this.#rows, inner, w.length / inner);
    return out;
  }

  /** The gradient of a weight, and the cotangent of what it was multiplied with. */
  #timesBack(x: Float32Array, name: "Wq" | "Wk" | "Wv" | "Wo" | "Wa" | "Wb", dy: Float32Array): Float32Array {
    const w = this.#p[name];
    const inner = x.length / this.#rows;
    const outer = w.length / inner;
    this.gradients[name].fill(0);
    addTransposedA(x, dy, this.gradients[name], inner, this.#rows, outer);
    const dx = new Float32Array(x.length);
    matmulTransposedB(dy, w, dx, this.#rows, outer, inner);
    return dx;
  }

  /** For each head of each example the offset of its first element, and its index. */
  *#heads(): Generator<{ readonly o: number; readonly a: number }> {
    const { batch, positions, heads } = this.sizes;
    for (let b = 0; b < batch; b++) {
      for (let h = 0; h < heads; h++) {
        yield { o: b * positions * this.#d + h * (this.#d / heads), a: (b * heads + h) * positions * positions };
      }
    }
  }

  /** softmax(q kᵀ/√d) of each head, and its product with v. */
  #attend(q: Float32Array, k: Float32Array, v: Float32Array): { weights: Float32Array; out: Float32Array } {
    const { batch, positions, heads } = this.sizes;
    const [d, width] = [this.#d, this.#d / heads];
    const weights = new Float32Array(batch * heads * positions * positions);
    const out = new Float32Array(q.length);
    for (const { o, a } of this.#heads()) {
      for (let i = 0; i < positions; i++) {
        const row = weights.subarray(a + i * positions, a + (i + 1) * positions);
        for (let j = 0; j < positions; j++) {
          let sum = 0;
          for (let e = 0; e < width; e++) sum += q[o + i * d + e]! * k[o + j * d + e]!;
          row[j] = sum / Math.sqrt(width);
        }
        let [top, total] = [Number.NEGATIVE_INFINITY, 0];
        for (let j = 0; j < positions; j++) top = Math.max(top, row[j]!);
        for (let j = 0; j < positions; j++) total += Math.exp(row[j]! - top);
        for (let j = 0; j < positions; j++) row[j] = Math.exp(row[j]! - top) / total;
        for (let e = 0; e < width; e++) {
          let sum = 0;
          for (let j = 0; j < positions; j++) sum += row[j]! * v[o + j * d + e]!;
          out[o + i * d + e] = sum;
        }
      }
    }
    return { weights, out };
  }

  #attendBack(q: Float32Array, k: Float32Array, v: Float32Array, weights: Float32Array, dOut: Float32Array) {
    const { positions, heads } = this.sizes;
    const [d, width] = [this.#d, this.#d / heads];
    const [dq, dk, dv] = [new Float32Array(q.length), new Float32Array(q.length), new Float32Array(q.length)];
    const dRow = new Float64Array(positions);
    for (const { o, a } of this.#heads()) {
      for (let i = 0; i < positions; i++) {
        let mean = 0;
        for (let j = 0; j < positions; j++) {
          const weight = weights[a + i * positions + j]!;
          let sum = 0;
          for (let e = 0; e < width; e++) {
            sum += dOut[o + i * d + e]! * v[o + j * d + e]!;
            dv[o + j * d + e]! += weight * dOut[o + i * d + e]!;
          }
          dRow[j] = sum;
          mean += weight * sum;
        }
        for (let j = 0; j < positions; j++) {
          const slope = (weights[a + i * positions + j]! * (dRow[j]! - mean)) / Math.sqrt(width);
          for (let e = 0; e < width; e++) {
            dq[o + i * d + e]! += slope * k[o + j * d + e]!;
            dk[o + j * d + e]! += slope * q[o + i * d + e]!;
          }
        }
      }
    }
    return { dq, dk, dv };
  }

  lossAndGrad(): number {
    const { x, t } = this.data as { x: Float32Array; t: Float32Array }; // the workload has them
    const p = this.#p;
    const first = this.#norm(x, p.g1, p.c1);
    const [q, k, v] = [this.#times(first.y, p.Wq), this.#times(first.y, p.Wk), this.#times(first.y, p.Wv)];
    const { weights, out } = this.#attend(q, k, v);
    const y = this.#times(out, p.Wo).map((value, i) => value + x[i]!);
    const second = this.#norm(y, p.g2, p.c2);
    const u = this.#times(second.y, p.Wa);
    addRow(u, p.ba, this.#rows);
    for (let i = 0; i < u.length; i++) u[i] = Math.max(0, u[i]!);
    const z = this.#times(u, p.Wb);
    addRow(z, p.bb, this.#rows);

    let loss = 0;
    const dz = z.map((value, i) => {
      const miss = value + y[i]! - t[i]!;
      loss += miss ** 2 / z.length;
      return (2 * miss) / z.length;
    });
    sumRows(dz, this.gradients.bb, this.#rows);
    const du = this.#timesBack(u, "Wb", dz).map((value, i) => (u[i]! > 0 ? value : 0));
    sumRows(du, this.gradients.ba, this.#rows);
    const dy = dz.slice();
    this.#normBack(this.#timesBack(second.y, "Wa", du), second, "2", dy);
    const { dq, dk, dv } = this.#attendBack(q, k, v, weights, this.#timesBack(out, "Wo", dy));
    const dh = this.#timesBack(first.y, "Wq", dq);
    const [fromK, fromV] = [this.#timesBack(first.y, "Wk", dk), this.#timesBack(first.y, "Wv", dv)];
    for (let i = 0; i < dh.length; i++) dh[i]! += fromK[i]! + fromV[i]!;
    this.#normBack(dh, first, "1", dy);
    return loss;
  }
}

export const transformerBlock =
  (sizes: BlockSizes): Implementation =>
  (data): Computation => {
    const block = new Block(data, sizes);
    return { run: () => block.lossAndGrad(), gradients: names.map((name) => block.gradients[name]) };
  };
