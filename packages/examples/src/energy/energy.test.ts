/** The example of the README: what stands there is the model and the code that is generated from it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { energyAndGrad } from "./energy.gen.js";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const readme = read("../../../../README.md");

test("the README shows the model as it is", () => {
  expect(readme).toContain(read("energy.model.ts").trimEnd());
});

test("the README shows the generated lines as they are", () => {
  const generated = read("energy.gen.ts");
  const [, shown = ""] = /function energyAndGrad\([\s\S]*?\/\/ …\n([\s\S]*?)\n}\n```/.exec(readme) ?? [];
  expect(shown.split("\n").length).toBeGreaterThan(15);
  expect(generated).toContain(shown);
});

test("value and gradient of xᵀMx", () => {
  const { value, grad } = energyAndGrad({ x: new Float64Array([3, 5]), M: new Float64Array([1, 2, 7, 4]) });
  // 9·1 + 15·(2 + 7) + 25·4, and (M + Mᵀ)x
  expect(value).toBe(244);
  expect([...grad]).toEqual([51, 67]);
});
