/**
 * The names that a user gives to results of calls, with the places of the calls.
 *
 * Invariant: a place is the one that V8 reports for the call, so it equals the span of the equation that the call made.
 */
import type { Span } from "@tapeless/types/compiler";
import type { ts as TypeScript } from "ts-morph";
import { tsMorph } from "../util/ts-morph.js";
import type { LocalName } from "./loaded-model.js";

/** A position of the text as a place: both numbers from 1. */
export function spanAt(source: TypeScript.SourceFile, position: number, file: string): Span {
  const { line, character } = source.getLineAndCharacterOfPosition(position);
  return { file, line: line + 1, column: character + 1 };
}

/** Without what leaves no trace in JavaScript: parentheses, `as`, `satisfies`, `!`. */
function bare(expression: TypeScript.Expression): TypeScript.Expression {
  const { ts } = tsMorph();
  return ts.isParenthesizedExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isNonNullExpression(expression)
    ? bare(expression.expression)
    : expression;
}

/** The name that is called, where V8 says the call is: `f` of `f(x)`, `g` of `o.g(x)`. */
function calleeOf(expression: TypeScript.Expression): TypeScript.Node | undefined {
  const { ts } = tsMorph();
  const call = bare(expression);
  if (!ts.isCallExpression(call)) return undefined;
  const { expression: callee } = call;
  return ts.isIdentifier(callee) ? callee : ts.isPropertyAccessExpression(callee) ? callee.name : undefined;
}

function isConst({ parent }: TypeScript.VariableDeclaration): boolean {
  const { ts } = tsMorph();
  return ts.isVariableDeclarationList(parent) && (parent.flags & ts.NodeFlags.Const) !== 0;
}

/** Every `const name = call(…)` inside a function. */
export function localNamesOf(source: TypeScript.SourceFile, file: string): readonly LocalName[] {
  const { ts } = tsMorph();
  const found: LocalName[] = [];
  const visit = (node: TypeScript.Node, inside: boolean): void => {
    if (inside && ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isConst(node)) {
      const callee = node.initializer && calleeOf(node.initializer);
      if (callee) found.push({ ...spanAt(source, callee.getStart(source), file), name: node.name.text });
    }
    const within = inside || ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(source, false);
  return found;
}
