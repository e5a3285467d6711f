/**
 * The kernels of a module: the functions of all its programs, structurally equal ones once.
 *
 * Invariant: two functions are equal when their canonical texts are: names of parameters and locals numbered in order,
 * comments left out, callees by the name they got in the module, scratch by its constant. Where a buffer is and whether
 * the caller says where it starts makes no difference: it starts somewhere for all callers if it does so for one.
 */
import { type DType, namedSize, substituteSize } from "@tapeless/types/compiler";
import {
  type BufferParam,
  type LoopFunction,
  type LoopNode,
  type LoopProgram,
  loopLanguage,
  namesInSizes,
  type Param,
  passedParams,
} from "../../ir/loop/index.js";
import { type ModuleScope, takesStart, translateFunction } from "./from-loop.js";
import type { Names } from "./names.js";
import { type FunctionNames, nameFunctions } from "./scalar-functions.js";
import { nothingShared, type SharedArrays, sharedArrays } from "./shared-arrays.js";
import type { TsFunction } from "./tree.js";

interface Called {
  readonly name: string;
  readonly params: readonly (Param | undefined)[];
  readonly shared: SharedArrays;
}

export interface ScratchConstant {
  readonly name: string;
  /** What programs call it. */
  readonly source: string;
  readonly dtype: DType;
  readonly size: number;
}

export interface Kernels {
  /** In an order in which each is defined before it is called. */
  readonly functions: readonly TsFunction[];
  readonly scratch: readonly ScratchConstant[];
  readonly scalarFunctions: FunctionNames;
  /** For each program, its functions by LoopIR name. */
  readonly called: readonly ReadonlyMap<string, Called>[];
}

/** Names that a function declares, in order of appearance; callees and scratch are named by the module. */
function declaredNames(fn: LoopFunction): readonly string[] {
  return loopLanguage.walk(fn).flatMap((node) => {
    if (node.kind === "BufferParam") return node.space === "scratch" ? [] : [node.name];
    if (node.kind === "ScalarParam" || node.kind === "SizeParam" || node.kind === "Let" || node.kind === "Local")
      return [node.name];
    return node.kind === "For" ? [node.index] : [];
  });
}

/** Equal functions are as large: only those that are need texts. */
const sizeOf = (fn: LoopFunction): string => `${fn.params.length} ${loopLanguage.walk(fn).length}`;

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A copy in which every name is looked up: declared ones are numbers, the others what the module calls them. */
function canonicalText(
  fn: LoopFunction,
  called: ReadonlyMap<string, Called>,
  scratch: ReadonlyMap<string, string>,
): string {
  const numbered = new Map(declaredNames(fn).map((name, i) => [name, `v${i}`] as const));
  const rename = (name: string): string => numbered.get(name) ?? scratch.get(name) ?? name;
  const sizes = Object.fromEntries([...numbered].map(([from, to]) => [from, namedSize(to)]));
  const renamed = (value: unknown, key: string): unknown => {
    if (typeof value === "string")
      return key === "function" ? (called.get(value)?.name ?? value) : nameKeys.has(key) ? rename(value) : value;
    if (Array.isArray(value)) return value.map((item) => renamed(item, key));
    if (typeof value !== "object" || value === null) return value;
    if (isPassed(value)) return renamed({ ...value, space: "arena", offset: true }, key);
    // Objects without a kind are size polynomials; every other one is a node.
    if (!("kind" in value)) return substituteSize(value as Parameters<typeof substituteSize>[0], sizes);
    const copy: Record<string, unknown> = {};
    for (const [field, below] of Object.entries(value)) copy[field] = renamed(below, field);
    return copy;
  };
  // A copy of a function, field by field, is one.
  return loopLanguage.print({
    ...(renamed(fn, "") as Extract<LoopNode, { kind: "LoopFunction" }>),
    name: "f",
    comment: "",
  });
}

/** A buffer parameter that takes an argument, and is not yet as it is for all callers. */
const isPassed = (value: object): value is BufferParam =>
  "kind" in value &&
  value.kind === "BufferParam" &&
  "space" in value &&
  value.space !== "scratch" &&
  !("offset" in value && value.offset === true && value.space === "arena");

/** Parameters that do for callers of both functions. */
const joinedParams = (one: Called["params"], other: readonly Param[]): Called["params"] =>
  one.map((param, k) => {
    const twin = other[k];
    return param?.kind === "BufferParam" && twin !== undefined && takesStart(twin) ? { ...param, offset: true } : param;
  });

