/**
 * A build that is killed while it writes, or that cannot write to the end.
 *
 * Invariant: what stands at the place of the generated file is the old text or the new one, whole.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Inside the package, so that a process of its own finds the package's dependencies. */
const folder = at(`../../node_modules/.tapeless-interrupted-${process.pid}`);
const file = join(folder, "a.gen.ts");
const writer = join(folder, "writer.mjs");

const size = 8_000_000;
const textOf = (letter: string): string => letter.repeat(size);

/** Replaces the file over and over, by the letters of the alphabet; says when it has begun. */
const script = (source: string): string => `
import { replaceFile } from ${JSON.stringify(source)};
for (let i = 1; ; i++) {
  process.stdout.write(".");
  await replaceFile(${JSON.stringify(file)}, String.fromCharCode(97 + (i % 26)).repeat(${size}), "a.gen.ts");
}
`;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, "generated-file.mjs");
  buildSync({
    entryPoints: [at("../cli/generated-file.ts")],
    outfile: source,
    bundle: true,
    format: "esm",
    platform: "node",
    alias: { "@tapeless/types/compiler": at("../../../types/src/compiler.ts") },
    external: ["ts-morph", "atomically"],
    logLevel: "silent",
  });
  writeFileSync(writer, script("./generated-file.mjs"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the writer, kills it without warning some time after it has begun, gives what is in the file then. */
async function killedAfter(milliseconds: number): Promise<string> {
  writeFileSync(file, textOf("a"));
  const child = spawn(process.execPath, [writer], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill("SIGKILL");
  await once(child, "exit");
  return readFileSync(file, "utf8");
}

test.each([0, 1, 2, 3, 5, 8, 13, 21, 34, 55])("killed after %d ms", async (milliseconds) => {
  const text = await killedAfter(milliseconds);
  expect(text.length).toBe(size);
  expect(text === textOf(text.charAt(0))).toBe(true);
});

test("a disk that fails", async () => {
  writeFileSync(file, "good");
  const failing = join(folder, "failing.mjs");
  writeFileSync(
    failing,
    `import fs from "node:fs";
     import { syncBuiltinESMExports } from "node:module";
     const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
     fs.write = (...args) => fs.writev(args[0], [Buffer.from("ha")], () => args.at(-1)(full));
     syncBuiltinESMExports();
     const { replaceFile } = await import("./generated-file.mjs");
     await replaceFile(${JSON.stringify(file)}, "half a file", "a.gen.ts").catch(({ diagnostics: [{ code, message }] }) =>
       console.log(code, message));`,
  );
  const child = spawn(process.execPath, [failing], { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: string[] = [];
  child.stdout.on("data", (chunk) => chunks.push(`${chunk}`));
  await once(child, "close");
  expect(chunks.join("")).toBe("TL0120 cannot be written (ENOSPC)\n");
  expect(readFileSync(file, "utf8")).toBe("good");
});
