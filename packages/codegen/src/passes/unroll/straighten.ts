/**
 * Scalar replacement in a straight-line body: memory that is only touched at constant indices becomes scalars.
 *
 * One walk over the statements with the value that each cell has at that point. Invariant: every value is computed from
 * the same operands in the same order as before; loads of inputs come no later than they did, stores of outputs no
 * earlier, so memory that an output takes over from a donated input is still read before it is written.
 */
import type { DType, ScalarExpr } from "@tapeless/types/compiler";
import { bind, combined, constant, load, ref, store } from "../../ir/loop/build.js";
import type { Space, Stmt } from "../../ir/loop/nodes.js";
import type { Cells } from "./cells.js";
import type { Fresh } from "./fresh.js";
import { simplify, sumFromZero } from "./rules.js";
import { inIndex, inStmt, nothing, type Substitution, withScalar } from "./substitute.js";

export interface StraightenContext {
  readonly cells: Cells;
  readonly spaces: ReadonlyMap<string, Space>;
  /** Constant sizes of buffers, where they are constant. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Arena buffers that nobody reads later: their last values need not be stored. */
  readonly dead: ReadonlySet<string>;
  readonly fresh: Fresh;
}

interface Cell {
  readonly buffer: string;
  readonly index: number;
  readonly value: ScalarExpr;
}

/** What is known at a point of the walk. Values are atoms: names or constants. */
interface State {
  readonly context: StraightenContext;
  readonly out: Stmt[];
  readonly comments: Set<string>;
  readonly values: Map<string, ScalarExpr>;
  /** Cells with a value that memory does not have yet, in the order of their last stores. */
  readonly unsaved: Map<string, Cell>;
  /** The atoms of lets and of locals so far. */
  substitution: Substitution;
}

export interface Straightened {
  readonly body: readonly Stmt[];
  /** Names of the body, as later steps must call them. */
  readonly after: Substitution;
  /** The value that a cell has at the end. */
  readonly valueOf: (buffer: string, index: number) => ScalarExpr | undefined;
}

const keyOf = (buffer: string, index: number): string => `${buffer}[${index}]`;

/** `x` of one element is `x`, element 3 of a longer one is `x3`, of one called `x1` it is `x1_3`. */
function hintOf(buffer: string, index: number, state: State): string {
  if (state.context.sizes.get(buffer) === 1) return buffer;
  return `${buffer}${/\d$/.test(buffer) ? "_" : ""}${index}`;
}

/** A name for a value, unless it is an atom already. */
function atomOf(value: ScalarExpr, hint: string, state: State): ScalarExpr {
  if (value.kind === "Const" || value.kind === "Ref") return value;
  const name = state.context.fresh.take(hint);
  state.out.push(bind(name, value));
  return ref(name, value.dtype);
}

/** Can an element be read although the program would read it only on one branch? */
function isInBounds(buffer: string, index: number, state: State): boolean {
  const size = state.context.sizes.get(buffer);
  return size !== undefined && index >= 0 && index < size;
}

function readCell(buffer: string, index: number, dtype: DType, state: State, hint?: string): ScalarExpr {
  const key = keyOf(buffer, index);
  const known = state.values.get(key);
  if (known !== undefined) return known;
  const atom = atomOf(load(buffer, index, dtype), hint ?? hintOf(buffer, index, state), state);
  state.values.set(key, atom);
  return atom;
}

function rewriteLoad(
  expr: Extract<ScalarExpr, { kind: "Load" }>,
  state: State,
  lazy: boolean,
  hint?: string,
): ScalarExpr {
  const index = inIndex(expr.index[0] ?? 0, state.substitution);
  const { buffer, dtype } = expr;
  const held = state.context.cells.buffers.has(buffer) || state.context.spaces.get(buffer) === "input";
  if (typeof index === "number" && held && (!lazy || isInBounds(buffer, index, state)))
    return readCell(buffer, index, dtype, state, hint);
  return { ...expr, index: [index] };
}

