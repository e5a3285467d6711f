/**
 * Which file is being worked on, for somebody who waits.
 *
 * Invariant: one line that replaces itself and is gone at the end, on standard error, on a terminal only.
 */
import type { Output } from "./io.js";

export interface Progress {
  /** Work begins on file `n` of `of`. */
  readonly at: (file: string, n: number, of: number) => void;
  readonly done: () => void;
}

export const silent: Progress = { at: () => {}, done: () => {} };

const clear = "\r\u001b[2K";

export const progressOn = ({ isTTY = false, write }: Output): Progress =>
  isTTY ? { at: (file, n, of) => void write(`${clear}[${n}/${of}] ${file}`), done: () => void write(clear) } : silent;
