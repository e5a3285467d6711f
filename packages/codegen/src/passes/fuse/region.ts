/**
 * A region: one function (or one scan body) on its way to kernels, and what is known of each of its values.
 *
 * Invariant: every variable is bound (a parameter), stored (it gets a buffer), a view of a stored one, or inline (its
 * readers compute it). What is to be stored stays so, and deciding ends.
 */
import {
  type Atom,
  addSize,
  type Eqn,
  type Func,
  foundBy,
  type Index,
  type Lit,
  mulSize,
  namedSize,
  type ScalarExpr,
  showSize,
  subSize,
  type Var,
} from "@tapeless/types/compiler";
import type { ProgramBuilder } from "./builder.js";
import { type Counter, countAt } from "./counter.js";
import { Dag } from "./dag.js";
import { type Define, type Element, type Reader, type Recipe, recipeOf } from "./recipe.js";

/** Where a result of the region goes. A carry also says which parameter holds the value of the last iteration. */
export interface Destination {
  readonly buffer: string;
  readonly carry?: Var;
}

/** What a parameter stands for: a buffer, a number, or indices. */
export type Binding = string | Lit | Counter;

/** How a variable's elements are come by. */
export type Place =
  | { readonly place: "literal"; readonly literal: Lit }
  | { readonly place: "bound"; readonly buffer: string }
  | { readonly place: "counter"; readonly counter: Counter }
  | { readonly place: "stored"; readonly recipe: Recipe; readonly eqn: Eqn }
  | { readonly place: "view"; readonly source: Atom }
  | { readonly place: "inline"; readonly recipe: Extract<Recipe, { form: "map" }>; readonly eqn: Eqn };

/** Where the results of an equation are while nobody wants them in a buffer; undefined for those that have one always. */
function unforcedPlace(recipe: Recipe, eqn: Eqn): Place | undefined {
  if (recipe.form === "view") return { place: "view", source: recipe.source };
  return recipe.form === "map" ? { place: "inline", recipe, eqn } : undefined;
}

function boundPlace(bound: Binding): Place {
  if (typeof bound === "string") return { place: "bound", buffer: bound };
  return bound.kind === "Counter" ? { place: "counter", counter: bound } : { place: "literal", literal: bound };
}

export class Region {
  /** Values to store, whether or not they would be otherwise. */
  private readonly forced = new Set<Var>();
  /** Where each value is at present. */
  private readonly places = new Map<Var, Place>();
  /** Sums over a long axis, one for each place of a short one (`columns.ts`). */
  readonly columns = new Set<Var>();
  private readonly made = new Map<Var, { readonly eqn: Eqn; readonly unforced: Place; readonly stored: Place }>();
  private readonly numbers = new Map<Var, number>();
  readonly uses = new Map<Var, number>();
  /** Sizes that loops here find: the name, and a result of the loop. */
  readonly finders = new Map<string, Var>();

  constructor(
    readonly func: Func,
    readonly define: Define,
    readonly builder: ProgramBuilder,
    readonly bindings: ReadonlyMap<Var, Binding>,
    readonly destinations: readonly Destination[],
  ) {
    for (const param of func.params) this.numbers.set(param, this.numbers.size);
    for (const eqn of func.eqns) this.enter(eqn);
    for (const atom of func.outs) this.use(atom);
    for (const [value, bound] of bindings) this.places.set(value, boundPlace(bound));
  }

  private enter(eqn: Eqn): void {
    eqn.inputs.forEach((atom) => this.use(atom));
    const [first] = eqn.outs;
    if (first !== undefined) for (const name of foundBy(eqn)) this.finders.set(name, first);
    const recipe = recipeOf(eqn, this.define);
    const stored: Place = { place: "stored", recipe, eqn };
    const unforced = unforcedPlace(recipe, eqn) ?? stored;
    for (const out of eqn.outs) {
      this.made.set(out, { eqn, unforced, stored });
      this.places.set(out, unforced);
      this.numbers.set(out, this.numbers.size);
    }
  }

  private use(atom: Atom): void {
    if (atom.kind === "Var") this.uses.set(atom, (this.uses.get(atom) ?? 0) + 1);
  }

  get valueCount(): number {
    return this.numbers.size;
  }

  /** Position in the order of definition; also the order in which kernels are laid out. */
  numberOf(value: Var): number {
    const number = this.numbers.get(value);
    if (number === undefined) throw new Error(`fuse: '${value.name}' is not defined in '${this.func.name}'`);
    return number;
  }

  placeOf(value: Var): Place {
    const place = this.places.get(value);
    if (place === undefined) throw new Error(`fuse: '${value.name}' is not defined in '${this.func.name}'`);
    return place;
  }

  /** From now on it is stored. */
  store(value: Var): void {
    this.forced.add(value);
    const made = this.made.get(value);
    if (made?.unforced.place === "inline") this.places.set(value, made.stored);
  }

  /** Was it decided that it is stored? */
  isForced(value: Var): boolean {
    return this.forced.has(value);
  }

  /** How many values it was decided of. */
  get forcedCount(): number {
    return this.forced.size;
  }

  /** From now on its elements are computed where they are read, unless somebody wants them in a buffer. */
  writeOut(value: Var, element: Element): void {
    const made = this.made.get(value);
    if (made === undefined) throw new Error(`fuse: '${value.name}' is not defined in '${this.func.name}'`);
    const unforced: Place = { place: "inline", recipe: { form: "map", element }, eqn: made.eqn };
    this.made.set(value, { ...made, unforced });
    this.places.set(value, this.forced.has(value) ? made.stored : unforced);
  }

