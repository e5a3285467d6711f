/**
 * A loaded model to the text of its generated module, with what `--dump` and `explain` show of each function.
 *
 * Invariant: the same model gives the same bytes; nothing here knows of files or terminals.
 */
import {
  type Aval,
  type FnValue,
  isFn,
  leavesOf,
  type Path,
  printFunc,
  type Structure,
  type TracedFn,
  traceFn,
} from "@tapeless/types/compiler";
import { type EmitFunction, emitModule, type SpecTree } from "../emit/ts/index.js";
import { kernelLanguage } from "../ir/kernel/index.js";
import { loopLanguage } from "../ir/loop/index.js";
import type { LoadedExport, LoadedModel } from "../load/loaded-model.js";
import { trustIndices } from "../passes/trust-indices.js";
import { type Compiled, compileFunction } from "./compile-function.js";
import type { CompiledFunction, CompiledModel } from "./compiled-model.js";
import { explainFunction } from "./explain.js";
import { nameParams, nameValues } from "./name-values.js";
import { sizeChecksOf } from "./size-checks.js";

/** What a leaf is called in the code: its path without the input's own name, where there is more. */
function leafName(path: Path): string {
  const [first = "", ...rest] = path.split(".");
  return rest.length === 0 || /^\d/.test(rest[0] ?? "") ? [first, ...rest].join("_") : rest.join("_");
}

/** A tree of types as the emitter wants it: leaves name the storage, in the order of the program's buffers. */
function specTree(structure: Structure<Aval>, buffers: readonly string[]): SpecTree {
  let next = 0;
  const convert = (node: Structure<Aval>): SpecTree => {
    switch (node.kind) {
      case "leaf":
        return { kind: "leaf", buffer: buffers[next++] ?? "", dtype: node.leaf.dtype, shape: node.leaf.shape };
      case "object":
        return { kind: "object", entries: node.entries.map(([key, child]) => [key, convert(child)] as const) };
      case "list":
        return { kind: "list", items: node.items.map(convert) };
      case "none":
        return node;
    }
  };
  return convert(structure);
}

const buffersIn = ({ planned }: Compiled, space: "input" | "output"): readonly string[] =>
  planned.program.buffers.filter((buffer) => buffer.space === space).map((buffer) => buffer.name);

/** Positions of the leaves of donated inputs. */
function donatedLeaves({ input, donate }: TracedFn): readonly number[] {
  const paths = leavesOf(input).map(([, path]) => path);
  return paths.flatMap((path, k) => (donate.includes(path.split(".")[0] ?? "") ? [k] : []));
}

interface Built {
  readonly emit: EmitFunction;
  readonly compiled: CompiledFunction;
}

function buildFunction(loaded: LoadedExport, fn: FnValue, model: LoadedModel): Built {
  const traced = traceFn(fn, loaded.name);
  const paths = leavesOf(traced.input).map(([, path]) => path);
  const func = nameValues(
    nameParams(traced.func, (k) => leafName(paths[k] ?? "")),
    model.localNames,
  );
  const results = leavesOf(traced.output).map(([, path]) => (path === "" ? "result" : path.replaceAll(".", "_")));
  const compiled = compileFunction(func, { results, donated: donatedLeaves(traced) });
  const inputs = buffersIn(compiled, "input");
  const emit: EmitFunction = {
    name: loaded.name,
    ...(loaded.doc === undefined ? {} : { doc: loaded.doc }),
    ...(loaded.span === undefined ? {} : { span: loaded.span }),
    input: specTree(traced.input, inputs),
    output: specTree(traced.output, buffersIn(compiled, "output")),
    donate: traced.donate,
    program: compiled.loop,
    sizeChecks: sizeChecksOf(compiled.expanded),
    indexChecks: trustIndices(compiled.expanded).checks.map(({ param, ...check }) => ({
      ...check,
      buffer: inputs[param] ?? "",
    })),
  };
  return { emit, compiled: shown(loaded.name, compiled) };
}

/** Texts and counts are made when they are asked for: of a large model they take as long as its code. */
const shown = (name: string, compiled: Compiled): CompiledFunction => ({
  name,
  dump: {
    get tensor() {
      return printFunc(compiled.tensor);
    },
    get kernel() {
      return kernelLanguage.print(compiled.planned.program);
    },
    get loop() {
      return loopLanguage.print(compiled.loop);
    },
  },
  get explain() {
    return explainFunction(name, compiled);
  },
});

/** Runs work for an export; an error that knows no place is told where the model exports it. */
function blaming<T>({ span }: LoadedExport, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const placed = error instanceof Error && "span" in error && error.span !== undefined;
    throw error instanceof Error && !placed ? Object.assign(error, { span }) : error;
  }
}

/** Compiles every exported function of a model. */
export function compileModule(model: LoadedModel): CompiledModel {
  const built = model.exports.flatMap((loaded) => {
    const { fn } = loaded;
    return isFn(fn) ? [blaming(loaded, () => buildFunction(loaded, fn, model))] : [];
  });
  return {
    text: emitModule({
      modelFile: model.file.split("/").at(-1) ?? model.file,
      ...(model.brands === undefined ? {} : { brands: model.brands }),
      functions: built.map(({ emit }) => emit),
    }),
    functions: built.map(({ compiled }) => compiled),
  };
}
