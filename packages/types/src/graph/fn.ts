/**
 * `fn`: a differentiable function as a value. Its body runs once, under a trace, when the model is loaded.
 *
 * Invariant: a function is its traced program; calling it copies that program into the running trace under the names
 * of dimensions that the arguments have. Tensors it captures from an enclosing body are hidden inputs.
 */
import { namesOf, showSize } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";
import { bindDims } from "./bind.js";
import { checkCalledSizes } from "./call-sizes.js";
import { currentTrace, runTrace } from "./emit.js";
import { TraceError } from "./errors.js";
import type { FnFn, FnOptions, SpecFn } from "./fn-types.js";
import type { Atom, Aval, Func, Var } from "./ir.js";
import { type SizeSubstitution, substituteFunc } from "./substitute.js";
import { asTraced, atomOf, declareTensor, isTensor, type TracedTensor, tensorOf, userShape } from "./tensor.js";
import {
  buildTree,
  leavesOf,
  mapStructure,
  type Structure,
  structureOf,
  tensorStructure,
  withLeaves,
} from "./trees.js";

const brand = Symbol.for("tapeless.fn");

/** What is behind a function value. `func.params` are the leaves of `input`, then one for each capture. */
export interface FnParts {
  readonly func: Func;
  readonly input: Structure<Aval>;
  readonly output: Structure<Aval>;
  readonly captures: readonly Var[];
  readonly donate: readonly string[];
  readonly name: string | undefined;
}

/** A function value as the implementation sees it. */
export interface FnValue {
  (argument: unknown): unknown;
  readonly input: unknown;
  readonly output: unknown;
  readonly [brand]: FnParts;
}

/** Is this an export that can be compiled? Recognised across copies of the DSL. */
export const isFn = (value: unknown): value is FnValue => typeof value === "function" && brand in value;

export const partsOf = (f: FnValue): FnParts => f[brand];

/** The parts of what was handed to a transformation. */
export function fnParts(f: unknown, call: string): FnParts {
  if (isFn(f)) return f[brand];
  throw new TraceError("TL0386", `${call}: a function made by fn or by a transformation is expected, got ${typeof f}`);
}

const avalOf = ({ sizes, dtype }: TracedTensor): Aval => ({ shape: sizes, dtype });

/** The tree of declarations for a structure: what `.input` and `.output` show. */
export const declarationTree = (structure: Structure<Aval>): unknown =>
  buildTree(mapStructure(structure, ({ shape, dtype }) => declareTensor(userShape(shape), dtype)));

/** The last name of a path: what a leaf is called where nothing else names it. */
const leafName = (path: string): string => path.split(".").at(-1) ?? "";

/** Traces a body over a tree of inputs; `body` is given the user's tree and gives his result. */
export function makeFn(
  input: Structure<Aval>,
  body: (tree: unknown) => unknown,
  options: { readonly donate?: readonly string[]; readonly name?: string } = {},
): FnValue {
  const name = options.name ?? "fn";
  const { trace, result } = runTrace(name, (running) => {
    const arguments_ = mapStructure(input, (aval, path) => tensorOf(running.param(aval, leafName(path))));
    const output = tensorStructure(body(buildTree(arguments_)), "result");
    return { output, outs: leavesOf(output).map(([leaf]) => atomOf(leaf, "result")) };
  });
  const func = trace.finish(result.outs);
  const captures = trace.captures.map(({ outer }) => outer);
  const parts: FnParts = {
    func,
    input,
    output: withLeaves(
      result.output,
      func.outs.map(({ shape, dtype }): Aval => ({ shape, dtype })),
    ),
    captures,
    donate: options.donate ?? [],
    name: options.name,
  };
  return Object.assign((argument: unknown) => callFn(parts, argument), {
    input: declarationTree(parts.input),
    output: declarationTree(parts.output),
    [brand]: parts,
  });
}

