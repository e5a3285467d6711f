/** The printer: text parses back to the tree that it was printed from, with no parenthesis too many. */
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { layOut, printBody, printDoc, printExpr } from "./print.js";
import {
  apply,
  assign,
  type BinaryOperator,
  binary,
  bitNot,
  choose,
  conditional,
  declare,
  element,
  id,
  math,
  member,
  negated,
  nonNull,
  not,
  num,
  str,
  type TsExpr,
} from "./tree.js";

const [a, b, c] = [id("a"), id("b"), id("c")];

test("a choice among several is one chain", () => {
  const set = (value: number) => [assign(a, "=", num(value))];
  const chain = choose(binary("<=", b, num(0)), set(1), [choose(binary("===", b, num(1)), set(2), set(3))]);
  const lines = ["if (b <= 0) {", "  a = 1;", "} else if (b === 1) {", "  a = 2;", "} else {", "  a = 3;", "}"];
  expect(printBody([chain], 80)).toEqual(lines);
});

test.each([
  [1, num(0), a, "for (let i = 0; i < a; i++) {"],
  [4, num(0), a, "for (let i = 0; i < a; i += 4) {"],
  [-1, binary("-", a, num(1)), b, "for (let i = a - 1; i >= b; i--) {"],
] as const)("a loop with a step of %i", (step, from, to, head) => {
  expect(printBody([{ kind: "Count", index: "i", from, to, step, body: [] }], 80)).toEqual([head, "}"]);
});

describe("parentheses", () => {
  test.each<readonly [string, TsExpr]>([
    ["a - (b - c)", binary("-", a, binary("-", b, c))],
    ["a - b - c", binary("-", binary("-", a, b), c)],
    ["(a + b) * c", binary("*", binary("+", a, b), c)],
    ["a + b * c", binary("+", a, binary("*", b, c))],
    ["a / (b * c)", binary("/", a, binary("*", b, c))],
    ["(-a) ** b", binary("**", negated(a), b)],
    ["(-2) ** b", binary("**", num(-2), b)],
    ["a ** b ** c", binary("**", a, binary("**", b, c))],
    ["(a ** b) ** c", binary("**", binary("**", a, b), c)],
    ["-(-a)", negated(negated(a))],
    ["-(-1)", negated(num(-1))],
    ["a - -1", binary("-", a, num(-1))],
    ["-(a + b)", negated(binary("+", a, b))],
    ["-a * b", binary("*", negated(a), b)],
    ["(a + b) | 0", binary("|", binary("+", a, b), num(0))],
    ["(a >> b) >> c", binary(">>", binary(">>", a, b), c)],
    ["(a ^ b) & c", binary("&", binary("^", a, b), c)],
    ["~(a + b) ^ c", binary("^", bitNot(binary("+", a, b)), c)],
    ["a + (b << c)", binary("+", a, binary("<<", b, c))],
    ["(a >>> b) | 0", binary("|", binary(">>>", a, b), num(0))],
    ["-a | 0", binary("|", negated(a), num(0))],
    ["((a + b) | 0) * c", binary("*", binary("|", binary("+", a, b), num(0)), c)],
    ["a ? b : c ? a : b", conditional(a, b, conditional(c, a, b))],
    ["(a ? b : c) ? a : b", conditional(conditional(a, b, c), a, b)],
    ["(a ? b : c) + 1", binary("+", conditional(a, b, c), num(1))],
    ["(a || b) && c", binary("&&", binary("||", a, b), c)],
    ["(a && b) ?? c / a", binary("??", binary("&&", a, b), binary("/", c, a))],
    ["(a ?? b) || c", binary("||", binary("??", a, b), c)],
    ["a ?? b ? b : c", conditional(binary("??", a, b), b, c)],
    ["!(a < b)", not(binary("<", a, b))],
    ["a < b < c", binary("<", binary("<", a, b), c)],
    ["a < (b < c)", binary("<", a, binary("<", b, c))],
    ["(a + b)!", nonNull(binary("+", a, b))],
    ["(a + b)[c]", element(binary("+", a, b), c)],
    ["Math.imul(a, b)", math("imul", a, b)],
    ['a?.b["x-y"][0]', member(member(member(a, "b", true), "x-y"), "0")],
    ["-0", num(-0)],
    ["NaN", num(Number.NaN)],
    ["-Infinity", num(Number.NEGATIVE_INFINITY)],
    ["1e+21", num(1e21)],
    ['"\\"\\n"', str('"\n')],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a template
    ["`a\\`\\${${b}`", { kind: "Template", parts: ["a`${", b] }],
  ])("%s", (text, tree) => {
    expect(printExpr(tree)).toBe(text);
  });
});

/** The value of a tree by its own walk, to compare with what JavaScript makes of the text. */
function meaningOf(expr: TsExpr, env: Readonly<Record<string, number>>): number {
  const below = (inner: TsExpr): number => meaningOf(inner, env);
  switch (expr.kind) {
    case "Num":
      return expr.value;
    case "Id":
      return env[expr.name] ?? Number.NaN;
    case "Prefix":
      return expr.operator === "~" ? ~below(expr.operand) : -below(expr.operand);
    case "Conditional":
      return below(expr.test) ? below(expr.yes) : below(expr.no);
    case "Binary":
      return operators[expr.operator](below(expr.left), below(expr.right));
    default:
      throw new Error(`no ${expr.kind} is drawn`);
  }
}

