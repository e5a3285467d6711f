/** How much looking a function takes: what is known of a root is found again only where a value it computes was stored. */
import { add, f64, fn, mul, sin, sum, type Tensor, tanh, valueAndGrad } from "@tapeless/types";
import { type FnValue, traceFn } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { compilable, transformer } from "../../pipeline/testing/large-models.js";
import { ProgramBuilder } from "./builder.js";
import { defineByOp } from "./fuse.js";
import { NameSupply } from "./names.js";
import { Region } from "./region.js";
import { settle } from "./settle.js";

function settled(value: FnValue) {
  const func = tensorPasses.run(traceFn(value, "f").func);
  const builder = new ProgramBuilder(new NameSupply(["n"]), ["n"]);
  const bindings = new Map(
    func.params.map((param) => [param, builder.input(param.name, param.dtype, param.shape)] as const),
  );
  const destinations = func.outs.map((out) => ({ buffer: builder.output("", out.dtype, out.shape) }));
  return settle(new Region(func, defineByOp, builder, bindings, destinations));
}

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

test("equal blocks: fewer than two looks at a root, however many they are", () => {
  for (const blocks of [2, 6]) {
    const { collected, studied } = settled(transformer({ blocks, width: 16, heads: 2, tokens: 8 }));
    expect(collected.solos.size).toBeGreaterThan(40 * blocks);
    expect(studied / collected.solos.size).toBeLessThan(2);
  }
});