/** A captured tensor's dimensions keep their names in a call, so a name of the function's own may not rename them. */
function checkCaptured({ captures, name }: FnParts, env: SizeSubstitution): void {
  const kept = captures.flatMap(({ shape }) => shape.flatMap(namesOf));
  const renamed = kept.find((dim) => dim in env && showSize(env[dim] ?? 0) !== dim);
  if (renamed === undefined) return;
  throw new TraceError(
    "TL0393",
    `${name ?? "fn"}: dimension '${renamed}' is that of a tensor of the function around it and one of its own, which ` +
      `the call makes ${showSize(env[renamed] ?? 0)}; give its own another name`,
  );
}

/** Copies a function's program into the running trace. */
export function callFn(parts: FnParts, argument: unknown): unknown {
  const trace = currentTrace(parts.name ?? "fn");
  const { args, env } = bindDims(parts.input, argument);
  checkCaptured(parts, env);
  checkCalledSizes(parts.func, env, parts.name ?? "fn");
  const func = Object.keys(env).length === 0 ? parts.func : substituteFunc(parts.func, env);
  const outs: readonly Atom[] = trace.inline(func, [...args, ...parts.captures]);
  return buildTree(withLeaves(parts.output, outs.map(tensorOf)));
}

/** The declared inputs as a structure. */
export const declaredStructure = (input: unknown): Structure<Aval> =>
  mapStructure(
    structureOf(input, (value, path) => {
      if (isTensor(value)) return value;
      throw new TraceError(
        "TL0387",
        `fn: input '${path}' must be declared as a tensor, such as f32([3]), got a ${typeof value}`,
      );
    }),
    (tensor) => avalOf(asTraced(tensor, "fn")),
  );

function checkDonate(input: Structure<Aval>, donate: readonly string[]): void {
  const names = input.kind === "object" ? input.entries.map(([key]) => key) : [];
  const unknown = donate.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TraceError(
    "TL0388",
    `fn: donate names '${unknown}', but there is no such input; there is ${names.join(", ")}`,
  );
}

function defineFn(
  input: Readonly<Record<string, unknown>>,
  body: (tree: unknown) => unknown,
  options: FnOptions<unknown> = {},
): FnValue {
  const structure = declaredStructure(input);
  checkDonate(structure, options.donate ?? []);
  return makeFn(structure, body, options);
}

/**
 * A function over trees of tensors: `fn({ x: f32(["batch", 784]), w: f32([784, 10]) }, ({ x, w }) => matmul(x, w))`.
 * Names of dimensions belong to the one function; a call of it inside another unifies them with what it is given.
 */
export const fn = defineFn as unknown as FnFn; // the public signature checks shapes in types; the body checks them again

const declare =
  <D extends DType>(dtype: D): SpecFn<D> =>
  (shape) =>
    declareTensor(shape, dtype);

/** Declares an input of 32-bit floats: `f32([784, 128])`, `f32(["batch", 784])`, `f32([])` for a scalar. */
export const f32: SpecFn<"f32"> = declare("f32");

/** Declares an input of 64-bit floats. */
export const f64: SpecFn<"f64"> = declare("f64");

/** Declares an input of 32-bit integers: labels, indices. */
export const i32: SpecFn<"i32"> = declare("i32");

/** Declares an input of truth values, stored as bytes 0 and 1. */
export const bool: SpecFn<"bool"> = declare("bool");

/** A function ready for the compiler. */
export interface TracedFn {
  readonly name: string;
  readonly func: Func;
  readonly input: Structure<Aval>;
  readonly output: Structure<Aval>;
  readonly donate: readonly string[];
}

/** The program of an exported function; one that captures a tensor of another body cannot stand alone. */
export function traceFn(f: FnValue, name: string): TracedFn {
  const { func, input, output, captures, donate } = partsOf(f);
  if (captures.length > 0) {
    throw new TraceError(
      "TL0389",
      `'${name}' uses a tensor of the function around it, so it cannot be exported; pass the tensor in as an input`,
    );
  }
  return { name, func: { ...func, name }, input, output, donate };
}
