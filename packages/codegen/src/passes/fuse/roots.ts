/**
 * Roots: what must be written to a buffer. Everything else is computed inside them.
 *
 * Invariant: a root is described without names of buffers, which are given when the kernels are made; `produce` may be
 * asked by any reader, any number of times.
 */
import {
  type Atom,
  type Combine,
  type Eqn,
  type Index,
  makeLit,
  type ScalarExpr,
  type Size,
  type Span,
  scalarBuilder,
  type Var,
} from "@tapeless/types/compiler";
import { allIndices } from "./indices.js";
import type { Reader, Recipe, ReduceRecipe } from "./recipe.js";

/** Where a root writes: the buffer of a variable, a buffer given from outside, or where a result of the region goes. */
export type Target = { readonly of: Var } | { readonly buffer: string } | { readonly result: number };

export interface Produced {
  readonly index: readonly Index[];
  readonly value: ScalarExpr;
}

export interface KernelRoot {
  readonly kind: "kernel";
  readonly key: string;
  /** Layout order: by definition of the variable, then by part. */
  readonly order: number;
  readonly target: Target;
  /** The variable whose element at the domain's own index this root computes (so that neighbours can share it). */
  readonly defines: Var | undefined;
  readonly combine: "set" | Combine;
  readonly keep: boolean;
  /** Changes elements of what another root has put there. */
  readonly changes: boolean;
  readonly domain: readonly Size[];
  readonly produce: (reader: Reader, d: readonly Index[]) => Produced;
  /** One of several sums of the same variable that compute the same but for a place: not the first of them. */
  readonly isFurther: boolean;
  /** Keys of roots that write the same buffer before this one. */
  readonly after: readonly string[];
  readonly spans: readonly Span[];
  /** What the formula in the kernel's comment is about. */
  readonly about: Atom;
  /** Which part it computes of what the equation of `about` means; undefined: something else. */
  readonly part: string | undefined;
}

/** A loop: `scan` or `while`. */
export interface ScanRoot {
  readonly kind: "scan";
  readonly key: string;
  readonly order: number;
  readonly eqn: Eqn;
  /** What it would stack, and each step adds to its row of a carry instead; and the carry's buffer. */
  readonly into: ReadonlyMap<Var, string>;
  readonly after: readonly string[];
}

export interface SwitchRoot {
  readonly kind: "switch";
  readonly key: string;
  readonly order: number;
  readonly eqn: Eqn;
  /** Results that the branches add to a carry, and its buffer. */
  readonly into: ReadonlyMap<Var, string>;
  readonly after: readonly string[];
}

/** Roots that hold programs: they are steps of their own. */
export type NestedRoot = ScanRoot | SwitchRoot;

export type Root = KernelRoot | NestedRoot;

const identity =
  (read: (reader: Reader, d: readonly Index[]) => ScalarExpr) =>
  (reader: Reader, d: readonly Index[]): Produced => ({ index: d, value: read(reader, d) });

/** A root that sets each element of `shape` to what `atom` holds there. */
export function copyRoot(
  key: string,
  order: number,
  atom: Atom,
  shape: readonly Size[],
  target: Target,
  indexIn: (d: readonly Index[]) => readonly Index[] = (d) => d,
): KernelRoot {
  const produce = identity((reader, d) => reader.read(atom, atom.kind === "Lit" ? [] : indexIn(d)));
  return { ...setRoot(key, order, shape, target, produce, []), about: atom };
}

function setRoot(
  key: string,
  order: number,
  domain: readonly Size[],
  target: Target,
  produce: KernelRoot["produce"],
  spans: readonly Span[],
): KernelRoot {
  const about = makeLit(0, "f64");
  return {
    kind: "kernel",
    key,
    order,
    target,
    defines: undefined,
    combine: "set",
    keep: false,
    changes: false,
    isFurther: false,
    domain,
    produce,
    after: [],
    spans,
    about,
    part: undefined,
  };
}

