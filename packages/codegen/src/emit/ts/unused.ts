/** Drops constants that nothing reads. Invariant: only names asked for are dropped, so checks and effects stay. */
import type { TsExpr, TsStmt } from "./tree.js";

function addIdsIn(expr: TsExpr, found: Set<string>): void {
  const look = (each: TsExpr): void => addIdsIn(each, found);
  switch (expr.kind) {
    case "Num":
    case "Bool":
    case "Str":
      return;
    case "Id":
      found.add(expr.name);
      return;
    case "Prefix":
    case "NonNull":
    case "AsConst":
    case "Pure":
      look(expr.operand);
      return;
    case "Binary":
      look(expr.left);
      look(expr.right);
      return;
    case "Conditional":
      [expr.test, expr.yes, expr.no].forEach(look);
      return;
    case "Apply":
    case "New":
      look(expr.callee);
      expr.args.forEach(look);
      return;
    case "Element":
      look(expr.object);
      look(expr.index);
      return;
    case "Member":
      look(expr.object);
      return;
    case "ObjectOf":
      for (const [, value] of expr.entries) look(value);
      return;
    case "ArrayOf":
      expr.items.forEach(look);
      return;
    case "Template":
      for (const part of expr.parts) if (typeof part !== "string") look(part);
      return;
  }
}

function addIdsOf(body: readonly TsStmt[], found: Set<string>): void {
  for (const stmt of body) {
    switch (stmt.kind) {
      case "Declare":
      case "Do":
      case "Return":
      case "Throw":
        addIdsIn(stmt.value, found);
        break;
      case "Assign":
        addIdsIn(stmt.target, found);
        addIdsIn(stmt.value, found);
        break;
      case "Count":
        addIdsIn(stmt.from, found);
        addIdsIn(stmt.to, found);
        addIdsOf(stmt.body, found);
        break;
      case "If":
        addIdsIn(stmt.test, found);
        addIdsOf(stmt.then, found);
        addIdsOf(stmt.otherwise, found);
        break;
      case "While":
        addIdsIn(stmt.test, found);
        addIdsOf(stmt.body, found);
        break;
      case "Break":
      case "TypeAlias":
      case "Note":
      case "Blank":
        break;
    }
  }
}

/** Every name that statements mention, but for those that only declare it. */
export function idsOf(body: readonly TsStmt[]): ReadonlySet<string> {
  const found = new Set<string>();
  addIdsOf(body, found);
  return found;
}

/** Without the declarations of those of `names` that no other statement mentions; repeated, for one may need another. */
export function withoutUnusedConstants(body: readonly TsStmt[], names: ReadonlySet<string>): readonly TsStmt[] {
  const used = idsOf(body);
  const kept = body.filter((stmt) => stmt.kind !== "Declare" || !names.has(stmt.name) || used.has(stmt.name));
  return kept.length === body.length ? body : withoutUnusedConstants(kept, names);
}