function rewrite(expr: ScalarExpr, state: State, lazy = false, hint?: string): ScalarExpr {
  switch (expr.kind) {
    case "Const":
      return expr;
    case "Position": {
      const index = inIndex(expr.index, state.substitution);
      return typeof index === "number" ? constant(index, "i32") : { ...expr, index };
    }
    case "Ref":
      return state.substitution.scalars.get(expr.name) ?? expr;
    case "Load":
      return rewriteLoad(expr, state, lazy, hint);
    case "Call": {
      const branches = expr.fn === "select";
      const args = expr.args.map((arg, i) => rewrite(arg, state, lazy || (branches && i > 0)));
      return simplify({ ...expr, args });
    }
  }
}

/** The value after `held = combine(held, value)`. */
function joined(held: ScalarExpr, stmt: Extract<Stmt, { kind: "Update" | "Accumulate" }>, state: State): ScalarExpr {
  if (stmt.combine === "set") return rewrite(stmt.value, state);
  return simplify(combined(stmt.combine, held, rewrite(stmt.value, state)), [sumFromZero]);
}

function setCell(buffer: string, index: number, value: ScalarExpr, state: State): void {
  const key = keyOf(buffer, index);
  const atom = atomOf(value, hintOf(buffer, index, state), state);
  state.values.set(key, atom);
  state.unsaved.delete(key); // to the end of the order
  state.unsaved.set(key, { buffer, index, value: atom });
}

function write(stmt: Extract<Stmt, { kind: "Store" | "Accumulate" }>, state: State): void {
  const { buffer, index } = stmt;
  if (!state.context.cells.buffers.has(buffer) || typeof index !== "number") {
    const target = inIndex(index, state.substitution);
    state.out.push({ ...stmt, index: target, value: rewrite(stmt.value, state) });
    return;
  }
  if (stmt.kind === "Store") {
    setCell(buffer, index, rewrite(stmt.value, state), state);
    return;
  }
  const held = readCell(buffer, index, stmt.value.dtype, state);
  setCell(buffer, index, joined(held, stmt, state), state);
}

function setScalar(name: string, atom: ScalarExpr, state: State): void {
  state.substitution = withScalar(state.substitution, name, atom);
}

function visit(stmt: Stmt, state: State): void {
  switch (stmt.kind) {
    case "Let":
      setScalar(stmt.name, atomOf(rewrite(stmt.value, state, false, stmt.name), stmt.name, state), state);
      return;
    case "Local":
      if (state.context.cells.locals.has(stmt.name)) {
        setScalar(stmt.name, atomOf(rewrite(stmt.value, state), stmt.name, state), state);
      } else state.out.push({ ...stmt, value: rewrite(stmt.value, state) });
      return;
    case "Update": {
      if (!state.context.cells.locals.has(stmt.name)) {
        state.out.push({ ...stmt, value: rewrite(stmt.value, state) });
        return;
      }
      const held = state.substitution.scalars.get(stmt.name) ?? ref(stmt.name, stmt.value.dtype);
      setScalar(stmt.name, atomOf(joined(held, stmt, state), stmt.name, state), state);
      return;
    }
    case "Store":
    case "Accumulate":
      write(stmt, state);
      return;
    case "Block":
      if (stmt.comment !== "") state.comments.add(stmt.comment);
      for (const below of stmt.body) visit(below, state);
      return;
    case "For":
    case "If":
    case "CallFunction":
      state.out.push(inStmt(stmt, state.substitution));
      return;
  }
}

const saved = (cells: Iterable<Cell>, dead: ReadonlySet<string>): readonly Stmt[] =>
  [...cells].filter(({ buffer }) => !dead.has(buffer)).map(({ buffer, index, value }) => store(buffer, index, value));

/** The body with its cells in scalars; their last values are stored at the end, under one comment for all. */
export function straighten(body: readonly Stmt[], context: StraightenContext): Straightened {
  const state: State = {
    context,
    out: [],
    comments: new Set(),
    values: new Map(),
    unsaved: new Map(),
    substitution: nothing,
  };
  for (const stmt of body) visit(stmt, state);
  const stmts = [...state.out, ...saved(state.unsaved.values(), context.dead)];
  const comment = [...state.comments].join("\n");
  return {
    body: comment === "" ? stmts : [{ kind: "Block", comment, body: stmts }],
    after: state.substitution,
    valueOf: (buffer, index) => state.values.get(keyOf(buffer, index)),
  };
}
