/**
 * A root looked at by itself: which stored values it reads and where, what it computes inside, and how often.
 *
 * Invariant: axes are named by position (`$0`, `$1`, …), so the same index of the same domain has the same text in
 * every root; axes of size 1 are no axes, their index is 0.
 */
import { type Index, namedSize, namesOf, type ScalarExpr, type Size, type Var } from "@tapeless/types/compiler";
import type { AxisSizes } from "../../ir/kernel/bounds.js";
import type { Dag } from "./dag.js";
import { type Form, Forms } from "./forms.js";
import { type Reading, Readings } from "./readings.js";
import type { Reader } from "./recipe.js";
import { indexText, type Region } from "./region.js";
import type { KernelRoot, Produced } from "./roots.js";
import { safeLoads } from "./safe-loads.js";
import { shareSubexpressions } from "./share.js";

/** One place where an inlined value is computed, whoever asks for it there. */
export interface Instance {
  readonly value: Var;
  readonly index: readonly Index[];
  readonly at: string;
  /** The inlined value that asks for it first; undefined: the root itself does. */
  readonly parent: Var | undefined;
  /** What is computed, maybe of the values of a root of equal form; `costOf` tells the price, which few places are asked for. */
  readonly expr: ScalarExpr;
  /** The loop would compute it again for the same index: an outer axis is missing in it while an inner one is there. */
  readonly repeated: boolean;
}

/** Does a reader at a place tell more than the one that is known there? The root itself does, for it is outermost. */
export const tellsMore = (parent: Var | undefined, known: Instance | undefined): boolean =>
  known === undefined || (known.parent !== undefined && parent === undefined);

/** A value that is read, and where. */
export interface Read {
  readonly value: Var;
  readonly index: readonly Index[];
}

/** Of roots, by their keys, the operands whose products they sum, which nothing changes; undefined where a root is no contraction. */
export type Factors = Map<string, readonly Read[] | undefined>;

export interface StoredRead extends Read {
  /** Is it the index of the iteration itself? */
  readonly isOwn: boolean;
}

export interface Solo {
  readonly root: KernelRoot;
  /** Where it writes. */
  readonly index: readonly Index[];
  /** Is it an element of a stored value as it is? */
  readonly isLoad: boolean;
  readonly reads: readonly StoredRead[];
  readonly instances: readonly Instance[];
  /** Inlined values that must be stored: they make an index from a load that only a branch protects. */
  readonly unsafe: readonly Var[];
  readonly cost: number;
}

export const axisName = (position: number): string => `$${position}`;

/** The domain's own index: a name per axis, 0 where the size is 1. */
export const ownIndex = (domain: readonly Size[]): readonly Index[] =>
  domain.map((size, position) => (size === 1 ? 0 : namedSize(axisName(position))));

/** Names in an index, integer lets replaced by the names that they come from. */
type NamesIn = (index: Index) => Iterable<string>;

function namesThrough(dag: Dag): NamesIn {
  const within = (id: number): readonly string[] => {
    const { expr, args } = dag.node(id);
    const own = expr.kind === "Load" ? expr.index : expr.kind === "Position" ? [expr.index] : [];
    return [...own.flatMap((index) => [...through(index)]), ...args.flatMap(within)];
  };
  const through: NamesIn = (index) =>
    dag.integerNames.size === 0
      ? namesOf(index)
      : new Set(
          namesOf(index).flatMap((name) => {
            const id = dag.integerNames.get(name);
            return id === undefined ? [name] : within(id);
          }),
        );
  return through;
}

/** Is some axis before the last one that `index` names missing in it? */
function isRepeated(index: readonly Index[], axes: readonly string[], names: NamesIn): boolean {
  const named = new Set<string>();
  for (const each of index) for (const name of names(each)) named.add(name);
  const last = axes.findLastIndex((axis) => named.has(axis));
  return axes.slice(0, last + 1).some((axis) => !named.has(axis));
}

/** Names of sizes that a kernel cannot run without: those of its axes, and of its places in what it reads. */
export const sizesNamedBy = (root: KernelRoot, { reads, index }: Solo): readonly string[] =>
  [...root.domain, ...reads.flatMap((read) => read.index), ...index].flatMap(namesOf);

export const axisSizes = (domain: readonly Size[]): AxisSizes =>
  new Map(domain.flatMap((size, position) => (size === 1 ? [] : [[axisName(position), size] as const])));

/** The formula of a root among readings that others share, or by itself. */
function formulaOf(region: Region, root: KernelRoot, shared: Readings) {
  const produce = (reader: Reader): Produced => root.produce(reader, ownIndex(root.domain));
  const formula = shared.of(produce);
  if (!formula.hasIntegers) return { ...formula, readings: shared };
  const readings = new Readings(region);
  return { ...readings.of(produce), readings };
}

