/**
 * The buffers of a region's values, given out as they are first asked for.
 *
 * Invariant: one variable, one buffer; a result is computed where it has to go, unless it is a carry whose old value is
 * still needed, which is computed beside it and copied at the end of the iteration. A value that another one overwrites
 * shares its buffer with that.
 */
import type { Eqn, Var } from "@tapeless/types/compiler";
import { ownersOf } from "./collect.js";
import { type Joins, joinsOf } from "./joins.js";
import type { Overwrites } from "./overwrite.js";
import type { Region } from "./region.js";
import type { Target } from "./roots.js";

/** What the model's values without a name are called; `switch` is no name in any target. */
const hintOf = (eqn: Eqn): string => (eqn.op === "switch" ? "chosen" : eqn.op);

export class RegionStorage {
  private readonly buffers = new Map<Var, string>();
  private readonly results = new Map<number, string>();
  private readonly owners: ReadonlyMap<Var, number>;
  private readonly joins: Joins;

  constructor(
    private readonly region: Region,
    readonly overwrites: Overwrites,
  ) {
    this.owners = ownersOf(region);
    this.joins = joinsOf(region, this.owners);
  }

  bufferOf(value: Var): string {
    const known = this.buffers.get(value);
    if (known !== undefined) return known;
    const made = this.make(value);
    this.buffers.set(value, made);
    return made;
  }

  private make(value: Var): string {
    const { region } = this;
    const place = region.placeOf(value);
    switch (place.place) {
      case "literal":
        throw new Error(`fuse: the literal '${value.name}' has no buffer`);
      case "counter":
        throw new Error(`fuse: the index '${value.name}' has no buffer`);
      case "bound":
        return place.buffer;
      case "view": {
        if (place.source.kind === "Lit") throw new Error("fuse: a view of a literal");
        const of = this.bufferOf(place.source);
        return region.builder.view(value.name === "" ? of : value.name, of, value.shape, 0);
      }
      case "inline":
        throw new Error(`fuse: '${value.name}' is computed where it is read, it has no buffer`);
      case "stored":
        return this.makeStored(value, place.eqn);
    }
  }

  private makeStored(value: Var, eqn: Eqn): string {
    const { builder } = this.region;
    const hint = value.name === "" ? hintOf(eqn) : value.name;
    const heir = this.overwrites.heirs.get(value);
    if (heir !== undefined) return this.bufferOf(heir);
    const join = this.joins.places.get(value);
    if (join !== undefined) return builder.view(hint, this.bufferOf(join.whole), value.shape, join.offset);
    const owner = this.owners.get(value);
    return owner === undefined ? builder.arena(hint, value.dtype, value.shape) : this.result(owner);
  }

  /** Where result `k` is computed. */
  result(k: number): string {
    const { region } = this;
    const destination = region.destinations[k];
    if (destination === undefined) throw new Error(`fuse: no result ${k}`);
    if (destination.carry === undefined || this.overwrites.carries.has(k)) return destination.buffer;
    const known = this.results.get(k);
    if (known !== undefined) return known;
    const { dtype, shape } = region.builder.buffer(destination.buffer);
    const made = region.builder.arena(`${destination.buffer}Next`, dtype, shape);
    this.results.set(k, made);
    return made;
  }

  /** Carries computed beside their buffer: from where, to where. */
  copies(): readonly { readonly from: string; readonly to: string }[] {
    return this.region.destinations.flatMap((destination, k) => {
      const from = this.results.get(k);
      return from === undefined ? [] : [{ from, to: destination.buffer }];
    });
  }

  targetOf(target: Target): string {
    if ("buffer" in target) return target.buffer;
    return "result" in target ? this.result(target.result) : this.bufferOf(target.of);
  }
}
