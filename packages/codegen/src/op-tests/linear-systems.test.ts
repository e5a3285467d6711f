/**
 * Functions of matrices too large for the tables, in generated code: values and derivatives by definition, residuals,
 * what singular matrices give, and what a call costs.
 */
import {
  add,
  cholesky,
  det,
  detSign,
  f32,
  f64,
  fn,
  grad,
  inverse,
  jvp,
  logAbsDet,
  solve,
  sum,
  valueAndGrad,
} from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "../pipeline/compile-module.js";
import {
  cofactorsAlong,
  cofactorsByDefinition,
  detByDefinition,
  type Matrix,
  matrixOfRank,
} from "./testing/determinants.js";
import { randomFrom } from "./testing/random.js";

const textOf = (f: unknown): string =>
  compileModule({ file: "t.model.ts", exports: [{ name: "f", fn: f as never }], localNames: [] }).text; // every fn is one

type Run = (input: Readonly<Record<string, Float64Array | Float32Array>>) => never;

async function compiled(f: unknown): Promise<Run> {
  const { f: run } = await importText(textOf(f));
  if (run === undefined) throw new Error("the module has no function");
  return run;
}

const flat = (m: Matrix): Float64Array => Float64Array.from(m.flat());

/** Every element within `tolerance` of the largest wanted one. */
function expectMatrix(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  const scale = Math.max(1, ...want.map(Math.abs));
  expect(got).toHaveLength(want.length);
  want.forEach((value, at) => {
    expect(Math.abs((got[at] ?? Number.NaN) - value) / scale, `element ${at}: ${got[at]}`).toBeLessThan(tolerance);
  });
}

const square = (n: number, draw: () => number): Matrix =>
  Array.from({ length: n }, () => Array.from({ length: n }, () => draw() * 2 - 1));

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((total, x, k) => total + x * (b[k]?.[j] ?? 0), 0)));

const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));

const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)));

const rowsOf = (data: ArrayLike<number>, columns: number): Matrix =>
  Array.from({ length: data.length / columns }, (_, i) => Array.from(data).slice(i * columns, (i + 1) * columns));

// ---- determinants and their derivatives, by definition

const size = 5;
const matrices = f64([size, size]);
const slope = grad(fn({ a: matrices }, ({ a }) => det(a)));
const second = fn({ a: matrices, v: matrices }, ({ a, v }) => jvp(slope)({ input: { a }, tangent: { a: v } }).tangent);

describe("det of five rows", async () => {
  const random = randomFrom(7);
  const [value, gradient, along] = await Promise.all([
    compiled(fn({ a: matrices }, ({ a }) => det(a))),
    compiled(slope),
    compiled(second),
  ]);
  for (const rank of [5, 4, 3, 2, 1, 0]) {
    test(`of rank ${rank}: value, gradient, gradient of the gradient`, () => {
      for (let round = 0; round < 5; round++) {
        const [a, v] = [matrixOfRank(size, rank, random), matrixOfRank(size, size, random)];
        expectMatrix([value({ a: flat(a) })], [detByDefinition(a)], 1e-12);
        expectMatrix(gradient({ a: flat(a) }), cofactorsByDefinition(a), 1e-12);
        expectMatrix(along({ a: flat(a), v: flat(v) }), cofactorsAlong(a, v, 1), 1e-11);
      }
    });
  }
});

test("the third derivative of det of four rows, of any rank", async () => {
  const random = randomFrom(8);
  const four = f64([4, 4]);
  const gradient = grad(fn({ a: four }, ({ a }) => det(a)));
  const third = fn({ a: four, v: four }, ({ a, v }) => {
    const hessianAlong = fn({ x: four }, ({ x }) => jvp(gradient)({ input: { a: x }, tangent: { a: v } }).tangent);
    return jvp(hessianAlong)({ input: { x: a }, tangent: { x: v } }).tangent;
  });
  const run = await compiled(third);
  for (const rank of [4, 3, 2, 1, 0]) {
    const [a, v] = [matrixOfRank(4, rank, random), matrixOfRank(4, 4, random)];
    expectMatrix(run({ a: flat(a), v: flat(v) }), cofactorsAlong(a, v, 2), 1e-11);
  }
});

test("a named dimension: one function for every size", async () => {
  const run = await compiled(
    fn({ a: f64(["n", "n"]) }, ({ a }) => ({
      det: det(a),
      grad: grad(fn({ a: f64(["n", "n"]) }, (at) => det(at.a)))({ a }),
    })),
  );
  const random = randomFrom(9);
  for (const n of [0, 1, 2, 4]) {
    const a = matrixOfRank(n, n, random);
    const got = run({ a: flat(a) }) as { det: number; grad: Float64Array };
    expectMatrix([got.det], [detByDefinition(a)], 1e-12);
    expectMatrix(got.grad, cofactorsByDefinition(a), 1e-12);
  }
});

