/**
 * LoopIR statements and functions to TypeScript trees.
 *
 * Invariant: one statement of LoopIR becomes one of TypeScript in the same order; the only ones added bind the parts of
 * indices that do not change in a loop, before that loop.
 */
import {
  addSize,
  type Combine,
  type DType,
  type Index,
  namedSize,
  type Size,
  showSize,
  subSize,
} from "@tapeless/types/compiler";
import {
  type Arg,
  type BufferParam,
  type CallFunction,
  type For,
  type LoopFunction,
  loopLanguage,
  type Param,
  type Stmt,
} from "../../ir/loop/index.js";
import { asBoolean, asHeld, asNumber, elementOf, type Typed, translateScalar, wrapped } from "./from-scalar.js";
import { Names } from "./names.js";
import {
  declared,
  idOf,
  indexExpr,
  nothingHoisted,
  type Place,
  placeOf,
  sizeExpr,
  splitSize,
  startName,
  type TsScope,
  worthNaming,
} from "./scope.js";
import { isCrowded, spelling } from "./spelled.js";
import {
  apply,
  assign,
  binary,
  declare,
  id,
  math,
  nonNull,
  note,
  perform,
  type TsExpr,
  type TsFunction,
  type TsParam,
  type TsStmt,
} from "./tree.js";

export const arrayOf: Readonly<Record<DType, string>> = {
  f32: "Float32Array",
  f64: "Float64Array",
  i32: "Int32Array",
  bool: "Uint8Array",
};

/** Names of the views of the arena, in the module and where they are passed on. */
export const viewOf: Readonly<Record<DType, string>> = { f64: "f64", f32: "f32", i32: "i32", bool: "u8" };

/** The joined value of an accumulator, where no assignment operator says it. */
function joined(combine: Combine, dtype: DType, held: TsExpr, value: Typed): TsExpr {
  if (dtype === "bool") return binary(combine === "min" ? "&&" : "||", held, asBoolean(value));
  if (combine !== "sum") return math(combine, held, asNumber(value));
  const sum = binary("+", held, asNumber(value));
  return dtype === "i32" ? wrapped(sum) : sum;
}

function updateOf(target: TsExpr, held: TsExpr, combine: Combine, dtype: DType, value: Typed): TsStmt {
  if (combine === "sum" && (dtype === "f32" || dtype === "f64")) return addTo(target, asNumber(value));
  return assign(target, "=", joined(combine, dtype, held, value));
}

function addTo(target: TsExpr, value: TsExpr): TsStmt {
  return value.kind === "Prefix" && value.operator === "-"
    ? assign(target, "-=", value.operand)
    : assign(target, "+=", value);
}

function accumulateInto(stmt: Extract<Stmt, { kind: "Accumulate" }>, scope: TsScope): TsStmt {
  const cell = elementOf(stmt.buffer, stmt.index, scope);
  const { dtype } = placeOf(stmt.buffer, scope);
  const value = translateScalar(stmt.value, scope);
  if (dtype !== "bool")
    return updateOf(stmt.combine === "sum" ? nonNull(cell) : cell, nonNull(cell), stmt.combine, dtype, value);
  const held = asBoolean({ expr: nonNull(cell), js: "number" });
  return assign(cell, "=", asNumber({ expr: joined(stmt.combine, dtype, held, value), js: "boolean" }));
}

/** Names that change within a loop: its index, and whatever its body declares. */
function innerNames(stmt: For): ReadonlySet<string> {
  const names = new Set([stmt.index]);
  for (const node of loopLanguage.walk(stmt)) {
    if (node.kind === "For") names.add(node.index);
    if (node.kind === "Let" || node.kind === "Local") names.add(node.name);
  }
  return names;
}

interface Access {
  readonly buffer: string;
  readonly index: Index;
}

/** Accesses of statements outside the loops among them. */
function accessesOf(body: readonly Stmt[]): readonly Access[] {
  return body.flatMap((stmt) => {
    if (stmt.kind === "For") return [];
    if (stmt.kind === "Block") return accessesOf(stmt.body);
    if (stmt.kind === "If") return [...accessesOf(stmt.body), ...accessesOf(stmt.otherwise)];
    const own = stmt.kind === "Store" || stmt.kind === "Accumulate" ? [{ buffer: stmt.buffer, index: stmt.index }] : [];
    const loads = loopLanguage
      .walk(stmt)
      .flatMap((node) => (node.kind === "Load" ? [{ buffer: node.buffer, index: node.index[0] ?? 0 }] : []));
    return [...loads, ...own];
  });
}

