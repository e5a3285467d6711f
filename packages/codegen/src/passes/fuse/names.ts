/**
 * Names of buffers, kernels and locals: the model's own words where there are any, made unique and fit for a target.
 *
 * Invariant: a supply never gives the same name twice, and the same requests in the same order give the same names.
 */

/** Words that no target lets us use as a name, that generated code needs for itself, or that KernelIR's text does. */
const reservedWords: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "at of rowPanel rowPanel1 columnPanel columnPanel1 columnPanel2 " +
    "keptPanel keptPanel1 keptPanel2 Math NaN Infinity Float32Array Float64Array Int32Array Uint8Array"
  ).split(" "),
);

/** A hint as an identifier: anything else becomes an underscore; nothing at all becomes `fallback`. */
export function identifier(hint: string, fallback: string): string {
  const word = hint.replace(/[^\w$]+/g, "_").replace(/^_+|_+$/g, "");
  if (word === "") return fallback;
  return /^\d/.test(word) ? `_${word}` : word;
}

export class NameSupply {
  private readonly taken: Set<string>;
  /** For each stem the first number that may still be free: names are never given back. */
  private readonly next = new Map<string, number>();

  constructor(
    taken: Iterable<string> = [],
    private readonly known?: NameSupply,
  ) {
    this.taken = new Set(taken);
  }

  private has(name: string): boolean {
    return this.taken.has(name) || (this.known?.has(name) ?? false);
  }

  /** `hint` itself if it is free, else `hint1`, `hint2`, … (`hint_1` where the hint ends in a digit). */
  fresh(hint: string, fallback = "t"): string {
    const base = identifier(hint, fallback);
    const stem = /\d$/.test(base) ? `${base}_` : base;
    let name = base;
    let n = this.next.get(stem) ?? 1;
    for (; this.has(name) || reservedWords.has(name); n++) name = `${stem}${n}`;
    this.next.set(stem, n);
    this.taken.add(name);
    return name;
  }

  /** A supply that knows all names given here; what it gives is not known here. */
  fork(): NameSupply {
    return new NameSupply([], this);
  }
}
