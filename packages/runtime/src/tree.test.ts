import { describe, expect, test } from "vitest";
import * as tree from "./tree.js";

const a = { w: Float32Array.of(1), list: [2, { "b-c": Int32Array.of(3) }] } as const;

describe("tree", () => {
  test("maps leaves with their paths and keeps the form", () => {
    expect(tree.map(a, (_leaf, path) => tree.showPath(path))).toEqual({
      w: "w",
      list: ["list[0]", { "b-c": 'list[1]["b-c"]' }],
    });
    expect(tree.map(5, (leaf) => leaf + 1)).toBe(6);
    expect(tree.showPath([])).toBe("input");
  });

  test("takes specs, instances and other realms' objects for what they are", () => {
    class Layer {
      w = 1;
    }
    const spec = { kind: "tensor", dtype: "f32", shape: [2] } as const;
    const layer = new Layer();
    const odd = Object.assign(Object.create(null) as object, { x: spec, layer });
    expect(tree.leaves(odd).map(({ leaf }) => leaf)).toEqual([spec, layer]);
  });

  test("lists leaves in the order of the keys", () => {
    expect(tree.leaves(a)).toEqual([
      { path: ["w"], leaf: Float32Array.of(1) },
      { path: ["list", 0], leaf: 2 },
      { path: ["list", 1, "b-c"], leaf: Int32Array.of(3) },
    ]);
  });

  test("zips by name, whatever the order of the keys", () => {
    expect(tree.zip({ x: 1, y: [2] }, { y: [20], x: 10 }, (p, q) => p + q)).toEqual({ x: 11, y: [22] });
  });

  test.each<[unknown, unknown, string]>([
    [{ p: { x: 1 } }, { p: { y: 1 } }, "tree: p is { x } in the first tree and { y } in the second"],
    [{ p: [1, 2] }, { p: [1] }, "tree: p is a list of 2 in the first tree and a list of 1 in the second"],
    [{ p: 1 }, { p: [1] }, "tree: p is a tensor in the first tree and a list of 1 in the second"],
    [[1], { 0: 1 }, "tree: input is a list of 1 in the first tree and { 0 } in the second"],
  ])("zip refuses %j with %j", (left, right, message) => {
    expect(() => tree.zip(left, right, () => 0)).toThrow(message);
  });

  test("at finds a node, or says where the tree ends", () => {
    expect(tree.at(a, ["list", 0])).toBe(2);
    expect(() => tree.at(a, ["list", 2])).toThrow("tree: list has no list[2]");
    expect(() => tree.at(a, ["w", "x"])).toThrow("tree: w has no w.x");
  });

  test("a hole is an error", () => {
    expect(() => tree.map({ x: { y: undefined } }, () => 0)).toThrow("tree: x.y is undefined, expected a tensor");
  });
});
