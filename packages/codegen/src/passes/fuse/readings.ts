/**
 * What is computed where inlined values are read: by value and place the formula, and what that reads in turn.
 *
 * Invariant: a place means the same in every root, for axes are named by position; so roots share their readings as long as
 * nothing is stored; but those in which integers become indices have their own, for these are named as they come up.
 */
import type { Index, ScalarExpr, Var } from "@tapeless/types/compiler";
import { Dag } from "./dag.js";
import type { Reader } from "./recipe.js";
import { indexText, type Region, regionReader } from "./region.js";

/** An element of a value. */
export interface Reading {
  readonly value: Var;
  readonly index: readonly Index[];
  /** The text of the index. */
  readonly at: string;
  readonly expr: ScalarExpr;
  /** What its formula reads, in order; undefined: it is stored, and loaded. */
  readonly inner: readonly Reading[] | undefined;
  /** Does an integer become an index in it, or in what it reads? */
  readonly hasIntegers: boolean;
}

/** A formula under way. */
interface Frame {
  readonly value: Var | undefined;
  readonly inner: Reading[];
  hasIntegers: boolean;
}

/** What a formula gives, and what it reads. */
export interface Formula<T> extends Pick<Reading, "hasIntegers"> {
  readonly made: T;
  readonly inner: readonly Reading[];
}

export class Readings {
  readonly dag = new Dag();
  /** By name of an integer the inlined value whose formula makes it an index. */
  readonly makers = new Map<string, Var | undefined>();
  private readonly known = new Map<Var, Map<string, Reading>>();
  private readonly frames: Frame[] = [];
  private readonly reader: Reader;

  constructor(private readonly region: Region) {
    this.reader = regionReader(region, this.dag, {
      stored: (value, index) => this.load(value, index),
      enter: (value) => this.enter(value),
      leave: (value, index, at, expr) => this.leave(value, index, at, expr),
      freshInteger: () => `$n${this.dag.integerNames.size}`,
      named: (name) => this.name(name),
    });
  }

  of<T>(formula: (reader: Reader) => T): Formula<T> {
    const frame = this.enter(undefined);
    const made = formula(this.reader);
    this.frames.pop();
    return { made, inner: frame.inner, hasIntegers: frame.hasIntegers };
  }

  private enter(value: Var | undefined): Frame {
    const frame: Frame = { value, inner: [], hasIntegers: false };
    this.frames.push(frame);
    return frame;
  }

  private name(integer: string): void {
    const frame = this.frames.at(-1);
    if (frame !== undefined) frame.hasIntegers = true;
    this.makers.set(integer, frame?.value);
  }

  private load(value: Var, index: readonly Index[]): ScalarExpr {
    const at = indexText(index);
    const reading = this.knownAt(value, at) ?? this.note(this.loaded(value, index, at));
    this.frames.at(-1)?.inner.push(reading);
    return reading.expr;
  }

  private loaded(value: Var, index: readonly Index[], at: string): Reading {
    const expr: ScalarExpr = { kind: "Load", buffer: `%${this.region.numberOf(value)}`, index, dtype: value.dtype };
    return { value, index, at, expr, inner: undefined, hasIntegers: false };
  }

  private leave(value: Var, index: readonly Index[], at: string, expr: ScalarExpr): void {
    const { inner = [], hasIntegers = false } = this.frames.pop() ?? {};
    const reading = this.knownAt(value, at) ?? this.note({ value, index, at, expr, inner, hasIntegers });
    const around = this.frames.at(-1);
    if (around === undefined) return;
    around.inner.push(reading);
    around.hasIntegers ||= reading.hasIntegers;
  }

  private knownAt(value: Var, at: string): Reading | undefined {
    return this.known.get(value)?.get(at);
  }

  private note(reading: Reading): Reading {
    const places = this.known.get(reading.value) ?? new Map<string, Reading>();
    if (places.size === 0) this.known.set(reading.value, places);
    places.set(reading.at, reading);
    return reading;
  }
}
