/** Drops constants that nothing reads. Invariant: only names asked for are dropped, so checks and effects stay. */
import type { TsExpr, TsStmt } from "./tree.js";

function* idsIn(expr: TsExpr): Generator<string> {
  switch (expr.kind) {
    case "Num":
    case "Bool":
    case "Str":
      return;
    case "Id":
      return yield expr.name;
    case "Prefix":
    case "NonNull":
    case "AsConst":
    case "Pure":
      return yield* idsIn(expr.operand);
    case "Binary":
      yield* idsIn(expr.left);
      return yield* idsIn(expr.right);
    case "Conditional":
      for (const part of [expr.test, expr.yes, expr.no]) yield* idsIn(part);
      return;
    case "Apply":
    case "New":
      for (const part of [expr.callee, ...expr.args]) yield* idsIn(part);
      return;
    case "Element":
      yield* idsIn(expr.object);
      return yield* idsIn(expr.index);
    case "Member":
      return yield* idsIn(expr.object);
    case "ObjectOf":
      for (const [, value] of expr.entries) yield* idsIn(value);
      return;
    case "ArrayOf":
      for (const item of expr.items) yield* idsIn(item);
      return;
    case "Template":
      for (const part of expr.parts) if (typeof part !== "string") yield* idsIn(part);
      return;
  }
}

/** Every name that statements mention, but for those that only declare it. */
export function* idsOf(body: readonly TsStmt[]): Generator<string> {
  for (const stmt of body) {
    switch (stmt.kind) {
      case "Declare":
      case "Do":
      case "Return":
      case "Throw":
        yield* idsIn(stmt.value);
        break;
      case "Assign":
        yield* idsIn(stmt.target);
        yield* idsIn(stmt.value);
        break;
      case "Count":
        yield* idsIn(stmt.from);
        yield* idsIn(stmt.to);
        yield* idsOf(stmt.body);
        break;
      case "If":
        yield* idsIn(stmt.test);
        yield* idsOf(stmt.then);
        yield* idsOf(stmt.otherwise);
        break;
      case "While":
        yield* idsIn(stmt.test);
        yield* idsOf(stmt.body);
        break;
      case "Break":
      case "TypeAlias":
      case "Note":
      case "Blank":
        break;
    }
  }
}

/** Without the declarations of those of `names` that no other statement mentions; repeated, for one may need another. */
export function withoutUnusedConstants(body: readonly TsStmt[], names: ReadonlySet<string>): readonly TsStmt[] {
  const used = new Set(idsOf(body));
  const kept = body.filter((stmt) => stmt.kind !== "Declare" || !names.has(stmt.name) || used.has(stmt.name));
  return kept.length === body.length ? body : withoutUnusedConstants(kept, names);
}
