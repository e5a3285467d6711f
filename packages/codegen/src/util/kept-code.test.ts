/** Compiled code that is kept: the same exports with it and without, and nothing that can go wrong with it stops a load. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { loadKept } from "./kept-code.js";
import { typescriptFile } from "./ts-morph.js";

const require = createRequire(import.meta.url);
let folder: string;

const file = (): string => join(folder, "a.js");
const kept = (): string => join(folder, "kept");
const keptFiles = (): readonly string[] => (existsSync(kept()) ? readdirSync(kept()) : []);

/** What a process finds that has not loaded the file: whether its code was there, and the exports. */
function loadedAnew(): { readonly wasKept: boolean; readonly exports: unknown; readonly keep: () => void } {
  delete require.cache[file()];
  const keep = loadKept(file(), kept());
  return { wasKept: keep === undefined, exports: require(file()), keep: () => keep?.() };
}

/** The module under test for a process of its own: inside the package, so that it finds the package's dependencies. */
const bundle = fileURLToPath(new URL(`../../node_modules/.tapeless-kept-${process.pid}.mjs`, import.meta.url));

beforeAll(() => {
  buildSync({
    entryPoints: [fileURLToPath(new URL("./kept-code.ts", import.meta.url))],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "silent",
  });
});

afterAll(() => rmSync(bundle));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tapeless-kept-"));
  writeFileSync(file(), `"use strict";\nexports.file = __filename;\nexports.path = require("node:path").sep;\n`);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a process of its own prints, that loads the file and keeps its code. */
function inProcess(): string {
  const script = `import { loadKept } from ${JSON.stringify(pathToFileURL(bundle).href)};
import { createRequire } from "node:module";
const keep = loadKept(${JSON.stringify(file())}, ${JSON.stringify(kept())});
keep?.();
process.stdout.write((keep ? "anew " : "kept ") + JSON.stringify(createRequire(import.meta.url)(${JSON.stringify(file())})));`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
}

test("code is there from the second process on, and means the same; spoilt code is made anew", () => {
  const exports = JSON.stringify({ file: file(), path: sep });
  expect(inProcess()).toBe(`anew ${exports}`);
  expect(inProcess()).toBe(`kept ${exports}`);
  const [name = ""] = keptFiles();
  const good = readFileSync(join(kept(), name));
  for (const bad of [good.subarray(0, good.length >> 1), Buffer.alloc(good.length, 7), Buffer.alloc(0)]) {
    writeFileSync(join(kept(), name), bad);
    expect(inProcess()).toBe(`anew ${exports}`);
    expect(inProcess()).toBe(`kept ${exports}`);
  }
});

test("whoever requires the file gets the module that was loaded", () => {
  const { exports } = loadedAnew();
  writeFileSync(join(folder, "b.js"), `module.exports = require("./a");`);
  expect(require(join(folder, "b.js"))).toBe(exports);
});

test("of a file that was changed nothing old is taken", () => {
  loadedAnew().keep();
  writeFileSync(file(), `exports.file = "another";`);
  const changed = loadedAnew();
  expect(changed.wasKept).toBe(false);
  expect(changed.exports).toEqual({ file: "another" });
});

test("a folder that cannot be made keeps nothing", () => {
  writeFileSync(kept(), "a file");
  const { keep, exports } = loadedAnew();
  expect(keep).not.toThrow();
  expect(exports).toHaveProperty("file", file());
  expect(loadedAnew().wasKept).toBe(false);
});

test("an error names the line of the file", () => {
  writeFileSync(file(), "\n\nthrow new Error('here');");
  expect(() => loadKept(file(), kept())).toThrow(
    expect.objectContaining({ stack: expect.stringContaining("a.js:3:") }),
  );
});

test("TypeScript lies where it is looked for", () => expect(existsSync(typescriptFile())).toBe(true));
