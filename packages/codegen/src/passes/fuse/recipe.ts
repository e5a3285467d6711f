/**
 * How a value is computed, with the batch axes of its equation in front: the op's `Definition` made ready to be asked
 * for any element, by any reader.
 *
 * Invariant: a recipe holds no state. The same recipe read at the same index by the same reader gives equal expressions,
 * so inlining a producer into a consumer is nothing but asking for its element.
 */
import {
  type Atom,
  type Combine,
  coreShape,
  type Definition,
  type Eqn,
  type Index,
  isFloat,
  kernelBuilder,
  type LoweringContext,
  type ScalarExpr,
  type Size,
} from "@tapeless/types/compiler";
import { reshapeIndex } from "./reshape.js";

/** What an equation's op means on core shapes; the compiler looks it up in the op table, tests bring their own. */
export type Define = (eqn: Eqn, context: LoweringContext) => Definition;

/** Who asks for elements: gives the expression of an operand's element, and makes integer scalars into indices. */
export interface Reader {
  readonly read: (atom: Atom, index: readonly Index[]) => ScalarExpr;
  readonly asIndex: (value: ScalarExpr) => Index;
}

export type Element = (reader: Reader, index: readonly Index[]) => ScalarExpr;

export interface MapRecipe {
  readonly form: "map";
  readonly element: Element;
}

export interface ReduceRecipe {
  readonly form: "reduce";
  readonly combine: Combine;
  readonly domain: readonly Size[];
  readonly keep: readonly number[];
  readonly term: Element;
}

export interface ScatterRecipe {
  readonly form: "scatter";
  /** How a term joins what is there; `set` takes its place. */
  readonly combine: "sum" | "set";
  readonly domain: readonly Size[];
  readonly base: Element;
  readonly target: (reader: Reader, d: readonly Index[]) => readonly Index[];
  readonly term: Element;
}

/** The elements of `source` in the same order under another shape, where no polynomial leads from index to index. */
export interface ViewRecipe {
  readonly form: "view";
  readonly source: Atom;
}

/** A loop: `scan` or `while`. */
export interface ScanRecipe {
  readonly form: "scan";
  readonly eqn: Eqn;
}

export interface SwitchRecipe {
  readonly form: "switch";
  readonly eqn: Eqn;
}

export type Recipe = MapRecipe | ReduceRecipe | ScatterRecipe | ViewRecipe | ScanRecipe | SwitchRecipe;

/** Asks for a definition whose operands read through `reader`, for one position along the batch axes. */
type DefinitionAt = (batch: readonly Index[], reader: Reader) => Definition;

/** The op's definition on the core shapes of an equation. */
function definitionOf(eqn: Eqn, define: Define): DefinitionAt {
  const out = outputOf(eqn);
  const shape = out.shape.slice(eqn.batch.length);
  const inputs = eqn.inputs.map((atom, k) => ({
    atom,
    shape: coreShape(atom.shape, eqn.batch, k),
    mapped: [...eqn.batch.keys()].filter((axis) => eqn.batch[axis]?.mapped[k] === true),
  }));
  return (batch, reader) => {
    const operands = inputs.map(({ atom, shape, mapped }) => {
      const lead = mapped.map((axis) => batch[axis] ?? 0);
      const at = (index: readonly Index[]): ScalarExpr =>
        reader.read(atom, lead.length === 0 ? index : [...lead, ...index]);
      return { shape, dtype: atom.dtype, at, indexAt: (index: readonly Index[]) => reader.asIndex(at(index)) };
    });
    return define(eqn, { s: kernelBuilder, index: reader.asIndex, operands, shape, dtype: out.dtype });
  };
}

function outputOf(eqn: Eqn): Atom {
  const [out] = eqn.outs;
  if (out === undefined) throw new Error(`fuse: equation '${eqn.op}' has no output`);
  return out;
}

/** A reader that only shows that something was read: to see a definition's form and domain. */
const probe: Reader = {
  read: (atom) => ({ kind: "Ref", name: "operand", dtype: atom.dtype }),
  asIndex: () => 0,
};

/** Stands for what nobody looks at. */
const nothingOf = ({ dtype }: Atom): ScalarExpr => ({
  kind: "Const",
  value: isFloat({ dtype }) ? Number.NaN : 0,
  dtype,
});

function wrongForm(eqn: Eqn): never {
  throw new Error(`fuse: the definition of '${eqn.op}' changes its form between readings`);
}

export function recipeOf(eqn: Eqn, define: Define): Recipe {
  if (eqn.op === "scan" || eqn.op === "while") return { form: "scan", eqn };
  if (eqn.op === "switch") return { form: "switch", eqn };
  if (eqn.op === "unwritten") return { form: "map", element: () => nothingOf(outputOf(eqn)) };
  if (eqn.op === "reshape") return reshapeRecipe(eqn);
  const rank = eqn.batch.length;
  const definitionAt = definitionOf(eqn, define);
  const at = (reader: Reader, index: readonly Index[]): [Definition, readonly Index[]] =>
    rank === 0 ? [definitionAt([], reader), index] : [definitionAt(index.slice(0, rank), reader), index.slice(rank)];
  const form = definitionAt(Array<Index>(rank).fill(0), probe);
  const element: Element = (reader, index) => {
    const [definition, core] = at(reader, index);
    return definition.body(core);
  };
  const domain = [...eqn.batch.map((axis) => axis.size), ...(form.form === "map" ? [] : form.domain)];
  switch (form.form) {
    case "map":
      return { form: "map", element };
    case "reduce": {
      const keep = [...eqn.batch.keys(), ...form.keep.map((position) => position + rank)];
      return { form: "reduce", combine: form.combine, domain, keep, term: element };
    }
    case "scatter":
      return {
        form: "scatter",
        combine: form.combine,
        domain,
        term: element,
        base: (reader, index) => {
          const [definition, core] = at(reader, index);
          return definition.form === "scatter" ? definition.base(core) : wrongForm(eqn);
        },
        target: (reader, index) => {
          const [definition, core] = at(reader, index);
          if (definition.form !== "scatter") return wrongForm(eqn);
          return [...index.slice(0, rank), ...definition.target(core)];
        },
      };
  }
}

/** Batch axes lead both shapes alike, so a batched reshape is just a reshape of the whole. */
function reshapeRecipe(eqn: Eqn): Recipe {
  const [source] = eqn.inputs;
  if (source === undefined) throw new Error("fuse: reshape without an operand");
  const to = outputOf(eqn).shape;
  if (source.kind === "Lit") return { form: "map", element: (reader) => reader.read(source, []) };
  if (reshapeIndex(source.shape, to) === undefined) return { form: "view", source };
  return {
    form: "map",
    element: (reader, index) => {
      const map = reshapeIndex(source.shape, to);
      if (map === undefined) throw new Error("fuse: a reshape changed its mind"); // decided above, from shapes alone
      return reader.read(source, map(index));
    },
  };
}
