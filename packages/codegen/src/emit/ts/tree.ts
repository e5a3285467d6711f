/**
 * TypeScript as a tree: the few expressions and statements that generated code is made of.
 *
 * Invariant: a tree says everything about the code but its white space and its parentheses, which are the printer's.
 */

export type BinaryOperator =
  | "+" | "-" | "*" | "/" | "%" | "**" | "|" | "&" | "^" | "<<" | ">>" | ">>>"
  | "===" | "!==" | "<" | "<=" | ">" | ">=" | "&&" | "||" | "??"; // biome-ignore format: by kind

export type AssignOperator = "=" | "+=" | "-=" | "*=";

export type TsExpr =
  | { readonly kind: "Num"; readonly value: number }
  | { readonly kind: "Bool"; readonly value: boolean }
  | { readonly kind: "Str"; readonly value: string }
  | { readonly kind: "Id"; readonly name: string }
  | { readonly kind: "Prefix"; readonly operator: "-" | "!" | "~" | "typeof "; readonly operand: TsExpr }
  | {
      readonly kind: "Binary";
      readonly operator: BinaryOperator | "instanceof";
      readonly left: TsExpr;
      readonly right: TsExpr;
    }
  | { readonly kind: "Conditional"; readonly test: TsExpr; readonly yes: TsExpr; readonly no: TsExpr }
  | { readonly kind: "Apply"; readonly callee: TsExpr; readonly args: readonly TsExpr[] }
  | { readonly kind: "New"; readonly callee: TsExpr; readonly args: readonly TsExpr[] }
  /** `object[index]`. */
  | { readonly kind: "Element"; readonly object: TsExpr; readonly index: TsExpr }
  /** `object.name`, or `object?.name`; a name that is no identifier goes in brackets. */
  | { readonly kind: "Member"; readonly object: TsExpr; readonly name: string; readonly optional: boolean }
  | { readonly kind: "NonNull"; readonly operand: TsExpr }
  | { readonly kind: "ObjectOf"; readonly entries: readonly (readonly [key: string, value: TsExpr])[] }
  | { readonly kind: "ArrayOf"; readonly items: readonly TsExpr[] }
  /** Text with values in it: a template literal, the parts alternating with expressions. */
  | { readonly kind: "Template"; readonly parts: readonly (string | TsExpr)[] }
  | { readonly kind: "AsConst"; readonly operand: TsExpr }
  /** Marked as free of effects, so that a bundler may drop it. */
  | { readonly kind: "Pure"; readonly operand: TsExpr };

export type TsType =
  | { readonly kind: "Named"; readonly name: string; readonly args: readonly TsType[] }
  | { readonly kind: "Literal"; readonly value: number }
  | { readonly kind: "List"; readonly item: TsType }
  | { readonly kind: "Tuple"; readonly items: readonly TsType[]; readonly readonly: boolean }
  | { readonly kind: "Fields"; readonly fields: readonly TsField[] };

export interface TsField {
  readonly name: string;
  readonly type: TsType;
  readonly readonly: boolean;
  /** May be left out. */
  readonly optional?: boolean;
}

export const named = (name: string, ...args: readonly TsType[]): TsType => ({ kind: "Named", name, args });

export interface TsParam {
  readonly name: string;
  readonly type: string;
}

export type DeclareWord = "const" | "let" | "export const";

