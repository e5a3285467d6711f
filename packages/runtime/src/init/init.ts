/**
 * `init`: a tree of parameters from a spec and a key.
 *
 * Invariant: what a tensor is given depends on the key, its path, its shape and its initialiser alone, so that a layer
 * more, or another order of layers, changes no other.
 */
import type { F32, F64 } from "../brand.js";
import { foldInText, type Key } from "../random/key.js";
import { elementCount, type Sizes, shapeOf } from "../size.js";
import { type ArraysOf, isTensorSpec, type SpecTree, showSpec, type TensorSpec, type TensorValue } from "../spec.js";
import { storageOf } from "../storage.js";
import * as tree from "../tree.js";
import { type FloatArray, glorotUniform, type Initializer, zeros } from "./initializers.js";

/** The initialiser for a tensor; `undefined` leaves it the default. */
export type Choose = (path: tree.Path, spec: TensorSpec) => Initializer | undefined;

/** Initialisers by name; one at a branch holds for all below it, and what is left out has the default. */
export type InitTree<Spec> = Initializer | ([SpecTree] extends [Spec] ? object : InitBranch<Spec>);

type InitBranch<Spec> = Spec extends TensorSpec
  ? never
  : { readonly [name in keyof Spec]?: InitTree<Spec[name]> | undefined };

/** One initialiser for all tensors, a tree of them, or a function that chooses by path and spec. */
export type How<Spec> = Choose | InitTree<Spec>;

export interface InitOptions {
  /** Values of the named dimensions. */
  readonly sizes?: Sizes;
}

const glorot = glorotUniform();

/** Matrices and tensors of higher rank Glorot uniform; vectors, scalars and whole numbers zero. */
export const defaultInitializer = (spec: TensorSpec): Initializer =>
  spec.shape.length >= 2 && (spec.dtype === "f32" || spec.dtype === "f64") ? glorot : zeros;

const isInitializer = (value: unknown): value is Initializer =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "initializer";

/** Walks the tree of initialisers along the spec's path, and stops at the first initialiser. */
function chosen(how: unknown, path: tree.Path): Initializer | undefined {
  let node = how;
  for (const name of path) {
    if (isInitializer(node) || node === undefined) break;
    if (typeof node !== "object" || node === null) break;
    node = Object.hasOwn(node, name) ? Reflect.get(node, name) : undefined;
  }
  if (node === undefined || isInitializer(node)) return node;
  throw new TypeError(`init: ${tree.showPath(path)}: expected an initialiser, got ${typeof node}`);
}

/** A name in `how` that the spec does not have would silently do nothing: an error instead. */
function refuseStrangers(how: unknown, spec: unknown, path: tree.Path): void {
  if (typeof how !== "object" || how === null || isInitializer(how)) return;
  for (const [name, below] of Object.entries(how)) {
    const isIndex = Array.isArray(spec);
    const step = isIndex ? Number(name) : name;
    if (typeof spec !== "object" || spec === null || isTensorSpec(spec) || !Object.hasOwn(spec, step)) {
      throw new TypeError(
        `init: an initialiser is given for ${tree.showPath([...path, step])}, which the spec does not have`,
      );
    }
    refuseStrangers(below, Reflect.get(spec, step), [...path, step]);
  }
}

function chooser(how: unknown, spec: unknown): Choose {
  if (typeof how === "function") return how as Choose; // cast: the type `How` allows no other function
  refuseStrangers(how, spec, []);
  return (path) => chosen(how, path);
}

const floatStorage = (dtype: "f32" | "f64", length: number): FloatArray => storageOf(dtype, length) as F32 | F64; // cast: these dtypes have no other storage

function initOne(spec: TensorSpec, path: tree.Path, key: Key, initializer: Initializer, sizes: Sizes): TensorValue {
  const shape = shapeOf("init", tree.showPath(path), spec, sizes);
  const scalar = shape.length === 0;
  if (spec.dtype === "i32" || spec.dtype === "bool") {
    if (initializer === zeros) return scalar ? 0 : storageOf(spec.dtype, elementCount(shape));
    throw new TypeError(
      `init: ${tree.showPath(path)}: ${initializer.name} cannot fill ${showSpec(spec)}; only zeros can`,
    );
  }
  const out = floatStorage(spec.dtype, elementCount(shape));
  const leafKey = path.reduce<Key>((folded, name) => foldInText(folded, String(name)), key);
  initializer.fill(out, shape, leafKey);
  return scalar ? (out[0] ?? 0) : out;
}

/**
 * Parameters for a spec, such as the `spec.params` that a generated module exports.
 *
 * By default matrices are Glorot uniform and vectors and scalars zero; `how` says otherwise: one initialiser for all
 * tensors, a tree of them in the form of the spec (parts may be left out), or a function of path and spec. Named
 * dimensions take their values from `options.sizes`; one without a value is an error that names tensor and dimension.
 *
 * ```ts
 * const params = init(spec.params, random.key(0), { hidden: { w: initializers.heNormal() } });
 * ```
 */
export function init<const Spec extends SpecTree>(
  spec: Spec,
  key: Key,
  how?: How<NoInfer<Spec>>,
  options?: InitOptions,
): ArraysOf<Spec>;
export function init(spec: unknown, key: Key, how: unknown, options: InitOptions = {}): unknown {
  const choose = chooser(how, spec);
  return tree.map<unknown, TensorValue>(spec, (leaf, path) => {
    if (!isTensorSpec(leaf)) throw new TypeError(`init: ${tree.showPath(path)} is no tensor spec`);
    return initOne(leaf, path, key, choose(path, leaf) ?? defaultInitializer(leaf), options.sizes ?? {});
  });
}
