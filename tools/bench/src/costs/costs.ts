/**
 * `npm run bench -- costs`: what a generated function costs besides time in calls: bytes to load, bytes that a call leaves
 * behind, the arena, the first call, and what build and type-check take.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { quantile } from "../measure/statistics.js";
import { type Workload, workloads } from "../workloads/data.js";
import { generate, tapeless } from "../workloads/generate.js";
import { asJavaScript, generatedFile } from "../workloads/generated.js";
import { type Size, sizes } from "./bundles.js";

export interface FunctionCosts {
  readonly workload: string;
  readonly bytes: number;
  readonly gzipped: number;
  readonly arenaBytes: number;
  /** Bytes per call that a collector has to take back. */
  readonly given: number;
  readonly fresh: number;
  /** Seconds of `tapeless build` in a process of its own. */
  readonly build: number;
}

export interface TypeCosts {
  readonly model: string;
  readonly instantiations: number;
  /** Seconds. */
  readonly check: number;
}

export interface Costs {
  readonly functions: readonly FunctionCosts[];
  /** Median milliseconds of import and first call of W4. */
  readonly firstCall: Readonly<Record<"generated" | "hand", number>>;
  readonly sizes: readonly Size[];
  readonly types: readonly TypeCosts[];
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Runs a program of this folder and gives what it printed. */
function printed(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${stderr || stdout}`);
  return stdout;
}

function functionCosts({ name, model }: Workload): FunctionCosts {
  const build = generate([model]);
  const text = readFileSync(generatedFile(model));
  // Casts: what the two programs print.
  const explained = JSON.parse(tapeless(["explain", `models/${model}.model.ts#lossAndGrad`, "--json"])) as {
    readonly functions: readonly { readonly arenaBytes: number }[];
  };
  const room = ["--expose-gc", "--max-semi-space-size=256", "--min-semi-space-size=256"];
  const { given, fresh } = JSON.parse(printed([...room, at("./allocation.js"), name])) as Pick<
    FunctionCosts,
    "given" | "fresh"
  >;
  const arenaBytes = explained.functions[0]?.arenaBytes ?? Number.NaN;
  return { workload: name, bytes: text.length, gzipped: gzipSync(text).length, arenaBytes, given, fresh, build };
}

/** One of each in turn, each in a fresh process. */
function firstCalls(count: number): Costs["firstCall"] {
  const file = asJavaScript("w4");
  const times: Record<"generated" | "hand", number[]> = { generated: [], hand: [] };
  for (let i = 0; i < count; i++) {
    for (const contender of ["generated", "hand"] as const) {
      times[contender].push(Number(printed([at("./first-call.js"), contender, file])));
    }
  }
  return { generated: quantile(times.generated, 0.5), hand: quantile(times.hand, 0.5) };
}

/** What TypeScript says of one model alone. */
export function typeCosts(model: string): TypeCosts {
  const folder = at("../../.cache/");
  mkdirSync(folder, { recursive: true });
  const config = `${folder}tsconfig.${model}.json`;
  writeFileSync(config, JSON.stringify({ extends: "../tsconfig.json", include: [`../models/${model}.model.ts`] }));
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const text = printed([tsc, "-p", config, "--extendedDiagnostics"]);
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(text)?.[1]);
  return { model, instantiations: figure("Instantiations"), check: figure("Check time") };
}

export async function costs(quick: boolean, told: (what: string) => void): Promise<Costs> {
  const some = quick ? workloads.filter(({ name }) => ["W1a", "W4"].includes(name)) : workloads;
  const functions = some.map((workload) => {
    told(workload.name);
    return functionCosts(workload);
  });
  told("first calls");
  const firstCall = firstCalls(quick ? 5 : 20);
  told("bundles");
  const bundles = await sizes();
  told("types");
  return {
    functions,
    firstCall,
    sizes: bundles,
    types: (quick ? ["w4"] : ["w1a", "w3-32", "w9", "w10"]).map(typeCosts),
  };
}