/** The parts of indices that stay the same in a loop, by text, with the buffer that first needs them. */
function invariantParts(
  stmt: For,
  inner: ReadonlySet<string>,
  scope: TsScope,
): ReadonlyMap<string, { readonly part: Size; readonly buffer: string }> {
  const parts = new Map<string, { part: Size; buffer: string }>();
  for (const { buffer, index } of accessesOf(stmt.body)) {
    const { outer, inner: rest } = splitSize(addSize(placeOf(buffer, scope).start, index), inner);
    if (worthNaming(outer) && typeof rest !== "number" && !parts.has(showSize(outer)))
      parts.set(showSize(outer), { part: outer, buffer });
  }
  return parts;
}

function translateFor(stmt: For, scope: TsScope): readonly TsStmt[] {
  const changing = innerNames(stmt);
  const parts = new Map<string, string>();
  const before: TsStmt[] = [];
  for (const [text, { part, buffer }] of invariantParts(stmt, changing, scope)) {
    const known = scope.hoisted.parts.get(text);
    const name = known ?? scope.names.take(`${buffer}Row`);
    parts.set(text, name);
    if (known === undefined) before.push(declare("const", name, indexExpr(part, scope)));
  }
  const [first, last] = stmt.step < 0 ? [subSize(stmt.to, 1), stmt.from] : [stmt.from, stmt.to];
  const [from, to] = [sizeExpr(first, scope), sizeExpr(last, scope)];
  const inner: TsScope = { ...scope, hoisted: { inner: changing, parts } };
  const index = declared(stmt.index, inner);
  return [...before, { kind: "Count", index, from, to, step: stmt.step, body: translateBody(stmt.body, inner) }];
}

function declareScalar(stmt: Extract<Stmt, { kind: "Let" | "Local" }>, scope: TsScope): TsStmt {
  const value = asHeld(translateScalar(stmt.value, scope), stmt.dtype);
  if (stmt.dtype === "bool") scope.booleans.add(stmt.name);
  else scope.booleans.delete(stmt.name);
  return declare(stmt.kind === "Let" ? "const" : "let", declared(stmt.name, scope), value);
}

/** A statement, and before it what spells out the functions that it calls. */
function translateStmt(stmt: Stmt, scope: TsScope): readonly TsStmt[] {
  if (scope.spell === undefined) return translatePlain(stmt, scope);
  const before: TsStmt[] = [];
  const own = translatePlain(stmt, { ...scope, spell: spelling(scope, before) });
  return [...before, ...own];
}

function translatePlain(stmt: Stmt, scope: TsScope): readonly TsStmt[] {
  switch (stmt.kind) {
    case "For":
      return translateFor(stmt, scope);
    case "If": {
      const test = asBoolean(translateScalar(stmt.condition, scope));
      const [then, otherwise] = [translateBody(stmt.body, scope), translateBody(stmt.otherwise, scope)];
      return [{ kind: "If", test, then, otherwise }];
    }
    case "Let":
    case "Local":
      return [declareScalar(stmt, scope)];
    case "Update": {
      const target = id(idOf(stmt.name, scope));
      if (stmt.combine === "set")
        return [assign(target, "=", asHeld(translateScalar(stmt.value, scope), stmt.value.dtype))];
      return [updateOf(target, target, stmt.combine, stmt.value.dtype, translateScalar(stmt.value, scope))];
    }
    case "Store":
      return [assign(elementOf(stmt.buffer, stmt.index, scope), "=", asNumber(translateScalar(stmt.value, scope)))];
    case "Accumulate":
      return [accumulateInto(stmt, scope)];
    case "Block":
      return [...(stmt.comment === "" ? [] : [note(stmt.comment)]), ...translateBody(stmt.body, scope)];
    case "CallFunction":
      return [translateFunctionCall(stmt, scope)];
  }
}

export const translateBody = (body: readonly Stmt[], scope: TsScope): readonly TsStmt[] =>
  body.flatMap((stmt) => translateStmt(stmt, scope));

