/**
 * ts-morph for those who read and write TypeScript.
 *
 * Invariant: it is required, not imported. Of a CommonJS package that is imported Node looks for the names of its exports
 * first, in this one through ten megabytes of TypeScript, which takes as long as to load it. It is required by whoever needs it
 * first, so that who loads a model can let its bundler, another process, begin before.
 */
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadKept } from "./kept-code.js";

type TsMorph = typeof import("ts-morph");

const require = createRequire(import.meta.url);
let loaded: TsMorph | undefined;

export function tsMorph(): TsMorph {
  loaded ??= load();
  return loaded;
}

/** The file in which ts-morph has TypeScript. */
export const typescriptFile = (): string =>
  join(dirname(createRequire(require.resolve("ts-morph")).resolve("@ts-morph/common")), "typescript.js");

/**
 * Compiling TypeScript takes longer than all else of a small build. Its code is kept in Node's folder for compiled code by Node, if that
 * is a version that can, or else by us.
 */
function load(): TsMorph {
  const folder = process.env.NODE_COMPILE_CACHE;
  if (folder !== undefined && !("enableCompileCache" in module) && existsSync(typescriptFile())) {
    const keep = loadKept(typescriptFile(), folder);
    if (keep !== undefined) process.once("exit", keep);
  }
  return require("ts-morph") as TsMorph; // what the package exports is what its declarations say
}
