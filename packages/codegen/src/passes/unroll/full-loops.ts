/**
 * Loops marked `unroll: "full"` written out, copy by copy, with the index replaced by its value.
 *
 * Invariant: the statements run in the same order on the same operands; names declared in a copy are fresh; a `let` of a
 * constant is that constant.
 */
import { namedSize, showSize } from "@tapeless/types/compiler";
import { LoopBug } from "../../ir/loop/bug.js";
import { ref } from "../../ir/loop/build.js";
import { loopLanguage } from "../../ir/loop/language.js";
import type { For, Stmt } from "../../ir/loop/nodes.js";
import type { Fresh } from "./fresh.js";
import { simplifyAll } from "./rules.js";
import { inExpr, inIndex, inStmt, type Substitution, withIndex, withScalar } from "./substitute.js";

export interface Unrolled {
  readonly body: readonly Stmt[];
  /** Names that the statements after this body must use for those it declared. */
  readonly after: Substitution;
}

function bounds(stmt: For): readonly [from: number, to: number] {
  const { from, to } = stmt;
  if (typeof from === "number" && typeof to === "number") return [from, to];
  throw new LoopBug(
    "unroll",
    loopLanguage.print(stmt),
    `bounds known at build time, not ${showSize(from)} … ${showSize(to)}`,
  );
}

function unrollFor(stmt: For, substitution: Substitution, fresh: Fresh): readonly Stmt[] {
  const [from, to] = [inIndex(stmt.from, substitution), inIndex(stmt.to, substitution)];
  if (stmt.unroll === "none") {
    const index = fresh.take(stmt.index);
    const inner = withIndex(substitution, stmt.index, namedSize(index));
    return [{ ...stmt, index, from, to, body: unrollBody(stmt.body, inner, fresh).body }];
  }
  const [first, end] = bounds({ ...stmt, from, to });
  const copies: Stmt[] = [];
  for (let i = first; i < end; i += stmt.step)
    copies.push(...unrollBody(stmt.body, withIndex(substitution, stmt.index, i), fresh).body);
  return copies;
}

function simplified(stmt: Stmt): Stmt {
  return "value" in stmt ? { ...stmt, value: simplifyAll(stmt.value) } : stmt;
}

/** Statements with all full loops written out and all declared names fresh. */
export function unrollBody(body: readonly Stmt[], substitution: Substitution, fresh: Fresh): Unrolled {
  let after = substitution;
  const unrolled: Stmt[] = [];
  for (const stmt of body) {
    switch (stmt.kind) {
      case "For":
        unrolled.push(...unrollFor(stmt, after, fresh));
        break;
      case "Let":
      case "Local": {
        const replaced = simplified(inStmt(stmt, after));
        if (replaced.kind === "Let" && replaced.value.kind === "Const") {
          after = withScalar(after, stmt.name, replaced.value);
          break;
        }
        const name = fresh.take(stmt.name);
        after = withScalar(after, stmt.name, ref(name, stmt.dtype));
        unrolled.push({ ...replaced, name } as Stmt); // the same kind, with another name
        break;
      }
      case "Block": {
        const inner = unrollBody(stmt.body, after, fresh);
        after = inner.after;
        if (inner.body.length > 0) unrolled.push({ ...stmt, body: inner.body });
        break;
      }
      case "If": {
        const condition = simplifyAll(inExpr(stmt.condition, after));
        const [body, otherwise] = [unrollBody(stmt.body, after, fresh), unrollBody(stmt.otherwise, after, fresh)];
        unrolled.push({ ...stmt, condition, body: body.body, otherwise: otherwise.body });
        break;
      }
      case "Update":
      case "Store":
      case "Accumulate":
      case "CallFunction":
        unrolled.push(simplified(inStmt(stmt, after)));
        break;
    }
  }
  return { body: unrolled, after };
}
