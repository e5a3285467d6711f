/**
 * A file of CommonJS whose compiled code is kept from process to process, as Node does of all files from version 22.1 on.
 *
 * Invariant: this only saves time. Code that is not there, of another user, spoilt, or made by another V8 or of another file is
 * made anew, and a folder that cannot be written keeps nothing.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";

type Loaded = (exports: unknown, require: NodeJS.Require, module: NodeJS.Module, file: string, folder: string) => void;

/** The tag stands for V8, its flags and the processor; who changes the file changes its size or its time. */
function placeOf(file: string, folder: string): string {
  const { size, mtimeMs } = statSync(file);
  return join(folder, `${basename(file)}-${size}-${Math.trunc(mtimeMs)}-${cachedDataVersionTag()}`);
}

const hashOf = (code: Buffer): Buffer => createHash("sha256").update(code).digest();
const hashLength = 32;

/** V8 runs what it is given: only what this user has written is taken, and only whole. */
function keptAt(place: string): Buffer | undefined {
  try {
    if (statSync(place).uid !== (process.getuid?.() ?? 0)) return undefined;
    const bytes = readFileSync(place);
    const code = bytes.subarray(hashLength);
    return hashOf(code).equals(bytes.subarray(0, hashLength)) ? code : undefined;
  } catch {
    return undefined;
  }
}

function keep(place: string, script: Script): void {
  const part = `${place}.${process.pid}`;
  try {
    const code = script.createCachedData();
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(part, Buffer.concat([hashOf(code), code]), { mode: 0o600 });
    renameSync(part, place); // whole or not at all
  } catch {
    // Nothing is lost but time.
  }
}

/**
 * Loads `file` for all who require it from now on. Gives what keeps its code in `folder`, where that is not there yet: to be
 * called late, when the functions that a process needs are compiled.
 */
export function loadKept(file: string, folder: string): (() => void) | undefined {
  const require = createRequire(file);
  const place = placeOf(file, folder);
  const cachedData = keptAt(place);
  const text = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, "utf8")}\n})`;
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  const module = new Module(file);
  module.filename = file;
  require.cache[file] = module;
  (script.runInThisContext() as Loaded)(module.exports, require, module, file, dirname(file)); // the text is such a function
  module.loaded = true;
  return cachedData === undefined || script.cachedDataRejected === true ? () => keep(place, script) : undefined;
}
