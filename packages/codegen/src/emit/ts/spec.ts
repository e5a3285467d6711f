/** Trees of inputs and outputs: their leaves with paths, their types, and the spec that a module exports as data. */
import { namesOf, type Size, showSize } from "@tapeless/types/compiler";
import type { LoopProgram } from "../../ir/loop/index.js";
import type { SpecLeaf, SpecTree } from "./module-input.js";
import { id, member, named, num, str, type TsExpr, type TsType } from "./tree.js";

export interface Leaf extends SpecLeaf {
  /** `params.hidden.w`; empty where the tree is a lone leaf. */
  readonly path: string;
  /** The top-level key above it. */
  readonly top: string;
  readonly keys: readonly string[];
}

export const isScalarOf = (program: LoopProgram) => {
  const scalars = new Set([...program.scalars, ...program.results].map(({ name }) => name));
  return (leaf: SpecLeaf): boolean => scalars.has(leaf.buffer);
};

/** Is a key a position in a list? */
export const isIndex = (key: string): boolean => /^\d+$/.test(key);

/** `.hidden.w`, `[0]`: from a tree to what is in it. */
export const wayText = (keys: readonly string[]): string =>
  keys.map((key) => (isIndex(key) ? `[${key}]` : `.${key}`)).join("");

/** `params.layers[0].w`. */
export const pathText = (keys: readonly string[]): string => wayText(keys).replace(/^\./, "");

/** Leaves in order, outermost first. */
export function leavesOf(tree: SpecTree, keys: readonly string[] = []): readonly Leaf[] {
  switch (tree.kind) {
    case "leaf":
      return [{ ...tree, path: pathText(keys), top: keys[0] ?? "", keys }];
    case "object":
      return tree.entries.flatMap(([key, below]) => leavesOf(below, [...keys, key]));
    case "list":
      return tree.items.flatMap((below, i) => leavesOf(below, [...keys, `${i}`]));
    case "none":
      return [];
  }
}

/** `input?.params?.hidden?.w`: a hole anywhere on the way gives undefined, which the check then names. */
export const reach = (root: string, keys: readonly string[], rootOptional: boolean): TsExpr =>
  keys.reduce<TsExpr>((object, key, depth) => member(object, key, rootOptional || depth > 0), id(root));

export const brandOf = { f32: "F32", f64: "F64", i32: "I32", bool: "Bool" } as const;

/** A named or computed dimension is a plain `number` to the type system of the module's users. */
const dimType = (size: Size): TsType => (typeof size === "number" ? { kind: "Literal", value: size } : named("number"));

export interface TypeOptions {
  /** Is this leaf a number? Else it is an array. */
  readonly isScalar: (leaf: SpecLeaf) => boolean;
  /** Scalars of an output are updated in place, so they are not readonly. */
  readonly mutableScalars: boolean;
  /** The name of the type that a tree has already. */
  readonly named: (tree: SpecTree) => string | undefined;
}

export function typeOf(tree: SpecTree, options: TypeOptions): TsType {
  const known = options.named(tree);
  if (known !== undefined) return named(known);
  switch (tree.kind) {
    case "leaf":
      if (options.isScalar(tree)) return named("number");
      return named(brandOf[tree.dtype], { kind: "Tuple", items: tree.shape.map(dimType), readonly: false });
    case "object":
      return {
        kind: "Fields",
        fields: tree.entries.map(([name, below]) => ({
          name,
          type: typeOf(below, options),
          readonly: !isMutable(below, options),
        })),
      };
    case "list":
      return {
        kind: "Tuple",
        items: tree.items.map((item) => typeOf(item, options)),
        readonly: !tree.items.some((item) => isMutable(item, options)),
      };
    case "none":
      return named("null");
  }
}

const isMutable = (tree: SpecTree, options: TypeOptions): boolean =>
  options.mutableScalars && tree.kind === "leaf" && options.isScalar(tree);

/** A dimension as the user wrote it: a number, or text. */
const dimData = (size: Size): TsExpr => (typeof size === "number" ? num(size) : str(showSize(size)));

/** The tree as data: `{ kind: "tensor", dtype, shape }` at each leaf. Those that are `held` by a constant are its name. */
export function specData(tree: SpecTree, held: (tree: SpecTree) => string | undefined = () => undefined): TsExpr {
  const known = held(tree);
  if (known !== undefined) return id(known);
  switch (tree.kind) {
    case "leaf":
      return {
        kind: "ObjectOf",
        entries: [
          ["kind", str("tensor")],
          ["dtype", str(tree.dtype)],
          ["shape", { kind: "ArrayOf", items: tree.shape.map(dimData) }],
        ],
      };
    case "object":
      return { kind: "ObjectOf", entries: tree.entries.map(([key, below]) => [key, specData(below, held)] as const) };
    case "list":
      return { kind: "ArrayOf", items: tree.items.map((item) => specData(item, held)) };
    case "none":
      return id("null");
  }
}

/** The tree as a literal whose leaves are the variables that hold them. Parts of it that a variable holds as a whole are that. */
export function resultOf(
  tree: SpecTree,
  variable: (leaf: SpecLeaf) => TsExpr,
  whole: (tree: SpecTree) => TsExpr | undefined = () => undefined,
): TsExpr {
  const known = whole(tree);
  if (known !== undefined) return known;
  switch (tree.kind) {
    case "leaf":
      return variable(tree);
    case "object":
      return {
        kind: "ObjectOf",
        entries: tree.entries.map(([key, below]) => [key, resultOf(below, variable, whole)] as const),
      };
    case "list":
      return { kind: "ArrayOf", items: tree.items.map((item) => resultOf(item, variable, whole)) };
    case "none":
      return id("null");
  }
}

/** Names of dimensions in a shape, in order, each once. */
export const dimNames = (shape: readonly Size[]): readonly string[] => [...new Set(shape.flatMap(namesOf))];
