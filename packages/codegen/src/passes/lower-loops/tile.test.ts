/** What the innermost loop of a tiled contraction reads. */
import { f32, f64, fn, matmul, relu } from "@tapeless/types";
import { type FnValue, showSize, traceFn } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { loopLanguage, verifyProgram } from "../../ir/loop/index.js";
import { compileFunction } from "../../pipeline/compile-function.js";
import { compilable } from "../../pipeline/testing/large-models.js";

const loopsOf = (value: FnValue) => verifyProgram(compileFunction(traceFn(value, "f").func).loop);

const product = (rows: number | string, terms: number | string, columns: number | string): FnValue =>
  compilable(fn({ x: f32([rows, terms]), w: f32([terms, columns]) }, ({ x, w }) => matmul(x, w)));

/** Places that micro-kernels read in one step, as an engine compares them with the length of an array: its length, and the index. */
function comparedIn(value: FnValue): ReadonlyMap<string, readonly string[]> {
  const { functions, buffers } = loopsOf(value);
  const sizes = new Map(buffers.map(({ name, size }) => [name, showSize(size)]));
  const micro = functions.filter(({ name }) => /^(tile|addTile)\d/.test(name));
  return new Map(
    micro.map(({ name, body }) => {
      const loads = body
        .filter(({ kind }) => kind === "For")
        .flatMap((stmt) => loopLanguage.walk(stmt))
        .flatMap((node) => (node.kind === "Load" ? [node] : []));
      const places = loads.map(({ buffer, index }) => `${sizes.get(buffer)}: ${showSize(index[0] ?? 0)}`);
      return [name, [...new Set(places)]];
    }),
  );
}

describe("a step of a micro-kernel", () => {
  it("reads its rows at one index of arrays of one length, and its columns too", () => {
    for (const value of [product(20, 30, 31), product("n", 30, "m"), product(20, "n", 31)]) {
      const compared = [...comparedIn(value)];
      expect(compared.length).toBeGreaterThan(1);
      for (const [name, places] of compared) expect(places, name).toHaveLength(2);
    }
  });
});

describe("panels", () => {
  it("of columns that are computed while packed are written by one loop: none is inside another", () => {
    const computed = fn({ x: f64([20, 30]), w: f64([30, 31]) }, ({ x, w }) => matmul(x, relu(w)));
    const packing = loopsOf(compilable(computed)).functions.find(({ name }) => /PackColumns3$/.test(name));
    const nodes = packing?.body.flatMap((stmt) => loopLanguage.walk(stmt)) ?? [];
    const stores = nodes.flatMap((node) => (node.kind === "Store" ? [node] : []));
    expect(new Set(stores.map(({ buffer }) => buffer)).size).toBe(3);
    for (const loop of nodes.filter(({ kind }) => kind === "For"))
      expect(loopLanguage.walk(loop).filter(({ kind }) => kind === "For")).toHaveLength(1);
  });
});
