/**
 * `npm run bench -- compile`: how long `tapeless build` takes for large models, in a process of its own each time, as a user
 * waits for it.
 */
import { statSync } from "node:fs";
import { quantile } from "../measure/statistics.js";
import { generate } from "../workloads/generate.js";
import { generatedFile } from "../workloads/generated.js";

export interface CompileRow {
  readonly model: string;
  readonly about: string;
  /** Median of all runs; or what went wrong. */
  readonly seconds?: number;
  readonly bytes?: number;
  readonly failure?: string;
}

const models = [
  { model: "w1a", about: "xᵀMx, n = 3: starting, reading the model, writing" },
  { model: "w4", about: "MLP 64-64-64-10, loss and gradient" },
  { model: "transformer-12", about: "a transformer of 12 blocks, loss and gradient" },
  { model: "nodes-10000", about: "10,000 scalar operations" },
] as const;

function rowOf({ model, about }: (typeof models)[number], runs: number): CompileRow {
  try {
    const seconds = quantile(
      Array.from({ length: runs }, () => generate([model])),
      0.5,
    );
    return { model, about, seconds, bytes: statSync(generatedFile(model)).size };
  } catch (error) {
    return { model, about, failure: error instanceof Error ? error.message : String(error) };
  }
}

export function compile(quick: boolean, told: (row: CompileRow) => void): readonly CompileRow[] {
  return models.map((model) => {
    const row = rowOf(model, quick ? 1 : 5);
    told(row);
    return row;
  });
}