/** Parameters that take an argument; none for a size that nothing reads, but to hand it to one who does not. */
function readParams(fn: LoopFunction, called: ReadonlyMap<string, Called>): Called["params"] {
  const handed = (node: LoopNode): LoopNode =>
    node.kind === "CallFunction"
      ? { ...node, args: node.args.filter((_, k) => called.get(node.function)?.params[k] !== undefined) }
      : loopLanguage.mapChildren(node, handed);
  const read = new Set(fn.body.flatMap((stmt) => namesInSizes(handed(stmt))));
  return passedParams(fn).map((param) => (param.kind === "SizeParam" && !read.has(param.name) ? undefined : param));
}

const nameKeys: ReadonlySet<string> = new Set(["name", "buffer", "index"]);

/** Scratch of one name and dtype is one constant, of the largest size asked for. */
function collectScratch(programs: readonly LoopProgram[], names: Names): ReadonlyMap<string, ScratchConstant> {
  const found = new Map<string, ScratchConstant>();
  for (const { buffers } of programs)
    for (const { name, space, dtype, size } of buffers) {
      if (space !== "scratch" || typeof size !== "number") continue;
      const key = scratchKey(name, dtype);
      const known = found.get(key);
      found.set(key, {
        name: known?.name ?? names.take(name),
        source: name,
        dtype,
        size: Math.max(size, known?.size ?? 0),
      });
    }
  return found;
}

const scratchKey = (name: string, dtype: DType): string => `${name} ${dtype}`;

/** A function of the module, and what the programs have it for. */
interface Emitted {
  readonly fn: LoopFunction;
  readonly name: string;
  /** What equal functions have in common, made when it is asked for. */
  readonly text: () => string;
  readonly comments: Set<string>;
  readonly module: Omit<ModuleScope, "shared">;
  /** As all callers need them. */
  params: Called["params"];
  shared: SharedArrays;
}

const scratchNames = (
  { buffers }: LoopProgram,
  constants: ReadonlyMap<string, ScratchConstant>,
): ReadonlyMap<string, string> =>
  new Map(
    buffers.flatMap(({ name, dtype }) => {
      const constant = constants.get(scratchKey(name, dtype));
      return constant === undefined ? [] : [[name, constant.name] as const];
    }),
  );

/** The functions that a function calls. */
const calleesOf = (fn: LoopFunction, own: ReadonlyMap<string, Emitted>): ReadonlyMap<string, Emitted> =>
  new Map(
    loopLanguage.walk(fn).flatMap((node) => {
      const callee = node.kind === "CallFunction" ? own.get(node.function) : undefined;
      return node.kind === "CallFunction" && callee !== undefined ? [[node.function, callee] as const] : [];
    }),
  );

/** The functions of all programs, in order. */
export function emitKernels(programs: readonly LoopProgram[], names: Names): Kernels {
  const constants = collectScratch(programs, names);
  const scalarFunctions = nameFunctions(programs, names);
  const known: Emitted[] = [];
  const bySize = new Map<string, Emitted[]>();
  const homes = programs.map((program) => {
    const own = new Map<string, Emitted>();
    const scratch = scratchNames(program, constants);
    for (const fn of program.functions) {
      const functions = calleesOf(fn, own);
      const text = once(() => canonicalText(fn, functions, scratch));
      const size = sizeOf(fn);
      const alike = bySize.get(size) ?? [];
      const equal = alike.find((each) => each.text() === text());
      const home = equal ?? {
        fn,
        name: names.take(fn.name),
        text,
        comments: new Set(),
        module: { functions, scratch, scalarFunctions },
        params: readParams(fn, own),
        shared: nothingShared,
      };
      if (equal === undefined) {
        known.push(home);
        bySize.set(size, [...alike, home]);
      }
      home.params = joinedParams(home.params, passedParams(fn));
      home.comments.add(fn.comment);
      own.set(fn.name, home);
    }
    return own;
  });
  for (const [home, shared] of sharedArrays(programs, homes)) home.shared = shared;
  const functions = known.map(({ fn, name, comments, module, params, shared }) =>
    translateFunction({ ...fn, params: withPassed(fn, params) }, name, [...comments], {
      ...module,
      shared: byName(fn, shared),
    }),
  );
  return { functions, scratch: [...constants.values()], scalarFunctions, called: homes };
}

/** The parameters that are in the array of another one, and that, by their names. */
function byName(fn: LoopFunction, shared: SharedArrays): ModuleScope["shared"] {
  const passed = passedParams(fn).map(({ name }) => name);
  return new Map([...shared].map(([k, first]) => [passed[k] ?? "", passed[first] ?? ""] as const));
}

/** All parameters of a function, those that take arguments as given. */
function withPassed(fn: LoopFunction, passed: Called["params"]): readonly Param[] {
  const own = passedParams(fn);
  return fn.params.flatMap((param) => (own.includes(param) ? (passed[own.indexOf(param)] ?? []) : [param]));
}
