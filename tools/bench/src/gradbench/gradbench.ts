/**
 * `npm run bench -- gradbench`: generated functions beside straightforward C++, value and derivative written by hand.
 *
 * Invariant: nothing is measured that does not agree; both run in one interleaved run.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { distanceOf } from "../measure/agreement.js";
import { interleave, type Plan } from "../measure/interleave.js";
import { Partner } from "../measure/partner.js";
import { ready } from "../measure/serve.js";
import { type Instance, instances } from "./problems.js";

export interface Row {
  readonly problem: string;
  readonly sizes: string;
  readonly function: string;
  /** Milliseconds of a call, of generated code and of C++; or what went wrong. */
  readonly ours?: number;
  readonly cpp?: number;
  /** Ours by C++: below 1 where generated code is faster. */
  readonly ratio?: number;
  readonly difference?: number;
  readonly disturbed?: boolean;
  readonly failure?: string;
}

/** Sums of many terms come out in another order. */
const tolerance = 1e-8;

/** Of compilers that are usual, the one that is there. */
export function compilerOf(candidates = ["c++", "g++", "clang++"]): string | undefined {
  return candidates.find((name) => spawnSync(name, ["--version"]).status === 0);
}

export const flags = ["-O3", "-std=c++17"];

/** Compiles the program of a problem and gives its path; throws with what the compiler said. */
export function compiled(compiler: string, problem: string, folder: string, options = flags): string {
  const source = fileURLToPath(new URL(`../../gradbench/${problem}.cpp`, import.meta.url));
  const program = join(folder, problem);
  const { status, stderr } = spawnSync(compiler, [...options, "-o", program, source], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${compiler} ${problem}.cpp: ${stderr}`);
  return program;
}

/** The file that a C++ program reads. */
export function bytesOf(numbers: Instance["numbers"]): Uint8Array {
  const parts = numbers.map((part) => (typeof part === "number" ? [part] : part));
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(all.buffer);
}

export interface Partners {
  readonly ours: Partner;
  readonly cpp: Partner;
}

/** Starts both sides of an instance. */
export async function partnersOf(instance: Instance, program: string, folder: string): Promise<Partners> {
  const [input, numbers] = [join(folder, "input.json"), join(folder, "input.bin")];
  writeFileSync(input, JSON.stringify(instance));
  writeFileSync(numbers, bytesOf(instance.numbers));
  const worker = fileURLToPath(new URL("./worker.js", import.meta.url));
  const ours = await Partner.start(process.execPath, [worker, input], ready);
  return { ours, cpp: await Partner.start(program, [numbers]) };
}

/** Both compared and measured, on one function. */
async function rowOf({ ours, cpp }: Partners, instance: Instance, name: string, plan: Plan): Promise<Row> {
  const row = { problem: instance.problem, sizes: instance.sizes, function: name };
  const difference = distanceOf(await ours.check(name), await cpp.check(name));
  if (!(difference <= tolerance))
    return { ...row, difference, failure: `they differ by ${difference.toExponential(1)}` };
  const [first, second] = await interleave([ours.contender("ours", name), cpp.contender("C++", name)], plan);
  if (first === undefined || second === undefined) throw new Error("bug: a contender without samples");
  const disturbed = first.disturbed || second.disturbed;
  const ratio = first.median / second.median;
  return { ...row, difference, ours: first.median, cpp: second.median, ratio, disturbed };
}

async function rowsOf(instance: Instance, compiler: string, folder: string, plan: Plan): Promise<readonly Row[]> {
  let partners: Partners | undefined;
  try {
    partners = await partnersOf(instance, compiled(compiler, instance.problem, folder), folder);
    const rows: Row[] = [];
    for (const name of [instance.primal, instance.gradient]) rows.push(await rowOf(partners, instance, name, plan));
    return rows;
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return [{ problem: instance.problem, sizes: instance.sizes, function: "–", failure }];
  } finally {
    partners?.ours.stop();
    partners?.cpp.stop();
  }
}

/** Measures all instances; `told` hears of each row as it comes. */
export async function gradbench(quick: boolean, compiler: string, told: (row: Row) => void): Promise<readonly Row[]> {
  const plan: Plan = quick ? { warm: 300, wanted: 7, longest: 2500 } : { warm: 1000, wanted: 25, longest: 15_000 };
  const folder = mkdtempSync(join(tmpdir(), "tapeless-gradbench-"));
  const all: Row[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    for (const instance of instances(quick)) {
      const rows = await rowsOf(instance, compiler, folder, plan);
      rows.forEach(told);
      all.push(...rows);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return all;
}
