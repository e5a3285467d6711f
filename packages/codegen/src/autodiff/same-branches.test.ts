/** Backwards a loop takes the branches that the value took, and refuses the indices that it refuses without checkpoints. */
import {
  add,
  cond,
  exp,
  f32,
  f64,
  fn,
  gather,
  greater,
  i32,
  jvp,
  mul,
  round,
  scan,
  sin,
  sum,
  type Tensor,
  valueAndGrad,
  where,
  zeros,
} from "@tapeless/types";
import { isFn } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "../pipeline/compile-module.js";

interface Answer {
  readonly value: number;
  readonly grad: { readonly a: number; readonly w: number };
  readonly tangent: number;
}

async function generatedOf<N extends string>(
  models: Readonly<Record<N, unknown>>,
): Promise<Readonly<Record<N, (input: unknown) => Answer>>> {
  const exports = Object.entries(models).flatMap(([name, each]) => (isFn(each) ? [{ name, fn: each }] : []));
  const module: unknown = await importText(compileModule({ file: "m.model.ts", localNames: [], exports }).text);
  return module as Readonly<Record<N, (input: unknown) => Answer>>; // the models, each read where its answer has the part
}

type Lone = Tensor<[], "f32">;
type Choose = (c: Lone, t: Lone, x: Lone, v: Tensor<[4], "f32">) => Lone;

const looped = (choose: Choose) =>
  fn({ xs: f32(["n"]), c0: f32([]), a: f32([]), v: f32([4]) }, ({ xs, c0, a, v }) => {
    const t = mul(a, c0);
    const [{ c, s }] = scan(
      ({ c, s }, x) => [{ c: add(mul(c, a), x), s: add(s, choose(c, t, x, v)) }, null],
      { c: c0, s: zeros([], "f32") },
      xs,
    );
    return add(c, s);
  });

const chosen = {
  byWhere: looped((c, t, x) => where(greater(c, t), mul(c, mul(x, 3)), mul(c, x))),
  byCond: looped((c, t, x, v) =>
    cond(
      greater(c, t),
      () => mul(c, mul(x, 3)),
      () => sum(exp(sin(mul(mul(c, x), v)))),
    ),
  ),
};

// xs = [1e-9, 5, 0], c0 = a = 1: the second carry is above t by 1e-9, which a float does not hold. So the second step adds
// 3·c1·5 with dc1/da = 1, the others nothing, and the last carry is (c1·a + 5)·a with the slope c2 + c1 + 1: in all 15 + 8.
describe.each(["byWhere", "byCond"] as const)("%s", (name) => {
  test("what decides in a step is not rounded before it decides again", async () => {
    const f = chosen[name];
    const module = await generatedOf({ back: valueAndGrad(f, ["a"]), forth: jvp(f, ["a"]) });
    const input = () => ({ xs: Float32Array.of(1e-9, 5, 0), c0: 1, a: 1, v: Float32Array.of(1, 2, 3, 4) });
    expect(module.back(input()).grad.a).toBeCloseTo(23, 5);
    module.back({ ...input(), a: 0.3, xs: Float32Array.of(7, 8, -9, 1, 2, 3, 4) });
    expect(module.back(input()).grad.a).toBeCloseTo(23, 5);
    expect(module.forth({ input: input(), tangent: { a: 1 } }).tangent).toBeCloseTo(23, 5);
  });
});

test("a rounding is made again of what was rounded", async () => {
  const rounds = fn({ xs: f32(["n"]), w: f32([]) }, ({ xs, w }) => {
    const step = (s: Lone, x: Lone): readonly [Lone, null] => {
      const p = exp(x);
      return [add(s, add(mul(round(p), w), p)), null];
    };
    return scan(step, zeros([], "f32"), xs)[0];
  });
  const module = await generatedOf({ rounds: valueAndGrad(rounds, ["w"]) });
  // e^x = 1.49999994, which is 1.5 as a float; the others are 0 when rounded.
  const xs = new Float32Array(12).fill(-20);
  xs[5] = 0.4054650664329529;
  const { value, grad } = module.rounds({ xs, w: 1000 });
  expect([Math.round(value / 1000), grad.w]).toEqual([1, 1]);
});

type Double = Tensor<[], "f64">;

const picking =
  (w: Tensor<[3], "f64">) =>
  (c: Double, i: Tensor<[], "i32">): readonly [Double, null] => [sin(add(c, mul(c, gather(w, i)))), null];

type Checkpoint = { readonly checkpoint?: 3 | 4 | "sqrt" };

const along = {
  "nine steps": (options: Checkpoint) =>
    valueAndGrad(
      fn({ w: f64([3]), idx: i32([9]) }, ({ w, idx }) => scan(picking(w), sum(w), idx, options)[0]),
      "w",
    ),
  "n steps": (options: Checkpoint) =>
    valueAndGrad(
      fn({ w: f64([3]), idx: i32(["n"]) }, ({ w, idx }) => scan(picking(w), sum(w), idx, options)[0]),
      "w",
    ),
};

describe.each(Object.entries(along))("indices along a loop of %s", (_, model) => {
  test.each([{}, { checkpoint: 3 }, { checkpoint: 4 }, { checkpoint: "sqrt" }] as const)("%j", async (options) => {
    const module = await generatedOf({ picks: model(options) });
    const w = Float64Array.of(1, 2, 3);
    for (const place of [0, 4, 8]) {
      const idx = Int32Array.of(0, 1, 2, 0, 1, 1, 0, 1, 2);
      expect(() => module.picks({ w, idx })).not.toThrow();
      idx[place] = 7;
      expect(() => module.picks({ w, idx })).toThrow(`idx[${place}] is 7, must be in 0 … 2`);
    }
  });
});

test.each([4, "sqrt"] as const)(
  "indices that a loop of named length captures, with checkpoints: %s",
  async (checkpoint) => {
    const picks = fn({ w: f64([3]), idx: i32([4]), xs: f64(["n"]) }, ({ w, idx, xs }) => {
      const step = (c: Double, x: Double): readonly [Double, null] => [
        sin(add(c, mul(mul(c, x), sum(gather(w, idx))))),
        null,
      ];
      return scan(step, sum(w), xs, { checkpoint })[0];
    });
    const module = await generatedOf({ picks: valueAndGrad(picks, "w") });
    const call = (steps: number, index: number): unknown =>
      module.picks({
        w: Float64Array.of(1, 2, 3),
        idx: Int32Array.of(0, index, 1, 2),
        xs: new Float64Array(steps),
      });
    expect(() => call(9, 2)).not.toThrow();
    expect(() => call(9, 9)).toThrow("idx[1] is 9, must be in 0 … 2");
    expect(() => call(0, 9)).not.toThrow();
  },
);
