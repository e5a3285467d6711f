/**
 * Scalar functions in a module: builtins that are defined by others, each written once where the module uses it.
 *
 * Invariant: a value that has a name is computed where the first branch needs it, and never where none does.
 */
import {
  type FunctionName,
  functions,
  isFunction,
  type ScalarExpr,
  type ScalarFunction,
  scalarFunction,
} from "@tapeless/types/compiler";
import { type LoopProgram, loopLanguage } from "../../ir/loop/index.js";
import { asBoolean, asNumber, translateScalar } from "./from-scalar.js";
import { Names } from "./names.js";
import { declared, nothingHoisted, type TsScope } from "./scope.js";
import { declare, type TsFunction, type TsStmt, when } from "./tree.js";

/** The names that the functions in use have in the module. */
export type FunctionNames = ReadonlyMap<FunctionName, string>;

function* calledIn(expr: ScalarExpr): Generator<FunctionName> {
  if (expr.kind !== "Call") return;
  if (isFunction(expr.fn)) yield expr.fn;
  for (const arg of expr.args) yield* calledIn(arg);
}

const expressionsOf = ({ lets, result }: ScalarFunction): readonly ScalarExpr[] => [
  ...lets.map(({ value }) => value),
  result,
];

/** The functions that programs call and those that these need, each after what it needs. */
function functionsIn(programs: readonly LoopProgram[]): readonly FunctionName[] {
  const found = new Set<FunctionName>();
  const visit = (name: FunctionName): void => {
    if (found.has(name)) return;
    for (const expr of expressionsOf(scalarFunction(name))) for (const needed of calledIn(expr)) visit(needed);
    found.add(name);
  };
  for (const program of programs)
    for (const node of loopLanguage.walk(program)) if (node.kind === "Call" && isFunction(node.fn)) visit(node.fn);
  return [...found];
}

export const nameFunctions = (programs: readonly LoopProgram[], names: Names): FunctionNames =>
  new Map(functionsIn(programs).map((name) => [name, names.take(name)] as const));

type Select = Extract<ScalarExpr, { kind: "Call" }> & {
  readonly args: readonly [ScalarExpr, ScalarExpr, ScalarExpr];
};

const isSelect = (expr: ScalarExpr): expr is Select => expr.kind === "Call" && expr.fn === "select";

/** One function on its way to statements. */
class Body {
  constructor(
    private readonly definition: ScalarFunction,
    private readonly scope: TsScope,
  ) {}

  /** The named values that an expression needs, directly or not. */
  private needs(expr: ScalarExpr, found = new Set<string>()): ReadonlySet<string> {
    if (expr.kind === "Ref" && !found.has(expr.name)) {
      const value = this.definition.lets.find(({ name }) => name === expr.name)?.value;
      if (value === undefined) return found;
      found.add(expr.name);
      this.needs(value, found);
    }
    if (expr.kind === "Call") for (const arg of expr.args) this.needs(arg, found);
    return found;
  }

  /** Declares what is wanted and not there yet. */
  private declare(wanted: ReadonlySet<string>, there: Set<string>, scope: TsScope): readonly TsStmt[] {
    return this.definition.lets
      .filter(({ name }) => wanted.has(name) && !there.has(name))
      .map(({ name, value }) => {
        there.add(name);
        const expr = asNumber(translateScalar(value, scope));
        return declare("const", declared(name, scope), expr);
      });
  }

  /** Choices at the end of a function are its returns. */
  statements(expr: ScalarExpr, known: ReadonlySet<string> = new Set(), scope = this.scope): readonly TsStmt[] {
    const there = new Set(known);
    if (!isSelect(expr)) {
      const needed = this.declare(this.needs(expr), there, scope);
      return [...needed, { kind: "Return", value: asNumber(translateScalar(expr, scope)) }];
    }
    const [test, yes, no] = expr.args;
    const other = this.needs(no);
    const inBoth = [...this.needs(yes)].filter((name) => other.has(name));
    const before = this.declare(new Set([...this.needs(test), ...inBoth]), there, scope);
    const inner: TsScope = { ...scope, names: new Names(scope.names), ids: new Map(scope.ids) };
    return [
      ...before,
      when(asBoolean(translateScalar(test, scope)), ...this.statements(yes, there, inner)),
      ...this.statements(no, there, scope),
    ];
  }
}

/** The functions of a module as they stand in it. */
export const emitFunctions = (names: FunctionNames): readonly TsFunction[] =>
  [...names].map(([name, written]) => {
    const definition = scalarFunction(name);
    const own = new Names();
    for (const other of names.values()) own.take(other);
    const scope: TsScope = {
      names: own,
      places: new Map(),
      ids: new Map(),
      booleans: new Set(),
      hoisted: nothingHoisted,
      slots: new Map(),
      functions: new Map(),
      scalarFunctions: names,
    };
    const params = definition.params.map((param) => ({ name: declared(param, scope), type: "number" }));
    const body = new Body(definition, scope).statements(definition.result);
    return { kind: "Function", name: written, comment: [functions[name].doc], params, returns: "number", body };
  });
