/**
 * Which memory of a straight-line body can live in scalars.
 *
 * Invariant: a cell buffer is touched in the body at constant indices only, and in none of its loops and calls, so each
 * of its elements has one known value at each point of the body.
 */
import { loopLanguage } from "../../ir/loop/language.js";
import type { LoopNode, LoopProgram, Space, Stmt } from "../../ir/loop/nodes.js";

export interface Cells {
  readonly buffers: ReadonlySet<string>;
  /** Locals that no loop updates. */
  readonly locals: ReadonlySet<string>;
}

/** Every buffer that a node mentions, at each mention. */
export function* buffersIn(node: LoopNode): Generator<string> {
  for (const each of loopLanguage.walk(node)) {
    if (each.kind === "Load" || each.kind === "Store" || each.kind === "Accumulate" || each.kind === "BufferArg")
      yield each.buffer;
  }
}

/** Buffers touched at an index that is not constant. */
function* movingBuffers(stmt: Stmt): Generator<string> {
  for (const node of loopLanguage.walk(stmt)) {
    if (node.kind === "Load" && typeof node.index[0] !== "number") yield node.buffer;
    if ((node.kind === "Store" || node.kind === "Accumulate") && typeof node.index !== "number") yield node.buffer;
  }
}

const flat = (body: readonly Stmt[]): readonly Stmt[] =>
  body.flatMap((stmt) => (stmt.kind === "Block" ? flat(stmt.body) : [stmt]));

const isStraight = (stmt: Stmt): boolean => stmt.kind !== "For" && stmt.kind !== "If" && stmt.kind !== "CallFunction";

export function findCells(body: readonly Stmt[], spaces: ReadonlyMap<string, Space>): Cells {
  const stmts = flat(body);
  const buffers = new Set(
    [...spaces].filter(([, space]) => space === "arena" || space === "output").map(([name]) => name),
  );
  const locals = new Set(stmts.filter((stmt) => stmt.kind === "Local").map((stmt) => stmt.name));
  for (const stmt of stmts) {
    for (const name of isStraight(stmt) ? movingBuffers(stmt) : buffersIn(stmt)) buffers.delete(name);
    if (isStraight(stmt)) continue;
    for (const node of loopLanguage.walk(stmt)) if (node.kind === "Update") locals.delete(node.name);
  }
  return { buffers, locals };
}

/** Arena buffers that one top-level step alone mentions: their memory is dead after it. */
export function privateTo(step: LoopNode, program: LoopProgram): ReadonlySet<string> {
  const elsewhere = new Set(program.steps.filter((other) => other !== step).flatMap((other) => [...buffersIn(other)]));
  return new Set(
    program.buffers.filter(({ name, space }) => space === "arena" && !elsewhere.has(name)).map(({ name }) => name),
  );
}
