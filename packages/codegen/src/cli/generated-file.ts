/**
 * The generated file on disk: what became of it, and how it is replaced.
 *
 * Invariant: a file is replaced at once or not at all, and one that tapeless did not write is never replaced.
 */
import { readFileSync } from "node:fs";
import { writeFile } from "atomically";
import { loadError } from "../diagnostics/codes.js";
import { DiagnosticError } from "../diagnostics/diagnostic.js";
import { inspectModule } from "../emit/ts/index.js";

/** How a file on disk relates to what would be written now. */
export type FileState = "unchanged" | "missing" | "stale" | "edited" | "foreign";

/** What the header of a generated file ends with; it is still there in one with the marks of a merge conflict. */
const seal = /sha256:[0-9a-f]{16}$/m;

/** Line breaks as tapeless writes them; git may have changed them. */
const plain = (text: string): string => text.replaceAll("\r\n", "\n");

/** Compares what is there with what would be written. */
export function stateOf(existing: string | undefined, fresh: string): FileState {
  if (existing === undefined) return "missing";
  const text = plain(existing);
  if (text === fresh) return "unchanged";
  if (text.trim() === "" || inspectModule(text) === "intact") return "stale";
  return seal.test(text) ? "edited" : "foreign";
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? `${error.code}` : `${error}`);

/** The text of a file, or nothing where there is none. `name` is for the error. */
export function readExisting(path: string, name: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new DiagnosticError([loadError("unwritable", { problem: codeOf(error) }, { file: name })]);
  }
}

/** Writes to a file beside it and renames that. `name` is for the error. */
export async function replaceFile(path: string, text: string, name: string): Promise<void> {
  try {
    await writeFile(path, text, { timeout: 1000 });
  } catch (error) {
    throw new DiagnosticError([loadError("unwritable", { problem: codeOf(error) }, { file: name })]);
  }
}
