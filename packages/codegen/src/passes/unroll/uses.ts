/** Who mentions which scalar. Invariant: a mention in an index, a loop, a call or a later step counts as many. */
import { type Index, namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import { loopLanguage } from "../../ir/loop/language.js";
import type { LoopNode, Stmt } from "../../ir/loop/nodes.js";

const many = 2;

export type Uses = Map<string, number>;

const add = (uses: Uses, name: string, count: number): void => void uses.set(name, (uses.get(name) ?? 0) + count);

const countIndex = (index: Index, uses: Uses): void => {
  for (const name of namesOf(index)) add(uses, name, many);
};

export function countExpr(expr: ScalarExpr, uses: Uses, each = 1): void {
  for (const node of loopLanguage.walk(expr)) {
    if (node.kind === "Ref") add(uses, node.name, each);
    if (node.kind === "Position") countIndex(node.index, uses);
    if (node.kind === "Load") for (const index of node.index) countIndex(index, uses);
  }
}

/** Everything below a node, each mention as many. What an update adds to does not count: it is no read. */
export function countAll(node: LoopNode, uses: Uses): void {
  for (const each of loopLanguage.walk(node)) {
    if (each.kind === "Ref") add(uses, each.name, many);
    if (each.kind === "Position") countIndex(each.index, uses);
    if (each.kind === "Load") for (const index of each.index) countIndex(index, uses);
    if (each.kind === "Store" || each.kind === "Accumulate") countIndex(each.index, uses);
    if (each.kind === "For") for (const index of [each.from, each.to]) countIndex(index, uses);
    if (each.kind === "BufferArg") countIndex(each.offset, uses);
    if (each.kind === "SizeArg") countIndex(each.value, uses);
    if (each.kind === "RepeatSteps") countIndex(each.length, uses);
    if (each.kind === "WhileSteps" && each.bound !== undefined) countIndex(each.bound, uses);
    if (each.kind === "Reserve") countIndex(each.size, uses);
  }
}

/** The mentions of one statement of a straight-line body. */
export function countStmt(stmt: Stmt, uses: Uses): void {
  switch (stmt.kind) {
    case "Let":
    case "Local":
    case "Update":
      countExpr(stmt.value, uses);
      return;
    case "Store":
    case "Accumulate":
      countIndex(stmt.index, uses);
      countExpr(stmt.value, uses);
      return;
    case "Block":
      for (const below of stmt.body) countStmt(below, uses);
      return;
    case "For":
    case "If":
    case "CallFunction":
      countAll(stmt, uses);
      return;
  }
}
