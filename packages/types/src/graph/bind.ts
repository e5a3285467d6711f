/**
 * What the names of dimensions of a function stand for in a call: the run-time twin of `Binding` in fn-types.ts.
 *
 * Invariant: fails in exactly the cases in which the type is a message, with the same message.
 */
import { addSize, equalSize, type Size, showSize, substituteSize } from "../shape/size.js";
import { type Atom, type Aval, makeLit } from "./ir.js";
import { type GraphMessageName, type GraphMessageValues, graphError } from "./messages.js";
import type { SizeSubstitution } from "./substitute.js";
import { atomOf, isTensor } from "./tensor.js";
import { sortTexts } from "./text-order.js";
import { branch, type Path, type Structure } from "./trees.js";

const refuse = <N extends GraphMessageName>(name: N, values: GraphMessageValues<N>): never => {
  throw graphError(name, values);
};

/** A size that is more than a name, and what came for it: checked when its names are known. */
interface Derived {
  readonly declared: Size;
  readonly actual: Size;
  readonly path: Path;
}

/** What each name met, in order, and the sizes made of names. */
interface Met {
  readonly names: Map<string, Size[]>;
  readonly derived: Derived[];
}

/** A name by itself, the only thing that binds; `2*n` is checked once `n` is known. */
const loneName = (size: Size): string | undefined => {
  const [term, ...rest] = typeof size === "number" ? [] : size.terms;
  return term !== undefined && rest.length === 0 && term.coefficient === 1 && term.names.length === 1
    ? term.names[0]
    : undefined;
};

function bindLeaf(declared: Aval, actual: unknown, path: Path, met: Met): Atom {
  if (typeof actual === "number" && declared.shape.length === 0) return makeLit(actual, declared.dtype);
  if (!isTensor(actual)) return refuse("inputNotTensor", { path });
  if (actual.dtype !== declared.dtype)
    return refuse("inputDType", { path, expected: declared.dtype, actual: actual.dtype });
  const rank = declared.shape.length;
  if (actual.sizes.length !== rank) return refuse("inputRank", { path, expected: rank, actual: actual.sizes.length });
  declared.shape.forEach((size, axis) => {
    const got = actual.sizes[axis] ?? 1;
    const name = loneName(size);
    if (name !== undefined) met.names.set(name, [...(met.names.get(name) ?? []), got]);
    else if (typeof size !== "number") met.derived.push({ declared: size, actual: got, path });
    else if (!equalSize(size, got)) refuse("inputSize", { path, expected: size, actual: showSize(got) });
  });
  return atomOf(actual, "call");
}

function bindTree(declared: Structure<Aval>, actual: unknown, path: Path, met: Met): Atom[] {
  switch (declared.kind) {
    case "leaf":
      return [bindLeaf(declared.leaf, actual, path, met)];
    case "list": {
      if (!Array.isArray(actual)) return refuse("inputNotTuple", { path });
      const expected = declared.items.length;
      if (actual.length !== expected) return refuse("inputLength", { path, expected, actual: actual.length });
      return declared.items.flatMap((item, i) => bindTree(item, actual[i], branch(path, i), met));
    }
    case "object": {
      const record = (typeof actual === "object" && actual !== null ? actual : {}) as Readonly<Record<string, unknown>>; // keys are looked up, nothing else
      return declared.entries.flatMap(([key, child]) => {
        if (!(key in record)) return refuse("inputMissing", { path: branch(path, key) });
        return bindTree(child, record[key], branch(path, key), met);
      });
    }
    case "none":
      return [];
  }
}

function agree(met: Met): SizeSubstitution {
  const env: Record<string, Size> = {};
  for (const [name, sizes] of met.names) {
    const [one = "", other] = sortTexts(sizes.map(showSize));
    if (other !== undefined) refuse("dimensionClash", { name, one, other });
    env[name] = sizes[0] ?? addSize(0, 0);
  }
  for (const { declared, actual, path } of met.derived) {
    const expected = substituteSize(declared, env);
    if (!equalSize(expected, actual))
      refuse("inputSize", { path, expected: showSize(expected), actual: showSize(actual) });
  }
  return env;
}

/** The arguments as atoms, in the order of the declared leaves, and what the names stand for. */
export function bindDims(
  declared: Structure<Aval>,
  actual: unknown,
): { readonly args: readonly Atom[]; readonly env: SizeSubstitution } {
  const met: Met = { names: new Map(), derived: [] };
  const args = bindTree(declared, actual, "", met);
  return { args, env: agree(met) };
}
