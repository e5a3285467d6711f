/** A library is installed once, and absent where that fails. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Install, installed, peers } from "./peers.js";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "tapeless-peers-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Writes what npm would, of this version. */
const writes =
  (version: string, calls: (readonly string[])[]): Install =>
  (folder, packages) => {
    calls.push(packages);
    mkdirSync(join(folder, "node_modules", "lib"), { recursive: true });
    writeFileSync(join(folder, "node_modules", "lib", "package.json"), JSON.stringify({ version }));
    return undefined;
  };

test("it is installed once, of the version that is asked for", () => {
  const calls: (readonly string[])[] = [];
  const find = (version: string) => installed("lib", { lib: version }, writes(version, calls), base);
  expect(find("1.0.0")).toEqual({ folder: join(base, "lib") });
  expect(find("1.0.0")).toEqual({ folder: join(base, "lib") });
  expect(find("1.0.1")).toEqual({ folder: join(base, "lib") });
  expect(calls).toEqual([["lib@1.0.0"], ["lib@1.0.1"]]);
});

test("where npm fails it is absent, with what npm said", () => {
  expect(installed("lib", { lib: "1.0.0" }, () => "npm error 404", base)).toEqual({ absent: "npm error 404" });
  expect(installed("lib", { lib: "2.0.0" }, writes("1.0.0", []), base)).toEqual({
    absent: "npm installed another version",
  });
});

test("versions are exact", () => {
  for (const version of Object.values(peers).flatMap((each) => Object.values(each)))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
