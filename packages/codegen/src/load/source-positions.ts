/**
 * From positions in a bundle to places in the user's files.
 *
 * Invariant: only files that the user writes are places; a position in a bundled package has none.
 */
import { dirname, resolve } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Span } from "@tapeless/types/compiler";
import { relativePosix } from "./project.js";

export interface SourcePositions {
  /** The place of a position as V8 reports it: both numbers from 1. Equal positions give the same object. */
  readonly at: (line: number, column: number) => Span | undefined;
  /** The innermost place of the user's on the stack of an error. */
  readonly of: (error: Error) => Span | undefined;
}

/** `bundle` is the file, `url` the same as Node reports it in stacks, `map` its source map. */
export function sourcePositions(bundle: string, url: string, map: string, root: string): SourcePositions {
  const trace = new TraceMap(map);
  const known = new Map<string, Span | undefined>();

  const find = (line: number, column: number): Span | undefined => {
    const place = originalPositionFor(trace, { line, column: column - 1 });
    if (place.source === null) return undefined;
    const file = relativePosix(root, resolve(dirname(bundle), place.source));
    return /(^|\/)node_modules\//.test(file) ? undefined : { file, line: place.line, column: place.column + 1 };
  };

  const at = (line: number, column: number): Span | undefined => {
    const key = `${line}:${column}`;
    if (!known.has(key)) known.set(key, find(line, column));
    return known.get(key);
  };

  const of = ({ stack = "" }: Error): Span | undefined => {
    const parts = stack.split(url).slice(1);
    for (const part of parts) {
      const [, line, column] = /^:(\d+):(\d+)/.exec(part) ?? [];
      const span = at(Number(line), Number(column));
      if (span !== undefined) return span;
    }
    return undefined;
  };

  return { at, of };
}
