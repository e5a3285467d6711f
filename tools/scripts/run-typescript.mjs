/**
 * Runs a TypeScript program of the workspace from its sources, nothing built: `node tools/scripts/run-typescript.mjs FILE …`.
 *
 * Invariant: the program sees the packages of the workspace as the tests do, by their sources; what they need of others is
 * found where the compiler's own dependencies are, for the bundle is put there.
 */
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { root, run } from "./workspace.mjs";

const codegen = join(root, "packages", "codegen");
const source = (path) => join(root, "packages", path);
const alias = {
  "@tapeless/types/compiler": source("types/src/compiler.ts"),
  "@tapeless/types": source("types/src/index.ts"),
  "@tapeless/codegen": source("codegen/src/index.ts"),
  "@tapeless/runtime": source("runtime/src/index.ts"),
  "tapeless/runtime": source("tapeless/src/runtime.ts"),
  tapeless: source("tapeless/src/index.ts"),
};

/** Bundles the program and gives the path of what runs. */
async function bundle(entry) {
  const { build } = createRequire(join(codegen, "package.json"))("esbuild");
  const outfile = join(codegen, "node_modules", ".cache", "tapeless", `${basename(entry, ".ts")}.mjs`);
  await build({
    entryPoints: [resolve(entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    alias,
    tsconfigRaw: { compilerOptions: { target: "es2022" } }, // the aliases above, and not the paths of a tsconfig beside it
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) throw new Error("run-typescript: which file?");
const outfile = await bundle(entry);
process.exitCode = run(process.execPath, ["--enable-source-maps", outfile, ...args], { cwd: process.cwd() });
