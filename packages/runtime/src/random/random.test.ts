import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as random from "./index.js";
import { foldInText } from "./key.js";
import { normalQuantile } from "./normal-quantile.js";
import { threefry2x32 } from "./threefry.js";

const hex = (words: Iterable<number>): string => [...words].map((word) => word.toString(16).padStart(8, "0")).join(" ");

const mean = (xs: ArrayLike<number>): number => Array.from(xs).reduce((sum, x) => sum + x, 0) / xs.length;
const variance = (xs: ArrayLike<number>): number => {
  const m = mean(xs);
  return mean(Array.from(xs, (x) => (x - m) ** 2));
};

/** Whole numbers in 0 … 2³²-1. */
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anyKey = fc.tuple(word, word);

describe("threefry2x32", () => {
  // Random123, tests/kat_vectors, lines "threefry2x32 20": counter, key, block.
  test.each([
    ["00000000 00000000", "00000000 00000000", "6b200159 99ba4efe"],
    ["ffffffff ffffffff", "ffffffff ffffffff", "1cb996fc bb002be7"],
    ["243f6a88 85a308d3", "13198a2e 03707344", "c4923a9c 483df7a0"],
  ])("counter %s under key %s", (counter, key, block) => {
    const [c0 = 0, c1 = 0] = counter.split(" ").map((text) => Number.parseInt(text, 16));
    const [k0 = 0, k1 = 0] = key.split(" ").map((text) => Number.parseInt(text, 16));
    const out = new Uint32Array(2);
    threefry2x32(k0, k1, c0, c1, out);
    expect(hex(out)).toBe(block);
    // Signed words are the same words.
    threefry2x32(k0 | 0, k1 | 0, c0 | 0, c1 | 0, out);
    expect(hex(out)).toBe(block);
  });

  test("a flipped bit of the counter or the key flips half of the block's", () => {
    const out = new Uint32Array(2);
    let flips = 0;
    const rounds = 2000;
    for (let i = 0; i < rounds; i++) {
      threefry2x32(1, 2, i, 0, out);
      const [a = 0, b = 0] = out;
      if (i % 2 === 0) threefry2x32(1, 2, i ^ (1 << (i % 31)), 0, out);
      else threefry2x32(1 ^ (1 << (i % 31)), 2, i, 0, out);
      for (let x = a ^ (out[0] ?? 0); x !== 0; x &= x - 1) flips++;
      for (let x = b ^ (out[1] ?? 0); x !== 0; x &= x - 1) flips++;
    }
    // Binomial: 64 · rounds coins, standard deviation sqrt(64 · rounds) / 2; six of them.
    expect(Math.abs(flips - 32 * rounds)).toBeLessThan(6 * Math.sqrt(16 * rounds));
  });
});

describe("keys", () => {
  // jax 0.10.2: jax.random.PRNGKey, split, fold_in, bits; jax_threefry_partitionable is on, as by default.
  const key = random.key(42);
  test("agree with JAX bit for bit", () => {
    expect(key).toEqual([0, 42]);
    expect(random.key(2 ** 40 + 5)).toEqual([256, 5]);
    expect(random.key(-1)).toEqual([4294967295, 4294967295]);
    expect(random.split(key, 3)).toEqual([
      [1832780943, 270669613],
      [64467757, 2916123636],
      [2465931498, 255383827],
    ]);
    expect(random.foldIn(key, 7)).toEqual([2547012911, 1371500959]);
    expect(random.foldIn(key, 2 ** 32 - 1)).toEqual([2398536845, 3890976714]);
    expect([...random.bits(key, 6)]).toEqual([2098992034, 2919706841, 2646866425, 2409546199, 1935504149, 2516274904]);
  });

  test("survive JSON and are not changed by use", () => {
    const text = JSON.stringify(key);
    random.split(key);
    random.uniform(key, [3]);
    expect(JSON.stringify(key)).toBe(text);
    expect(random.uniform(JSON.parse(text), [3])).toEqual(random.uniform(key, [3]));
  });

  test("refuse what is no whole number", () => {
    expect(() => random.key(0.5)).toThrow("random.key: expected a whole number within ±2^53, got 0.5");
    expect(() => random.foldIn(key, -1)).toThrow("random.foldIn: expected a whole number in 0 … 2^32-1, got -1");
    expect(() => random.split(key, 1.5)).toThrow("random.split: expected a whole number of keys ≥ 0, got 1.5");
  });

  test("of different seeds, children and texts differ", () => {
    const texts = ["", "a", "b", "ab", "ba", "a b", "w", "costarring", "liquid"];
    const made = [
      ...Array.from({ length: 500 }, (_, seed) => random.key(seed)),
      ...random.split(key, 500),
      ...texts.map((text) => foldInText(key, text)),
      foldInText(foldInText(key, "a"), "b"),
    ];
    expect(new Set(made.map(String)).size).toBe(made.length);
  });
});