// ---- systems

describe("backward errors of twenty rows", () => {
  const n = 20;
  const a = square(n, randomFrom(1));
  const b = square(n, randomFrom(2));
  const matrix = f64([n, n]);

  test("solve", async () => {
    const run = await compiled(fn({ a: matrix, b: matrix }, (given) => solve(given.a, given.b)));
    const x = rowsOf(run({ a: flat(a), b: flat(b) }), n);
    expectMatrix(product(a, x).flat(), b.flat(), 1e-12);
  });

  test("inverse", async () => {
    const run = await compiled(fn({ a: matrix }, (given) => inverse(given.a)));
    expectMatrix(product(a, rowsOf(run({ a: flat(a) }), n)).flat(), identity(n).flat(), 1e-12);
  });

  test("cholesky", async () => {
    const run = await compiled(fn({ a: matrix }, (given) => cholesky(given.a)));
    const spd = product(a, transposed(a)).map((row, i) => row.map((x, j) => x + (i === j ? 1 : 0)));
    const l = rowsOf(run({ a: flat(spd) }), n);
    expectMatrix(product(l, transposed(l)).flat(), spd.flat(), 1e-14);
    expect(l.flatMap((row, i) => row.slice(i + 1)).every((x) => x === 0)).toBe(true);
  });

  test("the gradient of a solution: a⁻ᵀ ct and its product with x", async () => {
    const total = fn({ a: matrix, b: matrix }, (given) => sum(solve(given.a, given.b)));
    const run = await compiled(grad(total, ["a", "b"]));
    const got = run({ a: flat(a), b: flat(b) }) as { a: Float64Array; b: Float64Array };
    const ones = a.map((row) => row.map(() => 1));
    const ct = rowsOf(got.b, n);
    expectMatrix(product(transposed(a), ct).flat(), ones.flat(), 1e-12);
    const solution = await compiled(fn({ a: matrix, b: matrix }, (given) => solve(given.a, given.b)));
    const x = rowsOf(solution({ a: flat(a), b: flat(b) }), n);
    expectMatrix(
      got.a,
      product(ct, transposed(x))
        .flat()
        .map((value) => -value),
      1e-12,
    );
  });

  test("solve in f32", async () => {
    const run = await compiled(fn({ a: f32([n, n]), b: f32([n]) }, (given) => solve(given.a, given.b)));
    const [f32a, f32b] = [Float32Array.from(a.flat()), Float32Array.from(b[0] ?? [])];
    const x = Array.from(run({ a: f32a, b: f32b }) as Float32Array);
    const residual = product(
      rowsOf(f32a, n),
      x.map((value) => [value]),
    ).flat();
    expectMatrix(residual, Array.from(f32b), 1e-5);
  });
});

test("Hilbert's matrix of eight rows: the residual stays small though the condition is 1e10", async () => {
  const n = 8;
  const hilbert = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1)));
  const run = await compiled(fn({ a: f64([n, n]), b: f64([n]) }, ({ a, b }) => solve(a, b)));
  const b = hilbert.map((row) => row.reduce((x, y) => x + y, 0));
  const x = Array.from(run({ a: flat(hilbert), b: Float64Array.from(b) }) as Float64Array);
  expectMatrix(
    product(
      hilbert,
      x.map((value) => [value]),
    ).flat(),
    b,
    1e-15,
  );
});

test("a batch, of a size known when it runs, is one matrix after the other, with its gradients", async () => {
  const [n, count] = [4, 3];
  const random = randomFrom(5);
  const all = Array.from({ length: count }, () => square(n, random));
  const spd = (a: Matrix): Matrix => product(a, transposed(a)).map((row, i) => row.map((x, j) => x + +(i === j)));
  const input = { a: Float64Array.from(all.flatMap((a) => spd(a).flat())), b: Float64Array.of(1, -2, 3, 5) };
  const whole = (...batch: readonly string[]) =>
    fn({ a: f64([...batch, n, n]), b: f64([n]) }, ({ a, b }) => ({
      total: sum(add(det(a), add(logAbsDet(a), sum(solve(a, b), -1)))),
      factor: sum(cholesky(a)),
    }));
  const loss = (f: ReturnType<typeof whole>, given: typeof f.input) => fn(given, (x) => add(f(x).total, f(x).factor));
  const [batch, one] = [whole("count"), whole()];
  const [runBatch, runOne] = await Promise.all([
    compiled(valueAndGrad(loss(batch, batch.input), "a")),
    compiled(valueAndGrad(loss(one, one.input), "a")),
  ]);
  const got = runBatch(input) as { value: number; grad: Float64Array };
  const each = all.map((a) => runOne({ a: flat(spd(a)), b: input.b }) as { value: number; grad: Float64Array });
  expectMatrix([got.value], [each.reduce((total, { value }) => total + value, 0)], 1e-13);
  expectMatrix(
    got.grad,
    each.flatMap(({ grad: gradient }) => Array.from(gradient)),
    1e-12,
  );
}, 60_000);

