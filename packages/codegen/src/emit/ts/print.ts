/**
 * The printer: TypeScript trees to text, the only place where code becomes a string.
 *
 * Invariant: the text parses back to the same tree. A parenthesis stands only where precedence needs it, and around
 * operators under `|` and the other operators on bits, where readers do. Lines longer than `lineWidth` break after an operator or a comma.
 */
import { showNumber } from "@tapeless/types/compiler";
import { fill, indent, items, type Lines } from "./lines.js";
import type { TsExpr, TsField, TsFunction, TsParam, TsStmt, TsType } from "./tree.js";

export const lineWidth = 120;

/** Binding strength, after the ECMAScript grammar. */
const strength = {
  "??": 2.5,
  "||": 3,
  "&&": 4,
  "|": 5,
  "^": 6,
  "&": 7,
  "===": 8,
  "!==": 8,
  "<": 9,
  "<=": 9,
  ">": 9,
  ">=": 9,
  instanceof: 9,
  "<<": 10,
  ">>": 10,
  ">>>": 10,
  "+": 11,
  "-": 11,
  "*": 12,
  "/": 12,
  "%": 12,
  "**": 13,
} as const;
const conditionalStrength = 2;
const prefixStrength = 14;
const postfixStrength = 18;
const primaryStrength = 20;

const isNegative = (value: number): boolean => value < 0 || Object.is(value, -0);

function strengthOf(expr: TsExpr): number {
  switch (expr.kind) {
    case "Num":
      return isNegative(expr.value) ? prefixStrength : primaryStrength;
    case "Binary":
      return strength[expr.operator];
    case "AsConst":
      return strength["<"];
    case "Conditional":
      return conditionalStrength;
    case "Prefix":
      return prefixStrength;
    case "Apply":
    case "New":
    case "Element":
    case "Member":
    case "NonNull":
    case "Pure":
      return postfixStrength;
    case "Bool":
    case "Str":
    case "Id":
    case "ObjectOf":
    case "ArrayOf":
    case "Template":
      return primaryStrength;
  }
}

const identifier = /^[A-Za-z_$][\w$]*$/;
const printKey = (key: string): string => (identifier.test(key) ? key : JSON.stringify(key));

const within = (expr: TsExpr, least: number): string => {
  const text = printExpr(expr);
  return strengthOf(expr) < least ? `(${text})` : text;
};

const onBits: ReadonlySet<string> = new Set(["|", "^", "&", "<<", ">>", ">>>"]);

/** Operators under one on bits are put in parentheses although they bind stronger: nobody reads `a + b | 0` right. */
const underBits = (expr: TsExpr, own: number): number => (expr.kind === "Binary" ? postfixStrength : own);

function operandStrengths(expr: Extract<TsExpr, { kind: "Binary" }>): readonly [left: number, right: number] {
  const own = strength[expr.operator];
  if (onBits.has(expr.operator)) return [underBits(expr.left, own), underBits(expr.right, own + 1)];
  if (expr.operator === "??") {
    const isSame = expr.left.kind === "Binary" && expr.left.operator === "??";
    return [isSame ? own : strength["|"], strength["|"]]; // it mixes with neither && nor ||
  }
  if (expr.operator === "**") return [postfixStrength, own]; // `-x ** y` is a syntax error; ** groups to the right
  return [own, own + 1];
}

function printBinary(expr: Extract<TsExpr, { kind: "Binary" }>): string {
  const [left, right] = operandStrengths(expr);
  return `${within(expr.left, left)} ${expr.operator} ${within(expr.right, right)}`;
}

function printPrefix(operator: string, operand: TsExpr): string {
  const text = within(operand, prefixStrength);
  return operator === "-" && text.startsWith("-") ? `-(${text})` : `${operator}${text}`;
}

function printMember(object: TsExpr, name: string, optional: boolean): string {
  // A number before a dot would read as its decimal point.
  const left = object.kind === "Num" ? `(${printExpr(object)})` : within(object, postfixStrength);
  const key = /^(0|[1-9]\d*)$/.test(name) ? name : JSON.stringify(name);
  if (!identifier.test(name)) return `${left}${optional ? "?." : ""}[${key}]`;
  return `${left}${optional ? "?." : "."}${name}`;
}

