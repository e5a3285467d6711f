/** The models of the benchmark compute what the naive loops do, and those what differences of the loss say. */
import { compileModule } from "@tapeless/codegen";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { hand } from "../hand/index.js";
import { difference, digestAll } from "../measure/agreement.js";
import { naive } from "../naive/index.js";
import { type Workload, workloads } from "./data.js";
import { computationOf, type LossAndGrad } from "./generated.js";
import { chosenWorkloads } from "./workloads.js";

/** The generated function of a model, through the whole compiler, from its sources. */
async function lossAndGradOf(model: string): Promise<LossAndGrad> {
  const { lossAndGrad: fn } = (await import(`../../models/${model}.model.ts`)) as { lossAndGrad: unknown };
  const { text } = compileModule({ file: `${model}.model.ts`, exports: [{ name: "lossAndGrad", fn }], localNames: [] });
  const { code } = transformSync(text, { loader: "ts" });
  // Cast: the one function that was compiled.
  const module = (await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`)) as {
    lossAndGrad: LossAndGrad;
  };
  return module.lossAndGrad;
}

async function differenceOf(workload: Workload, model: string): Promise<number> {
  const byHand = naive[workload.name]?.(workload.data());
  const generated = computationOf(await lossAndGradOf(model), workload);
  if (byHand === undefined) throw new Error(`no loops for ${workload.name}`);
  return difference(digestAll(generated.run(), generated.gradients), digestAll(byHand.run(), byHand.gradients));
}

/** Those that a test can wait for. */
const short = workloads.filter(({ name }) => !["W3_128", "W7"].includes(name));

describe("generated functions agree with naive loops", () => {
  test.each(short.map((workload) => [workload.name, workload] as const))("%s", async (_name, workload) => {
    expect(await differenceOf(workload, workload.model)).toBeLessThan(workload.isDouble === true ? 1e-12 : 1e-5);
  });

  test.each(short.flatMap((workload) => (workload.named === undefined ? [] : [[workload.name, workload] as const])))(
    "%s with named dimensions",
    async (_name, workload) => {
      expect(await differenceOf(workload, workload.named ?? "")).toBeLessThan(1e-5);
    },
  );
});

describe("kernels tuned by hand agree with naive loops", () => {
  test.each(short.filter(({ name }) => hand[name]).map((workload) => [workload.name, workload] as const))(
    "%s",
    (name, workload) => {
      const [tuned, loops] = [hand[name]?.(workload.data()), naive[name]?.(workload.data())];
      if (tuned === undefined || loops === undefined) throw new Error(`no kernel for ${name}`);
      const found = difference(digestAll(tuned.run(), tuned.gradients), digestAll(loops.run(), loops.gradients));
      expect(found).toBeLessThan(1e-5);
    },
  );
});

describe("naive loops: the directional derivative is the slope of the loss", () => {
  test.each(["W2", "W4", "W8", "W9", "W10"])("%s", (name) => {
    const workload = workloads.find((each) => each.name === name);
    const make = naive[name];
    if (workload === undefined || make === undefined) throw new Error(`no workload ${name}`);
    const { wrt } = workload;
    const data = workload.data();
    const start = make(data);
    start.run();
    const gradients = start.gradients.map((gradient) => Array.from(gradient));
    const step = 1e-3;
    const at = (side: number): number => {
      const moved = wrt.map((key, k) => [
        key,
        data[key]?.map((value, i) => value + side * step * Math.sign(gradients[k]?.[i] ?? 0)),
      ]);
      return make({ ...data, ...Object.fromEntries(moved) }).run();
    };
    const slope = (at(1) - at(-1)) / (2 * step);
    const expected = gradients.flat().reduce((sum, value) => sum + Math.abs(value), 0);
    expect(Math.abs(slope / expected - 1)).toBeLessThan(0.02);
  });
});

test("every workload has loops by hand, and data with all that has a gradient", () => {
  expect(Object.keys(naive).toSorted()).toEqual(workloads.map(({ name }) => name).toSorted());
  for (const { wrt, data } of workloads) expect(Object.keys(data())).toEqual(expect.arrayContaining([...wrt]));
});

test("a quick run has some of the workloads, a named one has those", () => {
  const quick = chosenWorkloads(true, undefined).length;
  expect(quick).toBeGreaterThan(4);
  expect(quick).toBeLessThan(workloads.length);
  expect(chosenWorkloads(false, undefined)).toEqual(workloads);
  expect(chosenWorkloads(true, ["W10"]).map(({ name }) => name)).toEqual(["W10"]);
});