export function studyRoot(region: Region, root: KernelRoot, shared = new Readings(region)): Solo {
  const { made: produced, inner, hasIntegers, readings } = formulaOf(region, root, shared);
  const { dag, makers } = readings;
  const sizes = axisSizes(root.domain);
  const { reads, instances } = collectedFrom(
    inner,
    indexText(ownIndex(root.domain)),
    [...sizes.keys()],
    namesThrough(dag),
  );
  const id = dag.intern(produced.value);
  const unsafe = hasIntegers ? unsafeIntegers(region, dag, produced, reads, sizes) : [];
  return {
    root,
    index: produced.index,
    isLoad: produced.value.kind === "Load",
    reads,
    instances,
    unsafe: unsafe.flatMap((name) => makers.get(name) ?? []),
    cost: hasIntegers ? dag.size : dag.countFrom(id),
  };
}

/** What a formula reads, directly or not, and what is computed inside; `ownText` is the index of the iteration. */
function collectedFrom(
  readings: readonly Reading[],
  ownText: string,
  axes: readonly string[],
  names: NamesIn,
): Pick<Solo, "reads" | "instances"> {
  const reads = new Map<Reading, StoredRead>();
  const instances = new Map<Reading, Instance>();
  const repeats = new Map<string, boolean>();
  const isRepeatedAt = ({ at, index }: Reading): boolean => {
    const known = repeats.get(at) ?? isRepeated(index, axes, names);
    repeats.set(at, known);
    return known;
  };
  const visit = (reading: Reading, parent: Var | undefined): void => {
    const { value, index, at, expr, inner } = reading;
    if (inner === undefined) {
      reads.set(reading, { value, index, isOwn: at === ownText });
      return;
    }
    const known = instances.get(reading);
    if (known === undefined) for (const each of inner) visit(each, value);
    if (tellsMore(parent, known))
      instances.set(reading, { value, index, at, parent, expr, repeated: isRepeatedAt(reading) });
  };
  for (const reading of readings) visit(reading, undefined);
  return { reads: [...reads.values()], instances: [...instances.values()] };
}

/** Integers that only a branch protects from being loaded outside their buffer. */
function unsafeIntegers(
  region: Region,
  dag: Dag,
  produced: Produced,
  reads: readonly StoredRead[],
  axes: AxisSizes,
): readonly string[] {
  const shapes = new Map(reads.map(({ value }) => [`%${region.numberOf(value)}`, value.shape]));
  const safe = safeLoads((buffer) => shapes.get(buffer) ?? [], axes, region.builder.sizes);
  return shareSubexpressions(dag, [produced], { safe, early: () => false, nameOf: (id) => `$t${id}` }).unsafe;
}

/** What was found of a root, for one of equal form. */
function soloOfTwin(solo: Solo, from: Form, to: Form, root: KernelRoot): Solo {
  const twins = new Map(from.values.map((value, k) => [value, to.values[k]] as const));
  const twinOf = (value: Var): Var => {
    const twin = twins.get(value);
    if (twin === undefined) throw new Error(`bug: '${value.name}' is read, and is not in the form of what reads it`);
    return twin;
  };
  return {
    ...solo,
    root,
    reads: solo.reads.map((read) => ({ ...read, value: twinOf(read.value) })),
    instances: solo.instances.map((instance) => ({
      ...instance,
      value: twinOf(instance.value),
      parent: instance.parent === undefined ? undefined : twinOf(instance.parent),
    })),
    unsafe: solo.unsafe.map(twinOf),
  };
}

/**
 * What has been found of the roots of a region. A root is looked at again only when a value that it computes inside has
 * been stored since: nothing else changes what it reads. Of roots of equal forms one is looked at.
 */
export class Studies {
  private readonly known = new Map<string, Solo>();
  private readonly inlined = new Map<string, readonly Var[]>();
  private readonly forms: Forms;
  private readonly byForm = new Map<string, { readonly solo: Solo; readonly form: Form }>();
  /** Whoever asks for the factors of a root keeps them here. */
  readonly factors: Factors = new Map();
  /** How many times a root was looked at. */
  count = 0;

  constructor(private readonly region: Region) {
    this.forms = new Forms(region);
  }

  /** `readings`: what roots share that are looked at while nothing is stored. */
  of(root: KernelRoot, readings: Readings): Solo {
    const known = this.known.get(root.key);
    const inlined = this.inlined.get(root.key) ?? [];
    if (known !== undefined && known.root.keep === root.keep && !inlined.some((value) => this.region.isForced(value)))
      return { ...known, root };
    const solo = this.look(root, readings);
    this.known.set(root.key, solo);
    this.inlined.set(root.key, [...new Set(solo.instances.map(({ value }) => value))]);
    return solo;
  }

  private look(root: KernelRoot, readings: Readings): Solo {
    const form = this.forms.of(root);
    const equal = form === undefined ? undefined : this.byForm.get(form.text);
    if (form !== undefined && equal !== undefined) return soloOfTwin(equal.solo, equal.form, form, root);
    this.count++;
    const solo = studyRoot(this.region, root, readings);
    if (form !== undefined) this.byForm.set(form.text, { solo, form });
    return solo;
  }
}
