/**
 * A user's project in a temporary folder, with a small DSL of the name `tapeless`: it brands functions and records where
 * ops are called, as the real one does, so that loading is tested without it.
 *
 * Invariant: nothing in the folder leads back to the workspace, and nothing of it is left at the end.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface UserProject {
  readonly folder: string;
  readonly path: (file: string) => string;
  readonly write: (file: string, text: string) => string;
  readonly read: (file: string) => string;
  /** All files but those of packages, sorted. */
  readonly files: () => readonly string[];
  readonly remove: () => void;
}

const dsl = `
class ShapeError extends Error {
  constructor(code, message) { super(message); this.name = "ShapeError"; this.code = code; }
}
const record = [];
const op = (name) => function (...args) {
  const span = globalThis[Symbol.for("tapeless.spanCapture")]?.();
  record.at(-1)?.push({ op: name, span });
  return { op: name };
};
export const relu = op("relu"), add = op("add"), matmul = op("matmul");
export const twice = () => globalThis[Symbol.for("tapeless.warn")]?.({
  code: "TL0295", message: "twice: the same key", span: globalThis[Symbol.for("tapeless.spanCapture")]?.(),
});
export const square = (x) => add(x, x);
export const deep = (n, x, f) => (n === 0 ? f(x) : deep(n - 1, x, f));
export const concat = () => { throw new ShapeError("TL0203", "concat: sizes 4 and 5 differ outside axis 1"); };
export const broken = () => undefined.shape;
export const fn = (input, body) => {
  record.push([]);
  body(input);
  return Object.assign(() => ({}), { [Symbol.for("tapeless.fn")]: true, ops: record.pop() });
};
`;

export function userProject(files: Readonly<Record<string, string>> = {}): UserProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tapeless-project-")));
  const path = (file: string): string => join(folder, file);
  const write = (file: string, text: string): string => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), text);
    return path(file);
  };
  write("package.json", '{ "name": "app", "private": true }');
  write("node_modules/tapeless/package.json", '{ "name": "tapeless", "type": "module", "exports": "./index.js" }');
  write("node_modules/tapeless/index.js", dsl);
  for (const [file, text] of Object.entries(files)) write(file, text);
  return {
    folder,
    path,
    write,
    read: (file) => readFileSync(path(file), "utf8"),
    files: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .filter((file) => !/^node_modules\/tapeless\//.test(file))
        .sort(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
