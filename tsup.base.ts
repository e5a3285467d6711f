import type { Options } from "tsup";

/** How every published package is built: ES modules, one declaration file per entry, nothing bundled from other packages. */
export function library(entry: Record<string, string>): Options {
  return {
    entry,
    format: "esm",
    target: "node20.19",
    platform: "neutral",
    // tsup still passes `baseUrl` to the compiler, which TypeScript 6 deprecates.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
    sourcemap: true,
    clean: true,
    silent: true,
    treeshake: false,
    splitting: true,
  };
}
