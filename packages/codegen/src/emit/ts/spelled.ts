/**
 * Which scalar functions a kernel spells out where it would call them: in loops with more of them than V8 inlines. A call
 * that it does not inline gives its result in an object, and what is in registers around it is stored and loaded again.
 *
 * Invariant: the same operations on the same operands, so the same bits; what only a branch of a choice calls stays a call.
 */
import { bytecodeOf, functions, inlinedAtMost, isFunction, scalarFunction, showSize } from "@tapeless/types/compiler";
import { type LoopNode, loopLanguage, type Stmt } from "../../ir/loop/index.js";
import { asNumber, translateScalar } from "./from-scalar.js";
import { nothingHoisted, type Spell, type TsScope } from "./scope.js";
import { declare, id, num, type TsExpr, type TsStmt } from "./tree.js";

const bytesIn = (node: LoopNode): number =>
  [...loopLanguage.walk(node)].reduce((sum, each) => sum + (each.kind === "Call" ? bytecodeOf(each.fn) : 0), 0);

/** The loop for what another one, which takes several steps at once, leaves: V8 sees that it runs seldom. */
const isRemainder = (stmt: Stmt, before: Stmt | undefined): boolean =>
  stmt.kind === "For" &&
  before?.kind === "For" &&
  before.step > stmt.step &&
  showSize(before.to) === showSize(stmt.from);

function bytesCalled(body: readonly Stmt[]): number {
  return body.reduce((sum, stmt, k) => {
    if (isRemainder(stmt, body[k - 1])) return sum;
    if (stmt.kind === "If") return sum + bytesCalled(stmt.body) + bytesCalled(stmt.otherwise);
    return sum + (stmt.kind === "For" || stmt.kind === "Block" ? bytesCalled(stmt.body) : bytesIn(stmt));
  }, 0);
}

/** Does a kernel call more than V8 inlines? */
export const isCrowded = (body: readonly Stmt[]): boolean => bytesCalled(body) > inlinedAtMost;

/** What spells out the calls of a statement: the operands and named values go to `before`, in front of it. */
export const spelling =
  (scope: TsScope, before: TsStmt[]): Spell =>
  ({ fn }, args) => {
    const spelled = isFunction(fn) ? functions[fn].spelled : undefined;
    if (spelled === undefined || !isFunction(fn)) return undefined;
    const { params, lets, result } = scalarFunction(fn);
    const bind = (hint: string, value: TsExpr): string => {
      if (value.kind === "Id") return value.name;
      const name = scope.names.take(hint);
      before.push(declare("const", name, value));
      return name;
    };
    const ids = new Map<string, string>();
    const own: TsScope = { ...scope, ids, booleans: new Set(), hoisted: nothingHoisted, spell: undefined };
    params.forEach((param, k) => void ids.set(param, bind(param, args[k] ?? num(Number.NaN))));
    for (const { name, value } of lets) ids.set(name, bind(name, asNumber(translateScalar(value, own))));
    return id(bind(spelled.as, asNumber(translateScalar(result, own))));
  };