/** `isShared`: it is in the array of an argument before it. */
function translateArg(arg: Arg, param: Param, isShared: boolean, scope: TsScope): readonly TsExpr[] {
  switch (arg.kind) {
    case "BufferArg": {
      const place = placeOf(arg.buffer, scope);
      const start = addSize(place.start, arg.offset);
      const slot = scope.slots.get(showSize(start));
      const from = slot === undefined ? indexExpr(start, scope) : id(slot);
      return [...(isShared ? [] : [place.array]), ...(takesStart(param) ? [from] : [])];
    }
    case "SizeArg":
      return [sizeExpr(arg.value, scope)];
    case "ScalarArg":
      return [asNumber(translateScalar(arg.value, scope))];
  }
}

export const takesStart = (param: Param): boolean =>
  param.kind === "BufferParam" && (param.offset || param.space === "arena");

/** `kernel(x, xAt, n);` */
export function translateFunctionCall(call: CallFunction, scope: TsScope): TsStmt {
  const target = scope.functions.get(call.function);
  if (target === undefined) throw new Error(`emit: no function '${call.function}'; verify the program first`);
  const params = target.params;
  const args = call.args.flatMap((arg, i) => {
    const param = params[i];
    return param === undefined ? [] : translateArg(arg, param, target.shared.has(i), scope);
  });
  return perform(apply(id(target.name), ...args));
}

/** What a function needs to know of its module. */
export interface ModuleScope {
  readonly functions: TsScope["functions"];
  /** Module constants of scratch buffers, by LoopIR name. */
  readonly scratch: ReadonlyMap<string, string>;
  readonly scalarFunctions: TsScope["scalarFunctions"];
  /** Parameters that are in the array of another one, and that, by their names. */
  readonly shared: ReadonlyMap<string, string>;
}

/** The names of the arrays that several parameters are in, by the names of these. */
function namedArrays(params: readonly Param[], { shared }: ModuleScope, names: Names): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const param of params) {
    const first = shared.get(param.name);
    if (first === undefined || param.kind !== "BufferParam") continue;
    const name = named.get(first) ?? names.take(viewOf[param.dtype]);
    named.set(first, name).set(param.name, name);
  }
  return named;
}

/** An array and where the buffer starts in it, as far as callers say. */
function declareBuffer(param: BufferParam, array: string, isShared: boolean, scope: FunctionScope): readonly TsParam[] {
  const own: readonly TsParam[] = isShared ? [] : [{ name: array, type: arrayOf[param.dtype] }];
  const place = { array: id(array), dtype: param.dtype };
  if (!takesStart(param)) {
    scope.places.set(param.name, { ...place, start: 0 });
    return own;
  }
  const start = startName(param.name);
  const written = scope.names.take(`${param.name}At`);
  scope.ids.set(start, written);
  scope.places.set(param.name, { ...place, start: namedSize(start) });
  return [...own, { name: written, type: "number" }];
}

type FunctionScope = TsScope & { readonly places: Map<string, Place> };

function declareParams(fn: LoopFunction, scope: FunctionScope, module: ModuleScope): readonly TsParam[] {
  const arrays = namedArrays(fn.params, module, scope.names);
  return fn.params.flatMap((param): readonly TsParam[] => {
    if (param.kind !== "BufferParam") return [{ name: declared(param.name, scope), type: "number" }];
    if (param.space === "scratch") {
      const constant = module.scratch.get(param.name);
      if (constant === undefined) throw new Error(`emit: no scratch '${param.name}'; verify the program first`);
      scope.places.set(param.name, { array: id(constant), start: 0, dtype: param.dtype });
      return [];
    }
    const array = arrays.get(param.name) ?? scope.names.take(param.name);
    return declareBuffer(param, array, module.shared.has(param.name), scope);
  });
}

/** A kernel may hide any name of the module but those that it uses. */
function namesBeside({ functions, scratch, scalarFunctions }: ModuleScope): Names {
  const names = new Names();
  for (const { name } of functions.values()) names.take(name);
  for (const name of [...scratch.values(), ...scalarFunctions.values()]) names.take(name);
  return names;
}

/** A kernel as a function of its own. */
export function translateFunction(
  fn: LoopFunction,
  name: string,
  comment: readonly string[],
  module: ModuleScope,
): TsFunction {
  const scope: FunctionScope = {
    names: namesBeside(module),
    places: new Map(),
    ids: new Map(),
    booleans: new Set(),
    hoisted: nothingHoisted,
    slots: new Map(),
    functions: module.functions,
    scalarFunctions: module.scalarFunctions,
  };
  const params = declareParams(fn, scope, module);
  const body = translateBody(fn.body, isCrowded(fn.body) ? { ...scope, spell: spelling(scope, []) } : scope);
  return { kind: "Function", name, comment, params, returns: "void", body };
}
