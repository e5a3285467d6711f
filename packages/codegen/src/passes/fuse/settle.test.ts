/** How much looking a function takes: what is known of a root is found again only where a value it computes was stored. */
import { add, f64, fn, mul, sin, sum, type Tensor, tanh, valueAndGrad } from "@tapeless/types";
import type { FnValue } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { compilable, transformer } from "../../pipeline/testing/large-models.js";
import { settle } from "./settle.js";
import { regionOfFn } from "./testing/region-of.js";

const settled = (value: FnValue) => settle(regionOfFn(value));

type Step = (z: Tensor<["n"], "f64">, k: number) => Tensor<["n"], "f64">;

const chain = (length: number, step: Step): FnValue =>
  compilable(
    valueAndGrad(
      fn({ x: f64(["n"]) }, ({ x }) => {
        let z = x;
        for (let k = 0; k < length; k++) z = step(z, k);
        return sum(z);
      }),
    ),
  );

const chains: readonly (readonly [string, Step])[] = [
  ["cheap steps", (z, k) => add(mul(z, z), k)],
  ["dear steps, each of them stored", (z, k) => add(tanh(z), mul(sin(z), k))],
];

test.each(chains)("a chain of %s: fewer than three looks at a root, however long it is", (_, step) => {
  for (const length of [20, 80]) {
    const { collected, studied } = settled(chain(length, step));
    expect(collected.solos.size).toBeGreaterThan(length / 20);
    expect(studied / collected.solos.size).toBeLessThan(3);
  }
});

test("equal blocks: one more takes looks at fewer than half of its roots", () => {
  const [few, more] = [4, 5].map((blocks) => settled(transformer({ blocks, width: 16, heads: 2, tokens: 8 })));
  if (few === undefined || more === undefined) throw new Error("two were settled");
  const roots = more.collected.solos.size - few.collected.solos.size;
  expect(roots).toBeGreaterThan(40);
  expect(more.studied - few.studied).toBeLessThan(roots / 2);
});