  /** Does nobody look at this result? Then it need not be there. */
  isUnwritten(value: Atom): boolean {
    return value.kind === "Var" && this.made.get(value)?.eqn.op === "unwritten";
  }

  /** Results of the loops that find the sizes among these, which are asked for only where there are such loops. */
  findersOf(names: () => Iterable<string>): readonly Var[] {
    return this.finders.size === 0 ? [] : [...new Set(names())].flatMap((name) => this.finders.get(name) ?? []);
  }

  /** The variable whose buffer holds these elements: views lead to what they view. */
  baseOf(value: Var): Var {
    const place = this.placeOf(value);
    return place.place === "view" && place.source.kind === "Var" ? this.baseOf(place.source) : value;
  }
}

/** Indices never change, and what is elementwise hands them on as they are: the text of the last one asked for. */
let last: { readonly index: readonly Index[]; readonly text: string } = { index: [], text: "" };

/** An index as text: equal texts mean the same element. */
export function indexText(index: readonly Index[]): string {
  if (index.length < 2) return index[0] === undefined ? "" : showSize(index[0]);
  if (last.index !== index) last = { index, text: index.map(showSize).join(",") };
  return last.text;
}

/** What a reader reports while it walks through inlined producers. `at` is the text of the index. */
export interface ReaderHooks {
  /** The element of a variable that has a buffer. */
  readonly stored: (value: Var, index: readonly Index[]) => ScalarExpr;
  /** Called around the body of an inlined variable. */
  readonly enter?: (value: Var) => void;
  readonly leave?: (value: Var, index: readonly Index[], at: string, expr: ScalarExpr) => void;
  readonly freshInteger: () => string;
  /** Called for each integer that becomes an index. */
  readonly named?: (name: string) => void;
}

/** An integer made of positions and numbers alone is an index as it is. */
function polynomialOf(value: ScalarExpr): Index | undefined {
  if (value.kind === "Const") return value.value;
  if (value.kind === "Position") return value.index;
  if (value.kind !== "Call" || value.dtype !== "i32") return undefined;
  const combine = { add: addSize, sub: subSize, mul: mulSize }[value.fn as "add"]; // undefined for any other
  const [left, right] = value.args.map(polynomialOf);
  return combine === undefined || left === undefined || right === undefined ? undefined : combine(left, right);
}

/** A reader that inlines what is inline and leaves the rest to `stored`. */
export function regionReader(region: Region, dag: Dag, hooks: ReaderHooks): Reader {
  const memo = new Map<Var, Map<string, ScalarExpr>>();
  const inline = (
    value: Var,
    index: readonly Index[],
    element: Extract<Recipe, { form: "map" }>["element"],
  ): ScalarExpr => {
    const at = indexText(index);
    const elements = memo.get(value) ?? new Map<string, ScalarExpr>();
    if (elements.size === 0) memo.set(value, elements);
    hooks.enter?.(value);
    const known = elements.get(at);
    const expr = known ?? element(reader, index);
    hooks.leave?.(value, index, at, expr);
    if (known === undefined) elements.set(at, expr);
    return expr;
  };
  const reader: Reader = {
    read: (atom, index) => {
      if (atom.kind === "Lit") return { kind: "Const", value: atom.value, dtype: atom.dtype };
      const place = region.placeOf(atom);
      switch (place.place) {
        case "literal":
          return { kind: "Const", value: place.literal.value, dtype: place.literal.dtype };
        case "counter":
          return { kind: "Position", index: countAt(place.counter, index), dtype: "i32" };
        case "inline":
          return inline(atom, index, place.recipe.element);
        case "bound":
        case "stored":
        case "view":
          return hooks.stored(atom, index);
      }
    },
    asIndex: (value) => {
      const affine = polynomialOf(value);
      if (affine !== undefined) return affine;
      const name = dag.nameInteger(value, hooks.freshInteger);
      hooks.named?.(name);
      return namedSize(name);
    },
  };
  return reader;
}

/** Does a scatter take the places where it writes from data? Else they are polynomials in its indices. */
export function scattersByData(region: Region, value: Var, recipe: Recipe): boolean {
  if (recipe.form !== "scatter") return false;
  const own = recipe.domain.map((_, axis) => namedSize(`$${axis}`));
  let byData = false;
  const reader = regionReader(region, new Dag(), {
    stored: (_, index) => ({ kind: "Load", buffer: "operand", index, dtype: value.dtype }),
    freshInteger: () => "$n",
    named: () => {
      byData = true;
    },
  });
  recipe.target(reader, own);
  return byData;
}

/** Is the base of a scatter the constant 0? */
export function startsFromZero(region: Region, value: Var, recipe: Recipe): boolean {
  if (recipe.form !== "scatter") return false;
  const unknown: ScalarExpr = { kind: "Const", value: Number.NaN, dtype: value.dtype };
  const reader = regionReader(region, new Dag(), { stored: () => unknown, freshInteger: () => "$n" });
  const base = recipe.base(
    reader,
    value.shape.map((_, axis) => namedSize(`$${axis}`)),
  );
  return base.kind === "Const" && base.value === 0;
}