const printList = (items: readonly TsExpr[]): string => items.map(printExpr).join(", ");

function printEntry([key, value]: readonly [string, TsExpr]): string {
  return value.kind === "Id" && value.name === key ? key : `${printKey(key)}: ${printExpr(value)}`;
}

const printObject = (entries: readonly (readonly [string, TsExpr])[]): string =>
  entries.length === 0 ? "{}" : `{ ${entries.map(printEntry).join(", ")} }`;

const printTemplate = (parts: readonly (string | TsExpr)[]): string => {
  const escaped = (text: string): string => text.replace(/[\\`]|\$(?=\{)/g, "\\$&");
  return `\`${parts.map((part) => (typeof part === "string" ? escaped(part) : `\${${printExpr(part)}}`)).join("")}\``;
};

/** An expression on one line. */
export function printExpr(expr: TsExpr): string {
  switch (expr.kind) {
    case "Num":
      return showNumber(expr.value);
    case "Bool":
      return `${expr.value}`;
    case "Str":
      return JSON.stringify(expr.value);
    case "Id":
      return expr.name;
    case "Prefix":
      return printPrefix(expr.operator, expr.operand);
    case "Binary":
      return printBinary(expr);
    case "Conditional": {
      const test = within(expr.test, strength["??"]);
      return `${test} ? ${within(expr.yes, conditionalStrength)} : ${within(expr.no, conditionalStrength)}`;
    }
    case "Apply":
      return `${within(expr.callee, postfixStrength)}(${printList(expr.args)})`;
    case "New":
      return `new ${within(expr.callee, postfixStrength)}(${printList(expr.args)})`;
    case "Element":
      return `${within(expr.object, postfixStrength)}[${printExpr(expr.index)}]`;
    case "Member":
      return printMember(expr.object, expr.name, expr.optional);
    case "NonNull":
      return `${within(expr.operand, postfixStrength)}!`;
    case "ObjectOf":
      return printObject(expr.entries);
    case "ArrayOf":
      return `[${printList(expr.items)}]`;
    case "Template":
      return printTemplate(expr.parts);
    case "AsConst":
      return `${within(expr.operand, strength["<"])} as const`;
    case "Pure":
      return `/* @__PURE__ */ ${within(expr.operand, postfixStrength)}`;
  }
}

/** `a + b + c` as its operands and the operators before them, where all bind alike. */
function chainOf(
  expr: Extract<TsExpr, { kind: "Binary" }>,
): readonly { readonly operator: string; readonly text: string }[] {
  const own = strength[expr.operator];
  const links: { operator: string; text: string }[] = [];
  let rest: TsExpr = expr;
  let least: number = own;
  while (
    rest.kind === "Binary" &&
    strength[rest.operator] === own &&
    own !== strength["**"] &&
    !onBits.has(rest.operator)
  ) {
    const [left, right] = operandStrengths(rest);
    links.unshift({ operator: rest.operator, text: within(rest.right, right) });
    rest = rest.left;
    least = left;
  }
  links.unshift({ operator: "", text: within(rest, least) });
  return links;
}

const prefixed = (prefix: string, lines: Lines): Lines => lines.map((line, i) => (i === 0 ? `${prefix}${line}` : line));

/** An expression on as many lines as it needs, `width` columns wide. */
export function layOut(expr: TsExpr, width: number): Lines {
  const flat = printExpr(expr);
  if (flat.length <= width) return [flat];
  switch (expr.kind) {
    case "Binary": {
      const links = chainOf(expr);
      return links.length < 2 ? [flat] : fill(links, width);
    }
    case "Apply":
      return items(
        `${within(expr.callee, postfixStrength)}(`,
        expr.args.map((arg) => layOut(arg, width - 2)),
        ")",
        width,
      );
    case "ArrayOf":
      return items(
        "[",
        expr.items.map((item) => layOut(item, width - 2)),
        "]",
        width,
      );
    case "ObjectOf": {
      const entry = ([key, value]: readonly [string, TsExpr]): Lines =>
        value.kind === "Id" && value.name === key
          ? [key]
          : prefixed(`${printKey(key)}: `, layOutAfter(key, value, width - 2));
      return items("{", expr.entries.map(entry), "}");
    }
    case "AsConst":
      return layOut(expr.operand, width - 9).map((line, i, all) => (i === all.length - 1 ? `${line} as const` : line));
    default: // layout only: every kind has its one-line text, and those left have no good place to break
      return [flat];
  }
}

/** A value behind a key: only its first line has less room. */
function layOutAfter(key: string, value: TsExpr, width: number): Lines {
  const { length } = printExpr(value);
  const fits = length + key.length + 4 <= width;
  return layOut(value, fits ? width : Math.min(width, length - 1));
}

/** `head value;`, broken after `head` where that helps. */
function statement(head: string, value: TsExpr, width: number): Lines {
  const flat = `${head}${printExpr(value)};`;
  if (flat.length <= width) return [flat];
  const ended = (lines: Lines): Lines => lines.map((line, i) => (i === lines.length - 1 ? `${line};` : line));
  if (value.kind !== "Binary" || head === "") return ended(prefixed(head, layOut(value, width - head.length - 1)));
  return [head.trimEnd(), ...indent(ended(layOut(value, width - 3)))];
}

function printStep(index: string, step: number): string {
  if (step === -1) return `${index}--`;
  return step === 1 ? `${index}++` : `${index} += ${step}`;
}

function printIf(stmt: Extract<TsStmt, { kind: "If" }>, width: number): Lines {
  const [only] = stmt.then;
  if (only !== undefined && stmt.then.length === 1 && only.kind !== "Note" && stmt.otherwise.length === 0) {
    const [line, ...more] = printStmt(only, Number.POSITIVE_INFINITY);
    const flat = `if (${printExpr(stmt.test)}) ${line}`;
    if (more.length === 0 && flat.length <= width) return [flat];
  }
  const body = indent(printBody(stmt.then, width - 2));
  const test = layOut(stmt.test, width - 7);
  const head = test.length === 1 ? [`if (${test[0]}) {`] : ["if (", ...indent(test), ") {"];
  return [...head, ...body, ...printElse(stmt.otherwise, width)];
}

/** `} else if (…) {` for a choice alone, `} else {` for anything else. */
function printElse(otherwise: readonly TsStmt[], width: number): Lines {
  const [only] = otherwise;
  if (only === undefined) return ["}"];
  if (otherwise.length > 1 || only.kind !== "If" || only.otherwise.length === 0)
    return ["} else {", ...indent(printBody(otherwise, width - 2)), "}"];
  const [first = "", ...rest] = printIf(only, width - 7);
  return [`} else ${first}`, ...rest];
}

function printStmt(stmt: TsStmt, width: number): Lines {
  switch (stmt.kind) {
    case "Declare":
      return statement(
        `${stmt.word} ${stmt.name}${stmt.type === undefined ? "" : `: ${printType(stmt.type)}`} = `,
        stmt.value,
        width,
      );
    case "TypeAlias": {
      const head = `${stmt.exported ? "export " : ""}type ${stmt.name} = `;
      return last(prefixed(head, layOutType(stmt.type, width - head.length - 1)), ";");
    }
    case "Assign":
      return statement(`${printExpr(stmt.target)} ${stmt.operator} `, stmt.value, width);
    case "Do":
      return statement("", stmt.value, width);
    case "Return":
      return printReturn(stmt.value, width);
    case "Throw":
      return statement("throw ", stmt.value, width);
    case "Count": {
      const test = `${stmt.index} ${stmt.step < 0 ? ">=" : "<"} ${within(stmt.to, strength["<"] + 1)}`;
      const head = `for (let ${stmt.index} = ${printExpr(stmt.from)}; ${test}; ${printStep(stmt.index, stmt.step)}) {`;
      return [head, ...indent(printBody(stmt.body, width - 2)), "}"];
    }
    case "While":
      return [`while (${printExpr(stmt.test)}) {`, ...indent(printBody(stmt.body, width - 2)), "}"];
    case "Break":
      return ["break;"];
    case "If":
      return printIf(stmt, width);
    case "Note":
      return stmt.text.split("\n").map((line) => `// ${line}`.trimEnd());
    case "Blank":
      return [""];
  }
}

/** `return a + b;`; a sum that is too long stands in parentheses, for nothing may break after `return`. */
function printReturn(value: TsExpr, width: number): Lines {
  const flat = `return ${printExpr(value)};`;
  if (value.kind !== "Binary") return statement("return ", value, width);
  return flat.length <= width ? [flat] : ["return (", ...indent(layOut(value, width - 2)), ");"];
}

/** Statements, one or more lines each. */
export const printBody = (body: readonly TsStmt[], width = lineWidth): Lines =>
  body.flatMap((stmt) => printStmt(stmt, width));

/** A type on as many lines as it needs. */
function layOutType(type: TsType, width: number): Lines {
  const flat = printType(type);
  if (flat.length <= width) return [flat];
  switch (type.kind) {
    case "Fields":
      return ["{", ...type.fields.flatMap((field) => indent(fieldLines(field, width - 2))), "}"];
    case "Tuple": {
      const inner = type.items.flatMap((item) => indent(last(layOutType(item, width - 3), ",")));
      return [`${type.readonly ? "readonly " : ""}[`, ...inner, "]"];
    }
    case "Named":
    case "Literal":
    case "List":
      return [flat];
  }
}

const last = (lines: Lines, end: string): Lines =>
  lines.map((line, i) => (i === lines.length - 1 ? `${line}${end}` : line));

const fieldHead = ({ name, readonly, optional }: TsField): string =>
  `${readonly ? "readonly " : ""}${printKey(name)}${optional === true ? "?" : ""}: `;

const fieldLines = (field: TsField, width: number): Lines =>
  last(prefixed(fieldHead(field), layOutType(field.type, width - fieldHead(field).length - 1)), ";");

/** A type on one line. */
export function printType(type: TsType): string {
  switch (type.kind) {
    case "Named":
      return type.args.length === 0 ? type.name : `${type.name}<${type.args.map(printType).join(", ")}>`;
    case "Literal":
      return showNumber(type.value);
    case "List":
      return `${printType(type.item)}[]`;
    case "Tuple":
      return `${type.readonly ? "readonly " : ""}[${type.items.map(printType).join(", ")}]`;
    case "Fields":
      if (type.fields.length === 0) return "Record<string, never>";
      return `{ ${type.fields.map((field) => `${fieldHead(field)}${printType(field.type)}`).join("; ")} }`;
  }
}

const printParam = ({ name, type }: TsParam): string => `${name}: ${type}`;

/** A doc comment; a `*` + `/` inside is broken up, so that it cannot end early. */
export function printDoc(lines: Lines): Lines {
  const safe = lines.flatMap((line) => line.split("\n")).map((line) => line.replaceAll("*/", "*\u200b/").trimEnd());
  if (safe.length === 0) return [];
  const [only = ""] = safe;
  if (safe.length === 1 && only.length <= lineWidth - 7) return [`/** ${only} */`];
  return ["/**", ...safe.map((line) => ` * ${line}`.trimEnd()), " */"];
}

/** A whole function with its comment. */
export function printFunction(fn: TsFunction): string {
  const params = fn.params.map(printParam);
  const flat = `function ${fn.name}(${params.join(", ")}): ${fn.returns} {`;
  const head =
    flat.length <= lineWidth
      ? [flat]
      : [`function ${fn.name}(`, ...params.map((param) => `  ${param},`), `): ${fn.returns} {`];
  return [...printDoc(fn.comment), ...head, ...indent(printBody(fn.body, lineWidth - 2)), "}"].join("\n");
}
