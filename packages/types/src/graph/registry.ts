/**
 * Which op a name stands for. The op table fills it once, so that graphs need not import the ops that are made of them.
 *
 * Invariant: installed before the first trace, never changed afterwards.
 */
import type { Op } from "./op.js";

let table: Readonly<Record<string, Op>> = {};

/** Makes the ops of the table known. */
export function installOps(ops: Readonly<Record<string, Op>>): void {
  table = ops;
}

/** The op of a name; that it is missing is a bug of whoever made the equation. */
export function opNamed(name: string): Op {
  const op = table[name];
  if (op === undefined) throw new Error(`bug: no op is named '${name}'`);
  return op;
}

export const hasOp = (name: string): boolean => Object.hasOwn(table, name);

export const opNames = (): readonly string[] => Object.keys(table);