// ---- what has no answer, and what is too large

test("a singular matrix: -Infinity for logAbsDet, 0 for the sign, no finite solution", async () => {
  const input = { a: Float64Array.of(1, 2, 2, 4) };
  const numbers = await compiled(fn({ a: f64([2, 2]) }, ({ a }) => ({ log: logAbsDet(a), sign: detSign(a) })));
  const { log, sign } = numbers(input) as { log: number; sign: number };
  expect([log, Math.abs(sign)]).toEqual([Number.NEGATIVE_INFINITY, 0]);
  const solved = await compiled(fn({ a: f64([2, 2]), b: f64([2]) }, ({ a, b }) => solve(a, b)));
  const x = Array.from(solved({ ...input, b: Float64Array.of(1, 0) }) as Float64Array);
  expect(x.some(Number.isFinite)).toBe(false);
});

test("no Cholesky factor: NaN from the column on that shows it", async () => {
  const run = await compiled(fn({ a: f64([3, 3]) }, ({ a }) => cholesky(a)));
  const got = Array.from(run({ a: Float64Array.of(4, 2, 0, 2, 0, 0, 0, 0, 1) }) as Float64Array);
  expect(got.slice(0, 4)).toEqual([2, 0, 0, 1]);
  expect(got[4]).toBeNaN();
});

test("logAbsDet and detSign where the determinant overflows", async () => {
  const n = 4;
  const a = identity(n).map((row, i) => row.map((x) => x * (i === 1 ? -1e200 : 1e200)));
  const run = await compiled(fn({ a: f64([n, n]) }, (given) => ({ log: logAbsDet(given.a), sign: detSign(given.a) })));
  const got = run({ a: flat(a) }) as { log: number; sign: number };
  expect(got.sign).toBe(-1);
  expect(got.log).toBeCloseTo(800 * Math.LN10, 10);
});

// ---- cost

/** The bytes of temporaries that a call takes. */
const arenaOf = (text: string): number => Number(/reserveArena\((\d+)\)/.exec(text)?.[1] ?? 0);

const costs = {
  solve: (n: number) =>
    grad(
      fn({ a: f64([n, n]), b: f64([n]) }, ({ a, b }) => sum(solve(a, b))),
      "a",
    ),
  inverse: (n: number) => grad(fn({ a: f64([n, n]) }, ({ a }) => sum(inverse(a)))),
  cholesky: (n: number) => grad(fn({ a: f64([n, n]) }, ({ a }) => sum(cholesky(a)))),
  det: (n: number) => grad(fn({ a: f64([n, n]) }, ({ a }) => det(a))),
  logAbsDet: (n: number) => grad(fn({ a: f64([n, n]) }, ({ a }) => logAbsDet(a))),
};

test.each(Object.entries(costs))(
  "%s: code and memory of the gradient are a loop's, not an unrolled program's",
  (_name, f) => {
    const [small, large] = [textOf(f(16)), textOf(f(64))];
    expect(large.length).toBeLessThan(small.length * 1.2);
    // A matrix of 64 rows is 32768 bytes; a stack of one for each step would be 64 of them.
    expect(arenaOf(large)).toBeLessThan(12 * 64 * 64 * 8);
  },
);

test("the value of det and its gradient share one elimination, and so do solve, logAbsDet and their gradients", () => {
  const loops = (text: string): number => text.match(/for \(let t\d* = /g)?.length ?? 0;
  const matrix = f64([8, 8]);
  const alone = loops(textOf(fn({ a: matrix }, ({ a }) => logAbsDet(a))));
  expect(alone).toBe(1);
  const both = fn({ a: matrix }, ({ a }) => ({ log: logAbsDet(a), sign: detSign(a), inverse: inverse(a) }));
  expect(loops(textOf(both))).toBe(3); // the elimination, and two triangular systems
});
