import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Source } from "./checks.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const skipped = new Set(["node_modules", "dist", "coverage", ".turbo", ".cache"]);

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* walk(path);
    } else if (/\.(ts|mjs|js)$/.test(entry.name)) {
      yield path;
    }
  }
}

// Tables that tools write into the packages themselves are no output of the compiler.
const isToolTable = (path: string): boolean => /^packages\/(types|codegen|runtime)\/.*\.gen\.ts$/.test(path);

/** Every source of the workspace, and the modules that `tapeless build` wrote there. */
export function readSources(): readonly Source[] {
  return ["packages", "apps", "tools"]
    .flatMap((group) => [...walk(group)])
    .filter((path) => !isToolTable(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** A file of the workspace as text. */
export const readText = (path: string): string => readFileSync(join(root, path), "utf8");