describe("uniform", () => {
  test("has the leading bits of jax.random.uniform", () => {
    const jax64 = [0.4267275666499091, 0.015010069515314584, 0.5741444178995352, 0.7298188969046309];
    random.uniform(random.key(42), [4], { dtype: "f64" }).forEach((x, i) => {
      expect(Math.floor(x * 2 ** 52)).toBe((jax64[i] ?? Number.NaN) * 2 ** 52);
    });
    const jax32 = [0.48870956897735596, 0.6797971725463867, 0.6162714958190918, 0.5610160827636719];
    random.uniform(random.key(42), [4]).forEach((x, i) => {
      expect(Math.floor(x * 2 ** 23)).toBe((jax32[i] ?? Number.NaN) * 2 ** 23);
    });
  });

  test("is in [0, 1), on the grid of its precision, and uses the last bit", () => {
    const f32 = random.uniform(random.key(1), [4096]);
    const f64 = random.uniform(random.key(1), [4096], { dtype: "f64" });
    for (const [xs, grid] of [[f32, 2 ** 24] as const, [f64, 2 ** 53] as const]) {
      const scaled = Array.from(xs, (x) => x * grid);
      expect(scaled.every((x) => Number.isInteger(x) && x >= 0 && x < grid)).toBe(true);
      expect(scaled.some((x) => x % 2 === 1)).toBe(true);
    }
  });

  test("has the mean, the variance, the cells and the uncorrelated neighbours of a uniform distribution", () => {
    const n = 100_000;
    for (const dtype of ["f32", "f64"] as const) {
      const xs = random.uniform(random.key(3), [n], { dtype, min: -1, max: 3 });
      // Width 4: variance 16/12. Six standard errors: of the mean sqrt(v/n), of the variance v sqrt(0.8/n).
      expect(Math.abs(mean(xs) - 1)).toBeLessThan(6 * Math.sqrt(16 / 12 / n));
      expect(Math.abs(variance(xs) - 16 / 12)).toBeLessThan(6 * (16 / 12) * Math.sqrt(0.8 / n));
      const cells = new Float64Array(100);
      for (const x of xs) cells[Math.floor((x + 1) * 25)]! += 1;
      const chi2 = cells.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0);
      expect(Math.abs(chi2 - 99)).toBeLessThan(6 * Math.sqrt(2 * 99));
      const products = Array.from(xs.subarray(1), (x, i) => (x - 1) * ((xs[i] ?? 0) - 1));
      expect(Math.abs(mean(products))).toBeLessThan((6 * (16 / 12)) / Math.sqrt(n));
    }
  });

  test("refuses bounds in the wrong order, and shapes that are none", () => {
    expect(() => random.uniform(random.key(0), [1], { min: 2, max: 1 })).toThrow("expected min ≤ max, got 2 and 1");
    expect(() => random.normal(random.key(0), [-1])).toThrow("expected a shape of whole sizes ≥ 0, got [-1]");
    expect(() => random.normal(random.key(0), [1], { std: -1 })).toThrow("expected std ≥ 0, got -1");
  });
});

