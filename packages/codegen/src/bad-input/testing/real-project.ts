/**
 * A user's project in a temporary folder with the real DSL, and the real command line in it.
 *
 * Invariant: the DSL is a second copy, bundled from its sources, so nothing has to be built first and nothing that works
 * here does so because model and compiler happen to share their modules.
 */
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { type Ran, type RunOptions, runIn } from "../../cli/testing/fake-compiler.js";
import { type UserProject, userProject } from "../../load/testing/user-project.js";
import { compileModule } from "../../pipeline/compile-module.js";

const dslSource = fileURLToPath(new URL("../../../../types/src/index.ts", import.meta.url));

let bundled: string | undefined;

/** The DSL as one file; made once for all tests of a file. */
function dslText(): string {
  bundled ??= buildSync({
    entryPoints: [dslSource],
    bundle: true,
    format: "esm",
    platform: "neutral",
    write: false,
    logLevel: "silent",
  }).outputFiles[0]?.text;
  return bundled ?? "";
}

export interface RealProject extends UserProject {
  /** Runs the command line in the project; words are set apart by spaces. */
  readonly cli: (args: string, options?: RunOptions) => Promise<Ran>;
}

/** A project with files, its `tapeless` the real one. */
export function realProject(files: Readonly<Record<string, string>> = {}): RealProject {
  const project = userProject({ "node_modules/tapeless/index.js": dslText(), ...files });
  return {
    ...project,
    cli: (args, options) =>
      runIn(project.folder, args === "" ? [] : args.split(" "), { compile: compileModule, ...options }),
  };
}
