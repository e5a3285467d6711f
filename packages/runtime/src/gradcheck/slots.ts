/**
 * Slots: the tensors of an input that a gradient is checked for, each beside its gradient.
 *
 * Invariant: slots write to a copy of the input, never to the caller's; there is one for every float tensor that is
 * differentiated, and its gradient has as many elements.
 */
import * as tree from "../tree.js";
import type { Precision } from "./ridders.js";

/** One tensor: its elements can be read and set (an array rounds to its storage), its gradient read. */
export interface Slot {
  readonly path: tree.Path;
  readonly length: number;
  readonly scalar: boolean;
  readonly get: (i: number) => number;
  readonly set: (i: number, value: number) => void;
  readonly gradient: (i: number) => number;
}

type Numeric = Float32Array | Float64Array | Int32Array | Uint8Array;

const isNumeric = (value: unknown): value is Numeric =>
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array;

/** A copy of a tree with arrays of its own. */
export const copyOf = <T>(values: T): T =>
  // Cast: every leaf is replaced by its like.
  tree.map<unknown, unknown>(values, (leaf) => (isNumeric(leaf) ? leaf.slice() : leaf)) as T;

/** The arrays of a tree decide: with one of 32-bit floats the function computes in f32. */
export const precisionOf = (...trees: readonly unknown[]): Precision =>
  trees.some((each) => tree.leaves<unknown>(each).some(({ leaf }) => leaf instanceof Float32Array)) ? "f32" : "f64";

/** What the caller says that the gradient is for, as paths into the input, each with its part of the gradient. */
export type Targets = readonly { readonly path: tree.Path; readonly gradient: unknown }[];

const fits = (input: unknown, gradient: unknown): boolean => {
  try {
    tree.zip<unknown, unknown, unknown>(input, gradient, () => 0);
    return true;
  } catch {
    return false;
  }
};

/** Finds the parts of the input that `gradient` is for. Without `wrt`: all of it, or the only input that there is. */
export function targetsOf(input: object, gradient: unknown, wrt: string | readonly string[] | undefined): Targets {
  if (typeof wrt === "string") return [{ path: [wrt], gradient }];
  if (wrt !== undefined) return wrt.map((name) => ({ path: [name], gradient: tree.at(gradient, [name]) }));
  const names = Object.keys(input);
  const [only] = names;
  if (fits(input, gradient)) return [{ path: [], gradient }];
  if (names.length === 1 && only !== undefined) return [{ path: [only], gradient }];
  throw new TypeError(
    `gradCheck: the gradient has not the form of the whole input { ${names.join(", ")} }; say what it is for, as in gradCheck(f, input, "${only}")`,
  );
}

type Box = Record<string | number, unknown>;

function scalarSlot(root: object, path: tree.Path, gradient: number): Slot {
  // Cast: the parent of a leaf is a branch, and branches are plain objects and arrays.
  const parent = tree.at(root, path.slice(0, -1)) as Box;
  const name = path.at(-1) ?? "";
  return {
    path,
    length: 1,
    scalar: true,
    get: () => Number(parent[name]),
    set: (_i, value) => {
      parent[name] = value;
    },
    gradient: () => gradient,
  };
}

function slotOf(root: object, path: tree.Path, leaf: unknown, gradient: unknown): Slot | undefined {
  if (leaf instanceof Int32Array || leaf instanceof Uint8Array) return undefined;
  if (typeof leaf === "number" && typeof gradient === "number") return scalarSlot(root, path, gradient);
  const isFloats = leaf instanceof Float32Array || leaf instanceof Float64Array;
  if (!isFloats || !isNumeric(gradient) || gradient.length !== leaf.length) {
    const say = (value: unknown): string =>
      isNumeric(value) ? `${value.constructor.name} of ${value.length}` : `a ${typeof value}`;
    throw new TypeError(`gradCheck: ${tree.showPath(path)} is ${say(leaf)}, but its gradient ${say(gradient)}`);
  }
  return {
    path,
    length: leaf.length,
    scalar: false,
    get: (i) => leaf[i] ?? Number.NaN,
    set: (i, value) => {
      leaf[i] = value;
    },
    gradient: (i) => gradient[i] ?? Number.NaN,
  };
}

/** Slots of all float tensors below the targets, over `root`, a copy of the input. */
export function slotsOf(root: object, targets: Targets): Slot[] {
  const slots: Slot[] = [];
  for (const target of targets) {
    const part = tree.at(root, target.path);
    tree.zip<unknown, unknown, void>(part, target.gradient, (leaf, gradient, below) => {
      const slot = slotOf(root, [...target.path, ...below], leaf, gradient);
      if (slot !== undefined && slot.length > 0) slots.push(slot);
    });
  }
  return slots;
}