describe("draws", () => {
  test("of one key are one draw, and a longer one begins with the shorter", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 0, max: 40 }), (key, n) => {
        for (const draw of [random.uniform, random.normal]) {
          expect(draw(key, [n])).toEqual(draw(key, [n]));
          expect(draw(key, [n + 9], { dtype: "f64" }).subarray(0, n)).toEqual(draw(key, [n], { dtype: "f64" }));
        }
        expect(random.bits(key, n + 3).subarray(0, n)).toEqual(random.bits(key, n));
      }),
    );
  });

  test("of shape [] are numbers, of other shapes flat", () => {
    expect(random.uniform(random.key(5), [], { dtype: "f64" })).toBe(
      random.uniform(random.key(5), [1], { dtype: "f64" })[0],
    );
    expect(random.normal(random.key(5), [2, 3, 4])).toHaveLength(24);
    expect(random.normal(random.key(5), [2, 0])).toHaveLength(0);
  });
});

describe("normal", () => {
  test("quantiles agree with mpmath and with tables", () => {
    // The first three from mpmath at 40 digits.
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 14);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
    expect(normalQuantile(Number.NaN)).toBeNaN();
  });

  test("quantiles are odd and increasing, across the seams of the three formulas too", () => {
    for (const seam of [0.075, Math.exp(-25)]) {
      const around = [-3, -2, -1, 0, 1, 2, 3].map((i) => normalQuantile(seam * (1 + i * 1e-10)));
      expect([...around].sort((a, b) => a - b)).toEqual(around);
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 52 - 1 }), (i) => {
        expect(normalQuantile(i * 2 ** -53)).toBe(-normalQuantile(1 - i * 2 ** -53));
      }),
    );
  });

  test("has the moments and the tails of a normal distribution", () => {
    const n = 100_000;
    for (const dtype of ["f32", "f64"] as const) {
      const xs = random.normal(random.key(9), [n], { dtype, mean: 2, std: 3 });
      const z = Array.from(xs, (x) => (x - 2) / 3);
      // Six standard errors: moments 1 to 4 of a normal variable have the variances 1, 2, 15, 96.
      expect(Math.abs(mean(z))).toBeLessThan(6 * Math.sqrt(1 / n));
      expect(Math.abs(mean(z.map((x) => x ** 2)) - 1)).toBeLessThan(6 * Math.sqrt(2 / n));
      expect(Math.abs(mean(z.map((x) => x ** 3)))).toBeLessThan(6 * Math.sqrt(15 / n));
      expect(Math.abs(mean(z.map((x) => x ** 4)) - 3)).toBeLessThan(6 * Math.sqrt(96 / n));
      const beyond = mean(z.map((x) => (Math.abs(x) > 1.959963984540054 ? 1 : 0)));
      expect(Math.abs(beyond - 0.05)).toBeLessThan(6 * Math.sqrt((0.05 * 0.95) / n));
    }
  });

  test("is the f64 draw rounded, in f32", () => {
    expect(random.normal(random.key(4), [64])).toEqual(
      Float32Array.from(random.normal(random.key(4), [64], { dtype: "f64" })),
    );
  });
});

describe("permutation", () => {
  test("holds every number once", () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 0, max: 200 }), (key, n) => {
        expect([...random.permutation(key, n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  test("takes each of the 24 orders of four equally often", () => {
    const counts = new Map<string, number>();
    const n = 24_000;
    for (let i = 0; i < n; i++) {
      const order = random.permutation(random.foldIn(random.key(8), i), 4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    expect(Math.abs(chi2 - 23)).toBeLessThan(6 * Math.sqrt(2 * 23));
  });

  test("refuses what is no count", () => {
    expect(() => random.permutation(random.key(0), -1)).toThrow(
      "random.permutation: expected a whole number in 0 … 2^31, got -1",
    );
  });
});
