import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string): string => fileURLToPath(new URL(`./${path}`, import.meta.url));

const foldersOf = (group: string): readonly string[] =>
  readdirSync(at(group))
    .filter((name) => existsSync(at(`${group}/${name}/package.json`)))
    .map((name) => `${group}/${name}`);

/** Tests run on the sources of the workspace, so nothing has to be built first. */
const sourceOf = (path: string): string => new URL(`./packages/${path}`, import.meta.url).pathname;
const alias = {
  "@tapeless/types/compiler": sourceOf("types/src/compiler.ts"),
  "@tapeless/types": sourceOf("types/src/index.ts"),
  "@tapeless/codegen": sourceOf("codegen/src/index.ts"),
  "@tapeless/runtime": sourceOf("runtime/src/index.ts"),
  "tapeless/runtime": sourceOf("tapeless/src/runtime.ts"),
  tapeless: sourceOf("tapeless/src/index.ts"),
};

/** One project per package; tests sit beside what they test. `*.test-d.ts` are read by the compilers, not run. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ["default", "./tools/scripts/count-reporter.ts"],
    projects: ["packages", "apps", "tools"].flatMap(foldersOf).map((folder) => ({
      resolve: { alias },
      test: {
        name: folder.replace(/^packages\//, ""),
        root: at(folder),
        include: ["**/*.test.ts"],
        exclude: ["**/node_modules/**", "**/dist/**"],
        // Generous, for machines under load: a time limit here only ends what hangs.
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