const operators: Readonly<Record<BinaryOperator | "instanceof", (x: number, y: number) => number>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "%": (x, y) => x % y,
  "**": (x, y) => x ** y,
  "|": (x, y) => x | y,
  "&": (x, y) => x & y,
  "^": (x, y) => x ^ y,
  "<<": (x, y) => x << y,
  ">>": (x, y) => x >> y,
  ">>>": (x, y) => x >>> y,
  "===": (x, y) => Number(x === y),
  "!==": (x, y) => Number(x !== y),
  "<": (x, y) => Number(x < y),
  "<=": (x, y) => Number(x <= y),
  ">": (x, y) => Number(x > y),
  ">=": (x, y) => Number(x >= y),
  "&&": (x, y) => x && y,
  "||": (x, y) => x || y,
  "??": (x, y) => x ?? y,
  instanceof: () => Number.NaN,
};

const numeric = ["+", "-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>", "&&", "||", "??"] as const;

const trees: fc.Arbitrary<TsExpr> = fc.letrec<{ tree: TsExpr }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(
      fc.constantFrom(a, b, c),
      fc.double({ noDefaultInfinity: false }).map(num),
      fc.integer({ min: -3, max: 3 }).map(num),
    ),
    fc
      .tuple(fc.constantFrom(...numeric), tie("tree"), tie("tree"))
      .map(([operator, left, right]) => binary(operator, left, right)),
    tie("tree").map(negated),
    tie("tree").map(bitNot),
    fc.tuple(tie("tree"), tie("tree"), tie("tree")).map(([test, yes, no]) => conditional(test, yes, no)),
  ),
})).tree;

/** Parses with the TypeScript compiler and makes a JavaScript function of it. */
function compiled(text: string): (a: number, b: number, c: number) => number {
  const { outputText, diagnostics } = ts.transpileModule(`export const f = (a, b, c) => (\n${text}\n);`, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  });
  expect(diagnostics).toEqual([]);
  return new Function(`${outputText.replace("export const f =", "return")}`)() as (
    a: number,
    b: number,
    c: number,
  ) => number; // it is just that
}

test("the text means what the tree means", () => {
  const values = fc.double({ min: -4, max: 4 });
  fc.assert(
    fc.property(trees, values, values, values, (tree, x, y, z) => {
      const expected = meaningOf(tree, { a: x, b: y, c: z });
      expect(compiled(printExpr(tree))(x, y, z)).toBe(expected);
      expect(compiled(layOut(tree, 30).join("\n"))(x, y, z)).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

test("no parenthesis can be left out", () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const text = printExpr(tree);
      if (/(?<!\|)\|(?!\|)|(?<!&)&(?!&)|\^|<<|>>/.test(text)) return; // put in for the reader
      for (const bare of withoutOnePair(text)) expect(canonical(bare)).not.toBe(canonical(text));
    }),
    { numRuns: 100 },
  );
});

function withoutOnePair(text: string): readonly string[] {
  const open: number[] = [];
  const bare: string[] = [];
  [...text].forEach((char, i) => {
    if (char === "(") open.push(i);
    if (char !== ")") return;
    const start = open.pop() ?? 0;
    bare.push(`${text.slice(0, start)}${text.slice(start + 1, i)}${text.slice(i + 1)}`);
  });
  return bare;
}

/** What JavaScript has no meaning for, but TypeScript's parser takes: `a && b ?? c`. */
function isRefused(text: string): boolean {
  try {
    new Function(`(${text});`);
    return false;
  } catch {
    return true;
  }
}

/** The tree as the TypeScript compiler reads it, each operation in parentheses. */
function canonical(text: string): string {
  if (isRefused(text)) return "error";
  const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ES2022, false);
  // Syntax errors are collected on a field that the public type leaves out.
  if ((source as unknown as { parseDiagnostics: readonly unknown[] }).parseDiagnostics.length > 0) return "error";
  const show = (node: ts.Node): string => {
    if (ts.isParenthesizedExpression(node)) return show(node.expression);
    const children: string[] = [];
    ts.forEachChild(node, (child) => void children.push(show(child)));
    if (children.length > 0) return `(${ts.isPrefixUnaryExpression(node) ? node.operator : ""}${children.join(" ")})`;
    return ts.isToken(node) || ts.isIdentifier(node)
      ? `${node.kind}${text.slice(node.pos, node.end).trim()}`
      : `${node.kind}`;
  };
  return source.statements.map(show).join(";");
}

test("long lines break after operators and commas", () => {
  const terms = Array.from({ length: 30 }, (_, i) => binary("*", id(`left${i}`), id(`right${i}`)));
  const sum = terms.reduce((left, right) => binary("+", left, right));
  const lines = printBody([
    declare("const", "sum", sum),
    assign(element(id("out"), num(0)), "+=", apply(id("f"), ...terms)),
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(lines.slice(0, 2)).toEqual(["const sum =", expect.stringMatching(/^ {2}left0 \* right0 \+ .* \+$/)]);
});

test("a comment cannot end early", () => {
  expect(printDoc(["a */ b"])).toEqual(["/** a *\u200b/ b */"]);
});
