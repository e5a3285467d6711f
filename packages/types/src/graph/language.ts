/**
 * TensorIR as text, both ways.
 *
 *     func loss(x: f32[batch, 784], w: f32[784, 10]) {
 *       h: f32[batch, 10] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]} at "digits.model.ts:14:18"
 *     } -> (h)
 *
 * Invariant: parse(print(func)) prints the same; names are made unique on printing, so equal programs have equal texts.
 */
import { type Attrs, parseAttrs, showAttrs } from "../node/attrs.js";
import { Scanner, showNumber } from "../node/scanner.js";
import { type Size, showShape, showSize } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";
import {
  type Atom,
  type Aval,
  type BatchAxis,
  type Eqn,
  type Func,
  makeLit,
  makeVar,
  type Span,
  type Var,
} from "./ir.js";

// ---- printing

/** Gives each variable of a function one name: its hint, made an identifier and unique. */
class Names {
  private readonly taken = new Set<string>();
  private readonly given = new Map<Var, string>();
  private next = 0;

  of(variable: Var): string {
    const known = this.given.get(variable);
    if (known !== undefined) return known;
    const hint = variable.name.replace(/[^\w$]/g, "_").replace(/^(?=\d)/, "_");
    let name = hint === "" ? `v${this.next++}` : hint;
    for (let i = 1; this.taken.has(name); i++) name = hint === "" ? `v${this.next++}` : `${hint}_${i}`;
    this.taken.add(name);
    this.given.set(variable, name);
    return name;
  }
}

/** A tensor as it stands in texts and messages: `f32[2, n]`. */
export const showAval = ({ shape, dtype }: Aval): string => `${dtype}${showShape(shape)}`;
const showAtom = (atom: Atom, names: Names): string =>
  atom.kind === "Lit" ? `${showNumber(atom.value)}:${atom.dtype}` : names.of(atom);
const showBinder = (variable: Var, names: Names): string => `${names.of(variable)}: ${showAval(variable)}`;
const showSpan = (span: Span): string => JSON.stringify(`${span.file}:${span.line}:${span.column}`);
const showBatch = (axis: BatchAxis): string =>
  `${showSize(axis.size)}(${axis.mapped.map((mapped) => (mapped ? "x" : "_")).join("")})`;

export interface PrintOptions {
  /** Leave places out, so that programs from different lines compare equal. */
  readonly spans?: boolean;
}

function printEqn(eqn: Eqn, names: Names, options: PrintOptions): string {
  const batch = eqn.batch.length === 0 ? "" : ` batch [${eqn.batch.map(showBatch).join(", ")}]`;
  const inputs = eqn.inputs.map((atom) => showAtom(atom, names)).join(", ");
  const attrs = Object.keys(eqn.attrs).length === 0 ? "" : ` {${showAttrs(eqn.attrs)}}`;
  const funcs = eqn.funcs.map((func) => ` with ${printFunc(func, options).replace(/\n/g, "\n  ")}`).join("");
  const spans = options.spans === false || eqn.spans.length === 0 ? "" : ` at ${eqn.spans.map(showSpan).join(" ")}`;
  const outs = eqn.outs.map((out) => showBinder(out, names)).join(", ");
  return `  ${outs} = ${eqn.op}(${inputs})${batch}${attrs}${funcs}${spans}`;
}

/** The program as text. */
export function printFunc(func: Func, options: PrintOptions = {}): string {
  const names = new Names();
  const params = func.params.map((param) => showBinder(param, names)).join(", ");
  const eqns = func.eqns.map((eqn) => `${printEqn(eqn, names, options)}\n`).join("");
  const outs = func.outs.map((atom) => showAtom(atom, names)).join(", ");
  return `func ${func.name === "" ? "f" : func.name}(${params}) {\n${eqns}} -> (${outs})`;
}

// ---- parsing

type Scope = Map<string, Var>;

const dtypes: readonly DType[] = ["f32", "f64", "i32", "bool"];

function parseDType(scanner: Scanner): DType {
  return dtypes.find((dtype) => scanner.take(dtype)) ?? scanner.fail("a dtype");
}

const parseShape = (scanner: Scanner): Size[] => scanner.list("[", ",", "]", () => scanner.size());

function parseBinder(scanner: Scanner, scope: Scope): Var {
  const name = scanner.identifier();
  scanner.expect(":");
  const dtype = parseDType(scanner);
  const variable = makeVar({ dtype, shape: parseShape(scanner) }, name);
  scope.set(name, variable);
  return variable;
}

function parseLit(scanner: Scanner): Atom {
  const value = scanner.number();
  scanner.expect(":");
  return makeLit(value, parseDType(scanner));
}

function parseRef(scanner: Scanner, scope: Scope): Atom {
  return scope.get(scanner.identifier()) ?? scanner.fail("a variable defined above");
}

const parseAtom = (scanner: Scanner, scope: Scope): Atom =>
  scanner.firstOf<Atom>([() => parseLit(scanner), () => parseRef(scanner, scope)], "a variable or a number");

function parseBatch(scanner: Scanner): BatchAxis {
  const size = scanner.size();
  scanner.expect("(");
  const mapped: boolean[] = [];
  while (!scanner.take(")")) {
    if (scanner.takeRaw("x")) mapped.push(true);
    else if (scanner.takeRaw("_")) mapped.push(false);
    else scanner.fail("'x' or '_'");
  }
  return { size, mapped };
}

function parseSpan(scanner: Scanner): Span {
  const [, file = "", line = "0", column = "0"] = /^(.*):(\d+):(\d+)$/.exec(scanner.string()) ?? [];
  return { file, line: Number(line), column: Number(column) };
}

function parseBraced(scanner: Scanner): Attrs {
  if (!scanner.take("{")) return {};
  const attrs = parseAttrs(scanner);
  scanner.expect("}");
  return attrs;
}

function parseEqn(scanner: Scanner, scope: Scope): Eqn {
  const outs = [parseBinder(scanner, scope)];
  while (scanner.take(",")) outs.push(parseBinder(scanner, scope));
  scanner.expect("=");
  const op = scanner.identifier();
  const inputs = scanner.list("(", ",", ")", () => parseAtom(scanner, scope));
  const batch = scanner.takeInLine("batch") ? scanner.list("[", ",", "]", () => parseBatch(scanner)) : [];
  const attrs = parseBraced(scanner);
  const funcs: Func[] = [];
  while (scanner.takeInLine("with")) funcs.push(readFunc(scanner));
  const spans: Span[] = [];
  if (scanner.takeInLine("at")) while (scanner.sees('"')) spans.push(parseSpan(scanner));
  return { op, inputs, attrs, funcs, batch, outs, spans };
}

function readFunc(scanner: Scanner): Func {
  const scope: Scope = new Map();
  scanner.expect("func");
  const name = scanner.identifier();
  const params = scanner.list("(", ",", ")", () => parseBinder(scanner, scope));
  const eqns = scanner.list("{", "", "}", () => parseEqn(scanner, scope));
  scanner.expect("->");
  return { name, params, eqns, outs: scanner.list("(", ",", ")", () => parseAtom(scanner, scope)) };
}

/** Reads a program; `ParseError` with line and column where it cannot. */
export function parseFunc(text: string): Func {
  const scanner = new Scanner(text);
  const func = readFunc(scanner);
  scanner.end();
  return func;
}
