/** How functions are named on the command line: `src/digits.model.ts#loss`, or a file for all that it exports. */

export interface Target {
  /** A file, a folder or a glob. */
  readonly pattern: string;
  /** The export; none: all. */
  readonly name?: string;
}

/** True for `file#export`; a `#` elsewhere belongs to the path. */
export const namesExport = (text: string): boolean => /\.model\.m?ts#/.test(text);

export function parseTarget(text: string): Target {
  const at = namesExport(text) ? text.lastIndexOf("#") : -1;
  return at < 0 ? { pattern: text } : { pattern: text.slice(0, at), name: text.slice(at + 1) };
}
