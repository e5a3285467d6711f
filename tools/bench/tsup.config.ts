import { defineConfig } from "tsup";

// File by file, not bundled: a bundler turns the top-level `const`s of modules into `var`s, which V8 does not fold, and
// what is measured shall be the code that one reads.
export default defineConfig({
  entry: ["src/**/*.ts", "!src/**/*.test.ts", "!src/**/*.test-d.ts"],
  bundle: false,
  format: "esm",
  target: "node20.19",
  sourcemap: true,
  clean: true,
  silent: true,
  esbuildOptions: (options) => {
    options.outbase = "src";
  },
});
