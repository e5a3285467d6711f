/**
 * Scalar functions in a module: builtins that are defined by others, and the tables that they read, each written once
 * where the module uses it.
 *
 * Invariant: a value that has a name is computed where the first branch needs it, and never where none does.
 */
import {
  type BuiltinName,
  builtin,
  functions,
  isFunction,
  type ScalarExpr,
  type ScalarFunction,
  scalarFunction,
  type Table,
  tables,
} from "@tapeless/types/compiler";
import { type LoopProgram, loopLanguage } from "../../ir/loop/index.js";
import { asBoolean, asNumber, translateScalar } from "./from-scalar.js";
import { Names } from "./names.js";
import type { HelperName } from "./prelude.js";
import { declared, nothingHoisted, type TsScope } from "./scope.js";
import { apply, construct, declare, id, num, type TsExpr, type TsFunction, type TsStmt, when } from "./tree.js";
import { idsOf } from "./unused.js";

/** The names that the functions and tables in use have in the module. */
export type FunctionNames = ReadonlyMap<BuiltinName, string>;

/** Does the module hold it, or is it JavaScript's? */
const isOfModule = (name: BuiltinName): boolean => ["function", "table"].includes(builtin(name).js.form);

function* calledIn(expr: ScalarExpr): Generator<BuiltinName> {
  if (expr.kind !== "Call") return;
  if (isOfModule(expr.fn)) yield expr.fn;
  for (const arg of expr.args) yield* calledIn(arg);
}

const expressionsOf = ({ lets, result }: ScalarFunction): readonly ScalarExpr[] => [
  ...lets.map(({ value }) => value),
  result,
];

/** The functions and tables that programs use and those that these need, each after what it needs. */
function functionsIn(programs: readonly LoopProgram[]): readonly BuiltinName[] {
  const found = new Set<BuiltinName>();
  const visit = (name: BuiltinName): void => {
    if (found.has(name)) return;
    if (isFunction(name))
      for (const expr of expressionsOf(scalarFunction(name))) for (const needed of calledIn(expr)) visit(needed);
    found.add(name);
  };
  for (const program of programs)
    for (const node of loopLanguage.walk(program)) if (node.kind === "Call" && isOfModule(node.fn)) visit(node.fn);
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

/** The functions that code calls by these names, and those that they call; kernels may have spelled out the others. */
export function functionsCalled(names: FunctionNames, called: ReadonlySet<string>): readonly TsFunction[] {
  const needed = new Set(called);
  const kept: TsFunction[] = [];
  for (const fn of emitFunctions(names).toReversed()) {
    if (!needed.has(fn.name)) continue;
    for (const name of idsOf(fn.body)) needed.add(name);
    kept.unshift(fn);
  }
  return kept;
}

/** All functions, each after what it needs. */
const emitFunctions = (names: FunctionNames): readonly TsFunction[] =>
  [...names].flatMap(([name, written]): readonly TsFunction[] => {
    if (!isFunction(name)) return [];
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
    return [{ kind: "Function", name: written, comment: [functions[name].doc], params, returns: "number", body }];
  });

const pure = (operand: TsExpr): TsExpr => ({ kind: "Pure", operand });

export interface TableConstant {
  readonly doc: string;
  readonly constant: TsStmt;
  /** What fills it. */
  readonly helper: HelperName;
}

/** How a table is made: its length, and the helper that fills it with the numbers that the rule has. */
function ruleOf(table: Table): {
  readonly length: number;
  readonly helper: HelperName;
  readonly numbers: readonly number[];
} {
  return "reach" in table
    ? { length: 2 * table.reach + 1, helper: "powersIn", numbers: [table.ratio] }
    : { length: 2 * table.count, helper: "pairsIn", numbers: [table.ratio, table.rest] };
}

/** The tables of a module. They are filled when it is loaded; a bundler drops those that only functions read that it drops. */
export const emitTables = (names: FunctionNames): readonly TableConstant[] =>
  [...names].flatMap(([name, written]) => {
    const { js } = builtin(name);
    if (js.form !== "table") return [];
    const table = tables[js.name];
    const { length, helper, numbers } = ruleOf(table);
    const array = pure(construct("Float64Array", num(length)));
    const filled = pure(apply(id(helper), array, ...numbers.map(num)));
    return [{ doc: table.doc, constant: declare("const", written, filled), helper }];
  });
