/**
 * The kernels of a module: the functions of all its programs, structurally equal ones once.
 *
 * Invariant: two functions are equal when their canonical texts are: names of parameters and locals numbered in order,
 * comments left out, callees by the name they got in the module, scratch by its constant.
 */
import { type DType, namedSize, substituteSize } from "@tapeless/types/compiler";
import { type LoopFunction, type LoopNode, type LoopProgram, loopLanguage, type Param } from "../../ir/loop/index.js";
import { calledAs, type ModuleScope, translateFunction } from "./from-loop.js";
import type { Names } from "./names.js";
import { type FunctionNames, nameFunctions } from "./scalar-functions.js";
import type { TsFunction } from "./tree.js";

type Called = { readonly name: string; readonly params: readonly Param[] };

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
  return [...loopLanguage.walk(fn)].flatMap((node) => {
    if (node.kind === "BufferParam") return node.space === "scratch" ? [] : [node.name];
    if (node.kind === "ScalarParam" || node.kind === "SizeParam" || node.kind === "Let" || node.kind === "Local")
      return [node.name];
    return node.kind === "For" ? [node.index] : [];
  });
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
    // Objects without a kind are size polynomials; every other one is a node.
    if (!("kind" in value)) return substituteSize(value as Parameters<typeof substituteSize>[0], sizes);
    return Object.fromEntries(Object.entries(value).map(([field, below]) => [field, renamed(below, field)]));
  };
  // A copy of a function, field by field, is one.
  return loopLanguage.print({
    ...(renamed(fn, "") as Extract<LoopNode, { kind: "LoopFunction" }>),
    name: "f",
    comment: "",
  });
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

/** The functions of all programs, in order. */
export function emitKernels(programs: readonly LoopProgram[], names: Names): Kernels {
  const constants = collectScratch(programs, names);
  const scalarFunctions = nameFunctions(programs, names);
  const known = new Map<string, Called>();
  const emitted: { fn: LoopFunction; name: string; comments: Set<string>; module: ModuleScope }[] = [];
  const called = programs.map((program) => {
    const own = new Map<string, Called>();
    const scratch = new Map(
      program.buffers.flatMap(({ name, dtype }) => {
        const constant = constants.get(scratchKey(name, dtype));
        return constant === undefined ? [] : [[name, constant.name] as const];
      }),
    );
    for (const fn of program.functions) {
      const text = canonicalText(fn, own, scratch);
      const equal = known.get(text);
      const target = equal ?? calledAs(names.take(fn.name), fn);
      if (equal === undefined)
        emitted.push({
          fn,
          name: target.name,
          comments: new Set(),
          module: { functions: new Map(own), scratch, scalarFunctions },
        });
      emitted.find(({ name }) => name === target.name)?.comments.add(fn.comment);
      known.set(text, target);
      own.set(fn.name, target);
    }
    return own;
  });
  const functions = emitted.map(({ fn, name, comments, module }) => translateFunction(fn, name, [...comments], module));
  return { functions, scratch: [...constants.values()], scalarFunctions, called };
}
