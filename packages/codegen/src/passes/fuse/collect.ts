/**
 * Which roots a region needs: its results, and everything stored that these read, directly or not.
 *
 * Invariant: demand-driven, so what nothing reads is never computed; the list is in layout order.
 */
import { type Atom, type Eqn, mentionedBy, type Var } from "@tapeless/types/compiler";
import { type Accumulation, accumulationOf } from "./accumulate.js";
import { operandsToStore } from "./contraction.js";
import { type Joins, joinsOf } from "./joins.js";
import { Readings } from "./readings.js";
import type { Recipe } from "./recipe.js";
import { type Region, scattersByData, startsFromZero } from "./region.js";
import { addInPlaceRoot, copyRoot, type KernelRoot, type Root, rootsOf } from "./roots.js";
import { loopOperands, operandPart, scanInitRoots, walkedCounter } from "./scan-inputs.js";
import { type Solo, type Studies, sizesNamedBy } from "./solo.js";

export interface Collected {
  readonly roots: readonly Root[];
  readonly solos: ReadonlyMap<string, Solo>;
  /** Keys of contractions, which share a loop nest with nothing. */
  readonly contractions: ReadonlySet<string>;
  /** Keys of the roots that write each variable, in order. */
  readonly writers: ReadonlyMap<Var, readonly string[]>;
  /** Values that must be stored besides those that are. */
  readonly missing: ReadonlySet<Var>;
}

/** Which destination a variable is computed into directly: its first one, when it is computed in this region. */
export function ownersOf(region: Region): ReadonlyMap<Var, number> {
  const owners = new Map<Var, number>();
  region.func.outs.forEach((atom, k) => {
    if (atom.kind !== "Var" || owners.has(atom) || accumulations(region).has(k) || region.isUnwritten(atom)) return;
    const place = region.placeOf(atom).place;
    if (place === "stored" || place === "inline") owners.set(atom, k);
  });
  return owners;
}

const accumulationMemo = new WeakMap<Region, ReadonlyMap<number, Accumulation>>();

/** Results of a scan body that only add to a carry, by position. */
export function accumulations(region: Region): ReadonlyMap<number, Accumulation> {
  const known = accumulationMemo.get(region);
  if (known !== undefined) return known;
  const found = new Map<number, Accumulation>();
  region.destinations.forEach((destination, k) => {
    const accumulation = accumulationOf(region, destination, region.func.outs[k]);
    if (accumulation !== undefined) found.set(k, accumulation);
  });
  accumulationMemo.set(region, found);
  return found;
}

const addsUp = (recipe: Recipe): boolean => recipe.form === "scatter" && recipe.combine === "sum";

class Collector {
  readonly roots: Root[] = [];
  readonly solos = new Map<string, Solo>();
  readonly contractions = new Set<string>();
  readonly writers = new Map<Var, readonly string[]>();
  readonly missing = new Set<Var>();

  /** Values that roots read and nobody has looked at yet: a list, for the chain of roots may be as long as the function. */
  private readonly pending: Atom[] = [];
  /** Nothing is stored while roots are collected. */
  private readonly readings: Readings;

  constructor(
    private readonly region: Region,
    private readonly studies: Studies,
    private readonly joins: Joins,
  ) {
    this.readings = new Readings(region);
  }

  /** Finds the roots of all that is needed so far. */
  finish(): void {
    for (let atom = this.pending.pop(); atom !== undefined; atom = this.pending.pop()) this.look(atom);
    for (const [whole, parts] of this.joins.parts)
      if (this.writers.has(whole))
        this.writers.set(
          whole,
          parts.flatMap((part) => this.writers.get(part) ?? []),
        );
  }

  need(atom: Atom): void {
    this.pending.push(atom);
  }

  private look(atom: Atom): void {
    if (atom.kind === "Lit") return;
    const place = this.region.placeOf(atom);
    if (place.place === "view") {
      this.need(place.source);
      return;
    }
    if (place.place === "inline") {
      this.missing.add(atom); // asked for as a buffer
      return;
    }
    if (place.place !== "stored" || this.writers.has(atom)) return;
    const parts = this.joins.parts.get(atom);
    if (parts !== undefined) {
      this.writers.set(atom, []); // told when those of the parts are known
      for (const part of parts) this.need(part);
      return;
    }
    const order = this.region.numberOf(atom);
    if (place.recipe.form === "scan") {
      this.needScan(place.recipe.eqn);
      return;
    }
    if (place.recipe.form === "switch") {
      this.needSwitch(place.recipe.eqn);
      return;
    }
    // Where the indices say which elements are written, those that are not need the zeros of the base.
    const fromZero =
      addsUp(place.recipe) &&
      scattersByData(this.region, atom, place.recipe) &&
      startsFromZero(this.region, atom, place.recipe);
    this.addKernels(
      rootsOf(atom, order, place.recipe, place.eqn, { fromZero, columns: this.region.columns.has(atom) }),
      atom,
    );
  }