export type TsStmt =
  | {
      readonly kind: "Declare";
      readonly word: DeclareWord;
      readonly name: string;
      readonly type?: TsType;
      readonly value: TsExpr;
    }
  | { readonly kind: "Assign"; readonly target: TsExpr; readonly operator: AssignOperator; readonly value: TsExpr }
  | { readonly kind: "Do"; readonly value: TsExpr }
  /** `for (let index = from; index < to; index += step)`; with a step of -1 as long as `index >= to`. */
  | {
      readonly kind: "Count";
      readonly index: string;
      readonly from: TsExpr;
      readonly to: TsExpr;
      readonly step: number;
      readonly body: readonly TsStmt[];
    }
  /** `while (test) { … }` */
  | { readonly kind: "While"; readonly test: TsExpr; readonly body: readonly TsStmt[] }
  | { readonly kind: "Break" }
  | {
      readonly kind: "If";
      readonly test: TsExpr;
      readonly then: readonly TsStmt[];
      /** Empty: there is no `else`. */
      readonly otherwise: readonly TsStmt[];
    }
  | { readonly kind: "Throw"; readonly value: TsExpr }
  | { readonly kind: "Return"; readonly value: TsExpr }
  | { readonly kind: "Note"; readonly text: string }
  | { readonly kind: "TypeAlias"; readonly name: string; readonly exported: boolean; readonly type: TsType }
  | { readonly kind: "Blank" };

export interface TsFunction {
  readonly kind: "Function";
  readonly name: string;
  /** Lines of the comment above it. */
  readonly comment: readonly string[];
  readonly params: readonly TsParam[];
  readonly returns: string;
  readonly body: readonly TsStmt[];
}

export const num = (value: number): TsExpr => ({ kind: "Num", value });
export const str = (value: string): TsExpr => ({ kind: "Str", value });
export const id = (name: string): TsExpr => ({ kind: "Id", name });
export const binary = (operator: BinaryOperator | "instanceof", left: TsExpr, right: TsExpr): TsExpr => ({
  kind: "Binary",
  operator,
  left,
  right,
});
export const negated = (operand: TsExpr): TsExpr => ({ kind: "Prefix", operator: "-", operand });
export const not = (operand: TsExpr): TsExpr => ({ kind: "Prefix", operator: "!", operand });
export const bitNot = (operand: TsExpr): TsExpr => ({ kind: "Prefix", operator: "~", operand });
export const typeOf = (operand: TsExpr): TsExpr => ({ kind: "Prefix", operator: "typeof ", operand });
export const conditional = (test: TsExpr, yes: TsExpr, no: TsExpr): TsExpr => ({ kind: "Conditional", test, yes, no });
export const apply = (callee: TsExpr, ...args: readonly TsExpr[]): TsExpr => ({ kind: "Apply", callee, args });
export const construct = (name: string, ...args: readonly TsExpr[]): TsExpr => ({
  kind: "New",
  callee: id(name),
  args,
});
export const element = (object: TsExpr, index: TsExpr): TsExpr => ({ kind: "Element", object, index });
export const member = (object: TsExpr, name: string, optional = false): TsExpr => ({
  kind: "Member",
  object,
  name,
  optional,
});
export const nonNull = (operand: TsExpr): TsExpr => ({ kind: "NonNull", operand });
export const math = (name: string, ...args: readonly TsExpr[]): TsExpr => apply(member(id("Math"), name), ...args);

export const declare = (word: DeclareWord, name: string, value: TsExpr, type?: TsType): TsStmt => ({
  kind: "Declare",
  word,
  name,
  value,
  ...(type === undefined ? {} : { type }),
});
export const assign = (target: TsExpr, operator: AssignOperator, value: TsExpr): TsStmt => ({
  kind: "Assign",
  target,
  operator,
  value,
});
export const when = (test: TsExpr, ...then: readonly TsStmt[]): TsStmt => ({
  kind: "If",
  test,
  then,
  otherwise: [],
});
export const choose = (test: TsExpr, then: readonly TsStmt[], otherwise: readonly TsStmt[]): TsStmt => ({
  kind: "If",
  test,
  then,
  otherwise,
});
export const raise = (value: TsExpr): TsStmt => ({ kind: "Throw", value });
export const perform = (value: TsExpr): TsStmt => ({ kind: "Do", value });
export const note = (text: string): TsStmt => ({ kind: "Note", text });
export const blank: TsStmt = { kind: "Blank" };
