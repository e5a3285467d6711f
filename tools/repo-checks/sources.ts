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
    } else if (/\.(ts|mjs|js)$/.test(entry.name) && !entry.name.endsWith(".gen.ts")) {
      yield path;
    }
  }
}

/** Every source of the workspace that people write; generated modules are not among them. */
export function readSources(): readonly Source[] {
  return ["packages", "apps", "tools"]
    .flatMap((group) => [...walk(group)])
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

/** A file of the workspace as text. */
export const readText = (path: string): string => readFileSync(join(root, path), "utf8");
