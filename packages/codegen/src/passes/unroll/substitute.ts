/**
 * Names replaced in LoopIR: loop indices by sizes, scalars by other scalars or constants.
 *
 * Invariant: all names are replaced at once, so a replacement may mention a name that is itself replaced elsewhere.
 */
import { type Index, namedSize, namesOf, type ScalarExpr, type Size, substituteSize } from "@tapeless/types/compiler";
import { constant } from "../../ir/loop/build.js";
import type { Arg, Stmt } from "../../ir/loop/nodes.js";

export interface Substitution {
  /** What names stand for in indices. */
  readonly indices: Readonly<Record<string, Size>>;
  /** What names of scalars stand for: a name or a constant. */
  readonly scalars: ReadonlyMap<string, ScalarExpr>;
}

export const nothing: Substitution = { indices: {}, scalars: new Map() };

/** `name` stands for `atom`, in expressions and in indices. */
export function withScalar(substitution: Substitution, name: string, atom: ScalarExpr): Substitution {
  const scalars = new Map(substitution.scalars).set(name, atom);
  const size =
    atom.kind === "Ref"
      ? namedSize(atom.name)
      : atom.kind === "Const" && Number.isInteger(atom.value)
        ? atom.value
        : undefined;
  return { scalars, indices: size === undefined ? substitution.indices : { ...substitution.indices, [name]: size } };
}

export const withIndex = (substitution: Substitution, name: string, size: Size): Substitution => ({
  ...substitution,
  indices: { ...substitution.indices, [name]: size },
});

export const inIndex = (index: Index, { indices }: Substitution): Index =>
  namesOf(index).some((name) => Object.hasOwn(indices, name)) ? substituteSize(index, indices) : index;

export function inExpr(expr: ScalarExpr, substitution: Substitution): ScalarExpr {
  switch (expr.kind) {
    case "Const":
      return expr;
    case "Ref":
      return substitution.scalars.get(expr.name) ?? expr;
    case "Position": {
      const index = inIndex(expr.index, substitution);
      return typeof index === "number" ? constant(index, "i32") : { ...expr, index };
    }
    case "Load":
      return { ...expr, index: expr.index.map((index) => inIndex(index, substitution)) };
    case "Call":
      return { ...expr, args: expr.args.map((arg) => inExpr(arg, substitution)) };
  }
}

export function inArg(arg: Arg, substitution: Substitution): Arg {
  switch (arg.kind) {
    case "BufferArg":
      return { ...arg, offset: inIndex(arg.offset, substitution) };
    case "SizeArg":
      return { ...arg, value: inIndex(arg.value, substitution) };
    case "ScalarArg":
      return { ...arg, value: inExpr(arg.value, substitution) };
  }
}

/** What a substituted name is called now; only names stand where something is assigned. */
export function renamed(name: string, { scalars }: Substitution): string {
  const to = scalars.get(name);
  return to?.kind === "Ref" ? to.name : name;
}

/** Uses are replaced; declared names keep theirs unless they are renamed too. */
export function inStmt(stmt: Stmt, substitution: Substitution): Stmt {
  switch (stmt.kind) {
    case "For": {
      const [from, to] = [inIndex(stmt.from, substitution), inIndex(stmt.to, substitution)];
      const named = inIndex(namedSize(stmt.index), substitution);
      const index = namesOf(named)[0] ?? stmt.index;
      return { ...stmt, index, from, to, body: stmt.body.map((below) => inStmt(below, substitution)) };
    }
    case "If": {
      const within = (branch: readonly Stmt[]): readonly Stmt[] => branch.map((below) => inStmt(below, substitution));
      const condition = inExpr(stmt.condition, substitution);
      return { ...stmt, condition, body: within(stmt.body), otherwise: within(stmt.otherwise) };
    }
    case "Let":
    case "Local":
    case "Update":
      return { ...stmt, name: renamed(stmt.name, substitution), value: inExpr(stmt.value, substitution) };
    case "Store":
    case "Accumulate":
      return { ...stmt, index: inIndex(stmt.index, substitution), value: inExpr(stmt.value, substitution) };
    case "Block":
      return { ...stmt, body: stmt.body.map((below) => inStmt(below, substitution)) };
    case "CallFunction":
      return { ...stmt, args: stmt.args.map((arg) => inArg(arg, substitution)) };
  }
}
