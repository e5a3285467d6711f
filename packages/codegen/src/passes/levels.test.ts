/** TensorIR, KernelIR and LoopIR mean the same, on random functions. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { checkLevels } from "./testing/check-levels.js";
import { randomFunc } from "./testing/random-func.js";

const choice = fc.tuple(fc.nat(9), fc.nat(30), fc.nat(60));

describe("random functions", () => {
  it.each([
    { n: 2, m: 3 },
    { n: 1, m: 1 },
    { n: 0, m: 2 },
    { n: 5, m: 4 },
  ])(
    "mean the same at every level with sizes %o",
    (sizes) => {
      fc.assert(
        fc.property(fc.array(choice, { maxLength: 14 }), fc.integer({ min: 1, max: 4 }), (choices, outs) => {
          checkLevels(randomFunc(choices, outs), sizes);
        }),
        { numRuns: 150, seed: 7 },
      );
    },
    60_000,
  );
});
