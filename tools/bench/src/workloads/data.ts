/**
 * The workloads and their data: the same numbers for every contender, so that losses and gradients can be compared.
 *
 * Invariant: a workload's data depend on nothing but its name.
 */
export type Arrays = Readonly<Record<string, Float32Array>>;

export interface Workload {
  readonly name: string;
  readonly about: string;
  /** The model in `models/`. */
  readonly model: string;
  /** The same model with dimensions that are known when it is called. */
  readonly named?: string;
  /** Inputs with a gradient, in the order in which gradients are compared. */
  readonly wrt: readonly string[];
  readonly data: () => Arrays;
  /** Inputs that are scalars: an array of one element in the data. */
  readonly scalars?: readonly string[];
  /** Its generated function computes in f64; all others take the numbers as f32. */
  readonly isDouble?: boolean;
}

/** Uniform numbers in 0 … 1: Mulberry32 by Tommy Ettinger, public domain. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Uniform numbers within ± scale. */
export function array(length: number, seed: number, scale = 1): Float32Array {
  const next = uniform(seed);
  return new Float32Array(length).map(() => (next() * 2 - 1) * scale);
}

function oneHot(rows: number, classes: number, seed: number): Float32Array {
  const next = uniform(seed);
  const out = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) out[row * classes + Math.floor(next() * classes)] = 1;
  return out;
}

const mlp = (batch: number): Workload => ({
  name: `W3_${batch}`,
  about: `MLP 784-128-10, batch ${batch}`,
  model: `w3-${batch}`,
  named: "w3-named",
  wrt: ["W1", "b1", "W2", "b2"],
  data: () => ({
    X: array(batch * 784, 1),
    Y: oneHot(batch, 10, 2),
    W1: array(784 * 128, 3, 0.05),
    b1: array(128, 4, 0.05),
    W2: array(1280, 5, 0.1),
    b2: array(10, 6, 0.1),
  }),
});

const small: readonly Workload[] = [
  {
    name: "W1a",
    about: "xᵀMx, n = 3",
    model: "w1a",
    wrt: ["x"],
    data: () => ({ x: array(3, 1), M: array(9, 2) }),
  },
  {
    name: "W1b",
    about: "dot, n = 14",
    model: "w1b",
    wrt: ["x", "y"],
    data: () => ({ x: array(14, 1), y: array(14, 2) }),
  },
  {
    name: "W2",
    about: "neuron cost, 100 rows of 10",
    model: "w2",
    wrt: ["w", "b"],
    scalars: ["b"],
    data: () => ({ X: array(1000, 1), y: array(100, 2), w: array(10, 3), b: array(1, 4, 0.1) }),
  },
  {
    name: "W4",
    about: "MLP 64-64-64-10, batch 16",
    model: "w4",
    wrt: ["W1", "b1", "W2", "b2", "W3", "b3"],
    data: () => ({
      X: array(16 * 64, 1),
      Y: oneHot(16, 10, 2),
      W1: array(64 * 64, 3, 0.15),
      b1: array(64, 4, 0.1),
      W2: array(64 * 64, 5, 0.15),
      b2: array(64, 6, 0.1),
      W3: array(640, 7, 0.15),
      b3: array(10, 8, 0.1),
    }),
  },
];

const memoryBound: readonly Workload[] = [
  {
    name: "W5",
    about: "sum(tanh(xy + z) · sigmoid(x)), 1e6",
    model: "w5",
    named: "w5-named",
    wrt: ["x", "y", "z"],
    data: () => ({ x: array(1e6, 1, 2), y: array(1e6, 2, 2), z: array(1e6, 3, 1) }),
  },
  {
    name: "W6s",
    about: "softmax 512 × 1024",
    model: "w6s",
    wrt: ["X"],
    data: () => ({ X: array(512 * 1024, 1, 2), T: array(512 * 1024, 2) }),
  },
  {
    name: "W6l",
    about: "layer norm 512 × 1024",
    model: "w6l",
    wrt: ["X", "g", "b"],
    data: () => ({ X: array(512 * 1024, 1, 2), T: array(512 * 1024, 2), g: array(1024, 3), b: array(1024, 4) }),
  },
  {
    name: "W7",
    about: "matmul 512, forward + backward",
    model: "w7",
    wrt: ["A", "B"],
    data: () => ({ A: array(512 * 512, 1), B: array(512 * 512, 2), T: array(512 * 512, 3) }),
  },
];

const large: readonly Workload[] = [
  {
    name: "W8",
    about: "LSTM, hidden 64, 20 steps, batch 8",
    model: "w8",
    wrt: ["Wx", "Wh", "b"],
    data: () => ({
      xs: array(20 * 8 * 64, 1),
      Wx: array(64 * 256, 2, 0.12),
      Wh: array(64 * 256, 3, 0.12),
      b: array(256, 4, 0.1),
    }),
  },
  {
    name: "W9",
    about: "GMM n = 1000, d = 10, k = 5 (f64)",
    model: "w9",
    wrt: ["alphas", "means", "q", "l"],
    isDouble: true,
    data: () => ({
      alphas: array(5, 1),
      means: array(50, 2),
      q: array(50, 3, 0.5),
      l: array(5 * 45, 4, 0.5),
      x: array(10_000, 5),
    }),
  },
  {
    name: "W10",
    about: "transformer block d=64 h=4 T=64 b=4",
    model: "w10",
    wrt: ["Wq", "Wk", "Wv", "Wo", "g1", "c1", "g2", "c2", "Wa", "ba", "Wb", "bb"],
    data: () => ({
      x: array(4 * 64 * 64, 1),
      t: array(4 * 64 * 64, 2),
      Wq: array(64 * 64, 3, 0.12),
      Wk: array(64 * 64, 4, 0.12),
      Wv: array(64 * 64, 5, 0.12),
      Wo: array(64 * 64, 6, 0.12),
      g1: array(64, 7),
      c1: array(64, 8, 0.1),
      g2: array(64, 9),
      c2: array(64, 10, 0.1),
      Wa: array(64 * 256, 11, 0.12),
      ba: array(256, 12, 0.1),
      Wb: array(256 * 64, 13, 0.06),
      bb: array(64, 14, 0.1),
    }),
  },
];

/** In the order of the table. */
export const workloads: readonly Workload[] = [
  ...small.slice(0, 3),
  mlp(32),
  mlp(128),
  ...small.slice(3),
  ...memoryBound,
  ...large,
];

export function workloadOf(name: string): Workload {
  const found = workloads.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no workload ${name}`);
  return found;
}
