/**
 * Runs a bundle: writes it where packages resolve as for the model, imports it, removes it.
 *
 * Invariant: nothing is left behind, whether the model loads or not; no two runs share a name, so Node's cache of modules
 * never hands out an older build.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadError } from "../diagnostics/codes.js";
import { DiagnosticError } from "../diagnostics/diagnostic.js";
import type { Project } from "./project.js";

/** The file of a run that is about to begin, and its address in stacks. */
export interface Scratch {
  readonly file: string;
  readonly url: string;
}

export function scratchOf({ file, modules }: Project): Scratch {
  const stem = basename(file).replace(/\.[^.]*$/, "");
  const path = join(modules, ".tapeless", `${stem}-${randomUUID()}.mjs`);
  return { file: path, url: pathToFileURL(path).href };
}

const problemOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? `${error.code}` : `${error}`;

/** The exports of the module whose code is `code`. What it throws comes out unchanged. */
export async function runBundle(scratch: Scratch, code: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    write(scratch.file, code);
    return await import(scratch.url);
  } finally {
    remove(scratch.file);
  }
}

function write(file: string, code: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  } catch (error) {
    throw new DiagnosticError([loadError("noScratch", { problem: problemOf(error) }, { file: dirname(file) })]);
  }
}

/** Removes the file, and the folders around it that are empty then; one that was made for it is. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
    rmdirSync(dirname(file));
    rmdirSync(dirname(dirname(file)));
  } catch {
    // Another run's file is there, or packages are; or nothing could be written.
  }
}
