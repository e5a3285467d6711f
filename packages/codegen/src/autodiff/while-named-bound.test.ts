/** `maxSteps` that is a dimension, where what is stacked has dimensions too: one generated function for all sizes. */
import { add, f64, fn, grad, i32, less, mul, sin, sum, vmap, whileLoop, zeros } from "@tapeless/types";
import { isFn, traceFn } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileFunction } from "../pipeline/compile-function.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import { everyLevel } from "./testing/all-levels.js";

describe("maxSteps that is a dimension, of rows that have dimensions", () => {
  /** y <- sin(w y), so many times; rows of y, and of what cos is taken of. */
  const f = fn({ y: f64(["k"]), w: f64(["k"]), room: f64(["n"]), steps: i32([]) }, ({ y, w, room, steps }) => {
    const last = whileLoop(
      ({ i }) => less(i, steps),
      ({ i, y }) => ({ i: add(i, 1), y: sin(mul(w, y)) }),
      { i: zeros([], "i32"), y },
      { maxSteps: "n" },
    );
    return add(sum(last.y), sum(room));
  });
  const slope = grad(f, ["y", "w", "room"]);

  const byHand = (y: number, w: number, steps: number): readonly [dy: number, dw: number] => {
    let [at, dy, dw] = [y, 1, 0];
    for (let i = 0; i < steps; i++) {
      const c = Math.cos(w * at);
      [at, dy, dw] = [Math.sin(w * at), c * w * dy, c * (at + w * dw)];
    }
    return [dy, dw];
  };

  /** Room for n steps, k elements. */
  const sizes = [
    [3, 2, 3],
    [1, 5, 1],
    [9, 17, 8],
    [33, 8, 33],
    [4, 0, 4],
    [2, 3, 0],
    [0, 3, 0],
    [16, 9, 16],
  ] as const;
  const draw = (count: number, phase: number): Float64Array =>
    Float64Array.from({ length: count }, (_, k) => Math.sin(3 * k + phase) + 1.2);

  test("they lie in the arena, one call after the other", async () => {
    if (!isFn(slope)) throw new Error("a function is expected");
    const { planned } = compileFunction(traceFn(slope, "slope").func);
    expect(planned.program.buffers.filter(({ space }) => space === "heap")).toEqual([]);
    const module = await importText(moduleText({ slope }));
    for (const [n, k, steps] of sizes) {
      const input = { y: draw(k, 1), w: draw(k, 2), room: draw(n, 3), steps };
      const got = module.slope?.(input) as unknown as Record<"y" | "w" | "room", Float64Array>; // its tree
      const want = [...input.y].map((y, j) => byHand(y, input.w[j] ?? 0, steps));
      expect([...got.y]).toEqual(want.map(([dy]) => expect.closeTo(dy, 12)));
      expect([...got.w]).toEqual(want.map(([, dw]) => expect.closeTo(dw, 12)));
      expect([...got.room]).toEqual(Array<number>(n).fill(1));
    }
    const one = { y: draw(2, 1), w: draw(2, 2), room: draw(3, 3), steps: 4 };
    expect(() => module.slope?.(one)).toThrow("slope: a loop goes on after its maxSteps, 3");
  });

  test.each(sizes)("at every level: room for %i steps, %i elements, %i steps", async (n, k, steps) => {
    const data = [draw(k, 1), draw(k, 2), draw(n, 3)].map((values) => [...values]);
    await everyLevel(slope, [...data, steps], { n, k });
  });

  test("twice, and under vmap", async () => {
    const squared = fn(f.input, (input) => {
      const { y, w } = grad(f, ["y", "w"])(input);
      return add(sum(mul(y, w)), sum(mul(w, w)));
    });
    const data = (k: number, n: number, copies = 1) =>
      [draw(copies * k, 1), draw(copies * k, 2), draw(n, 3)].map((values) => [...values]);
    const { results } = await everyLevel(grad(squared, "w"), [...data(3, 4), 4], { n: 4, k: 3 });
    const energy = (w: number, j: number): number => {
      const [dy, dw] = byHand(draw(3, 1)[j] ?? 0, w, 4);
      return dy * dw + dw * dw;
    };
    const slopes = [...draw(3, 2)].map((w, j) => (energy(w + 1e-5, j) - energy(w - 1e-5, j)) / 2e-5);
    expect(results[0]).toEqual(slopes.map((one) => expect.closeTo(one, 6)));

    const each = vmap(slope, 3, { room: null, steps: null });
    const batch = await everyLevel(each, [...data(2, 5, 3), 5], { n: 5, k: 2 });
    const [ys, ws] = [draw(6, 1), draw(6, 2)];
    expect(batch.results[0]).toEqual([...ys].map((y, j) => expect.closeTo(byHand(y, ws[j] ?? 0, 5)[0], 12)));
  });
});
