/**
 * A generated function as a contender: the text that `tapeless build` wrote beside the model, without its types, imported as
 * a module of its own (not bundled, and not through `new Function`), and given its last result to fill.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import type { Computation } from "./contender.js";
import type { Workload } from "./data.js";

type Leaf = Float32Array | Float64Array | number;

/** What generated functions of these models give. */
interface Result {
  readonly value: number;
  readonly grad: Readonly<Record<string, Leaf>>;
}

export type LossAndGrad = (input: Readonly<Record<string, Leaf>>, out?: Result) => Result;

export const generatedFile = (model: string): string =>
  fileURLToPath(new URL(`../../models/${model}.gen.ts`, import.meta.url));

/** The generated file as JavaScript, in a folder that git ignores; gives its path. */
export function asJavaScript(model: string): string {
  const folder = fileURLToPath(new URL("../../.cache/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const path = `${folder}${model}.mjs`;
  const { code } = transformSync(readFileSync(generatedFile(model), "utf8"), { loader: "ts", target: "node20" });
  writeFileSync(path, code);
  return path;
}

/** The data as the function takes them: scalars as numbers, and in f64 where it computes so. */
export function inputOf({ data, scalars = [], isDouble = false }: Workload): Readonly<Record<string, Leaf>> {
  const leaf = (name: string, values: Float32Array): Leaf => {
    if (scalars.includes(name)) return values[0] ?? Number.NaN;
    return isDouble ? Float64Array.from(values) : values;
  };
  return Object.fromEntries(Object.entries(data()).map(([name, values]) => [name, leaf(name, values)]));
}

export function computationOf(lossAndGrad: LossAndGrad, workload: Workload): Computation {
  const input = inputOf(workload);
  const out = lossAndGrad(input);
  return {
    run: () => lossAndGrad(input, out).value,
    get gradients() {
      return workload.wrt.map((name) => {
        const found = out.grad[name];
        return typeof found === "number" ? [found] : (found ?? []);
      });
    },
  };
}

export async function generated(workload: Workload, model = workload.model): Promise<Computation> {
  // Cast: every model of the benchmark exports this one.
  const module = (await import(pathToFileURL(asJavaScript(model)).href)) as { readonly lossAndGrad: LossAndGrad };
  return computationOf(module.lossAndGrad, workload);
}