/** `carry = carry + rest`, in place: the part of an accumulation that is no reduction. */
export function addInPlaceRoot(
  key: string,
  order: number,
  carry: Var,
  rest: readonly Atom[],
  buffer: string,
): KernelRoot {
  const read = (reader: Reader, d: readonly Index[]) => (atom: Atom) => reader.read(atom, atom.kind === "Lit" ? [] : d);
  const produce = identity((reader, d) =>
    [carry, ...rest].map(read(reader, d)).reduce((a, b) => scalarBuilder.add(a, b)),
  );
  return { ...setRoot(key, order, carry.shape, { buffer }, produce, []), about: carry };
}

/**
 * The roots that compute a stored variable: one, or base and scatter. `into`: accumulate there instead. `fromZero`: the
 * base of a scatter is the constant 0, which a combining write starts from anyway. `columns`: a sum for each place that is kept.
 */
export function rootsOf(
  value: Var,
  order: number,
  recipe: Recipe,
  eqn: Eqn,
  { into, fromZero, columns }: { readonly into?: string; readonly fromZero?: boolean; readonly columns?: boolean } = {},
): readonly KernelRoot[] {
  const key = `${order}`;
  const target: Target = into === undefined ? { of: value } : { buffer: into };
  const keep = into !== undefined;
  switch (recipe.form) {
    case "map":
      return [
        {
          ...setRoot(key, order, value.shape, target, identity(recipe.element), eqn.spans),
          defines: value,
          about: value,
          part: "element",
        },
      ];
    case "reduce": {
      if (columns === true) return columnRoots(value, order, recipe, eqn);
      const produce = (reader: Reader, d: readonly Index[]): Produced => ({
        index: recipe.keep.map((position) => d[position] ?? 0),
        value: recipe.term(reader, d),
      });
      const root = setRoot(key, order, recipe.domain, target, produce, eqn.spans);
      return [{ ...root, combine: recipe.combine, keep, about: value, part: "terms" }];
    }
    case "scatter":
      return scatterRoots(value, order, recipe, eqn, target, { keep, fromZero: fromZero === true });
    case "view":
    case "scan":
    case "switch":
      return [];
  }
}

/** A sum for each place that is kept. */
function columnRoots(value: Var, order: number, recipe: ReduceRecipe, eqn: Eqn): readonly KernelRoot[] {
  const { domain, keep, combine } = recipe;
  const summed = domain.flatMap((_, position) => (keep.includes(position) ? [] : [position]));
  const own = summed.map((position) => domain[position] ?? 1);
  return allIndices(keep.map((position) => Number(domain[position]))).map((place, k): KernelRoot => {
    const whole = (d: readonly Index[]): readonly Index[] =>
      domain.map((_, position) => place[keep.indexOf(position)] ?? d[summed.indexOf(position)] ?? 0);
    const produce = (reader: Reader, d: readonly Index[]): Produced => ({
      index: place,
      value: recipe.term(reader, whole(d)),
    });
    const root = setRoot(`${order}.${k}`, order, own, { of: value }, produce, eqn.spans);
    return { ...root, combine, isFurther: k > 0, about: value, part: `column ${k}` };
  });
}

function scatterRoots(
  value: Var,
  order: number,
  recipe: Extract<Recipe, { form: "scatter" }>,
  eqn: Eqn,
  target: Target,
  { keep, fromZero }: { readonly keep: boolean; readonly fromZero: boolean },
): readonly KernelRoot[] {
  const produce = (reader: Reader, d: readonly Index[]): Produced => ({
    index: recipe.target(reader, d),
    value: recipe.term(reader, d),
  });
  const scatter = {
    ...setRoot(`${order}`, order, recipe.domain, target, produce, eqn.spans),
    combine: recipe.combine,
    about: value,
    part: "terms",
  };
  if (keep || fromZero) return [{ ...scatter, keep }];
  const base = setRoot(`${order}.base`, order, value.shape, target, identity(recipe.base), eqn.spans);
  return [
    { ...base, about: value, part: "base" },
    { ...scatter, keep: true, changes: true, after: [base.key] },
  ];
}
