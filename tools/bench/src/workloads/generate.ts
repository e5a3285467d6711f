/** Runs `tapeless build` on the models of the benchmark, as a user would. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const root = at("../../");
export const bin = at("../../../../packages/tapeless/bin/tapeless.js");

/** Runs the command line; gives what it printed, throws with what it complained of. */
export function tapeless(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`tapeless ${args.join(" ")}: ${stderr || stdout}`);
  return stdout;
}

/** Seconds that the generated files of these models take to write. */
export function generate(models: readonly string[]): number {
  const start = performance.now();
  tapeless(["build", ...models.map((model) => `models/${model}.model.ts`)]);
  return (performance.now() - start) / 1000;
}