  addKernels(roots: readonly KernelRoot[], writes?: Var): void {
    if (writes !== undefined)
      this.writers.set(
        writes,
        roots.map((root) => root.key),
      );
    for (const root of roots) {
      this.roots.push(root);
      const operands = operandsToStore(this.region, root, this.studies.factors);
      if (operands !== undefined) this.contractions.add(root.key);
      operands?.forEach((value) => this.missing.add(value));
      const solo = this.studies.of(root, this.readings);
      this.solos.set(root.key, solo);
      solo.unsafe.forEach((value) => this.missing.add(value));
      for (const read of solo.reads) this.need(read.value);
      for (const finder of this.region.findersOf(() => sizesNamedBy(root, solo))) this.need(finder);
    }
  }

  private needScan(eqn: Eqn): void {
    const outs = eqn.outs.map((out) => this.region.numberOf(out));
    const order = Math.min(...outs);
    const inits = scanInitRoots(this.region, eqn, order);
    const key = `${order}.scan`;
    for (const [k, out] of eqn.outs.entries())
      this.writers.set(out, [...inits.filter((root) => root.position === k).map(({ root }) => root.key), key]);
    this.addKernels(inits.map(({ root }) => root));
    const into = this.addedInto(eqn);
    this.roots.push({ kind: "scan", key, order, eqn, into, after: inits.map(({ root }) => root.key) });
    const { captured, along } = loopOperands(eqn);
    for (const atom of [
      ...captured,
      ...along.filter((walked) => walkedCounter(this.region, eqn, walked) === undefined),
    ])
      this.need(operandPart(this.region, eqn, atom)?.source ?? atom);
    for (const finder of this.region.findersOf(() => mentionedBy(eqn))) this.need(finder);
  }

  /** The results of a program that are added to carries, with the buffers of these. */
  private addedInto(eqn: Eqn): ReadonlyMap<Var, string> {
    const into = new Map<Var, string>();
    for (const [k, { reductions }] of accumulations(this.region)) {
      const destination = this.region.destinations[k];
      for (const { value } of reductions)
        if (destination !== undefined && eqn.outs.includes(value)) into.set(value, destination.buffer);
    }
    return into;
  }

  private needSwitch(eqn: Eqn): void {
    const order = Math.min(...eqn.outs.map((out) => this.region.numberOf(out)));
    const key = `${order}.switch`;
    for (const out of eqn.outs) this.writers.set(out, [key]);
    const into = this.addedInto(eqn);
    this.roots.push({ kind: "switch", key, order, eqn, into, after: [] });
    for (const atom of eqn.inputs) this.need(atom);
  }
}

export function collectRoots(region: Region, studies: Studies): Collected {
  const owners = ownersOf(region);
  const collector = new Collector(region, studies, joinsOf(region, owners));
  const end = region.valueCount;
  // All at once and first: a root studied while a later result still counts as inline would not know that it reads it.
  for (const result of owners.keys()) region.store(result);
  region.func.outs.forEach((atom, k) => {
    const destination = region.destinations[k];
    if (destination === undefined) throw new Error(`fuse: '${region.func.name}' has no place for result ${k}`);
    const accumulation = accumulations(region).get(k);
    if (accumulation !== undefined) return addAccumulation(collector, region, accumulation, destination.buffer, k);
    if (atom.kind === "Var" && owners.get(atom) === k) return collector.need(atom);
    if (region.isUnwritten(atom)) return;
    if (atom === destination.carry) return; // a carry that does not change stays where it is
    const { shape } = region.builder.buffer(destination.buffer);
    collector.addKernels([copyRoot(`out${k}`, end + k, atom, shape, { result: k })]);
  });
  collector.finish();
  const roots = [...collector.roots].sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
  return {
    roots,
    solos: collector.solos,
    contractions: collector.contractions,
    writers: collector.writers,
    missing: collector.missing,
  };
}

/** One root per reduction, each adding into the carry, one after the other; then what is added element by element. */
function addAccumulation(
  collector: Collector,
  region: Region,
  accumulation: Accumulation,
  buffer: string,
  k: number,
): void {
  let before: readonly string[] = [];
  const chain = (roots: readonly KernelRoot[]): void => {
    collector.addKernels(roots.map((root) => ({ ...root, after: [...root.after, ...before] })));
    before = [...before, ...roots.map((root) => root.key)];
  };
  for (const { value, recipe, eqn } of accumulation.reductions) {
    if (recipe.form === "switch" || recipe.form === "scan") {
      collector.need(value);
      continue;
    }
    chain(rootsOf(value, region.numberOf(value), recipe, eqn, { into: buffer }));
  }
  if (accumulation.rest.length === 0) return;
  chain([
    addInPlaceRoot(`add${k}`, region.numberOf(accumulation.result), accumulation.carry, accumulation.rest, buffer),
  ]);
}
