/**
 * Tables of constants that scalar functions read by an integer, as rules to fill them: a generated module holds the rule, not
 * the numbers.
 *
 * Invariant: a term follows from the one before it by a product, which rounds alike everywhere: all engines have the same
 * tables.
 */

export type Table = Powers | Pairs;

interface Described {
  /** One sentence for the reader of generated code. */
  readonly doc: string;
}

/** Powers of a ratio, from -`reach` to `reach`; the term of 0 is 1 to the last bit. */
export interface Powers extends Described {
  readonly ratio: number;
  readonly reach: number;
}

/**
 * Powers of `ratio + rest`, from that of 0, in two doubles each: `count` pairs of what the power leaves out, in parts of it, and
 * the power.
 */
export interface Pairs extends Described {
  readonly ratio: number;
  readonly rest: number;
  readonly count: number;
}

export const tables = {
  // All powers that are normal floats. Those at the ends have gathered 4064 roundings, 1e-12 of their size.
  floatPowers: { doc: "2^(k/32) at 4064 + k.", ratio: 1.0218971486541166, reach: 4064 },
  fractionsOfTwo: {
    doc: "2^(j/128) at 2 j + 1, and at 2 j what it leaves out, in parts of it.",
    ratio: 1.0054299011128027,
    rest: 9.499186535455032e-17,
    count: 128,
  },
  powersOfTwo: { doc: "2^k at 1024 + k.", ratio: 2, reach: 1024 },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof tables;

/** What generated modules do to fill a table. */
export const termsOf = (table: Table): Float64Array => ("reach" in table ? powersOf(table) : pairsOf(table));

function powersOf({ ratio, reach }: Powers): Float64Array {
  const terms = new Float64Array(2 * reach + 1);
  for (let k = 0, term = 1; k <= reach; k++, term *= ratio) {
    terms[reach + k] = term;
    terms[reach - k] = 1 / term;
  }
  return terms;
}

/** Products in two doubles, the factors split into halves of their bits (T. J. Dekker, Numerische Mathematik 18, 1971). */
function pairsOf({ ratio, rest, count }: Pairs): Float64Array {
  const terms = new Float64Array(2 * count);
  const head = splitter * ratio - (splitter * ratio - ratio);
  const tail = ratio - head;
  let power = 1;
  let error = 0;
  for (let j = 0; j < terms.length; j += 2) {
    terms[j] = error / power;
    terms[j + 1] = power;
    const product = power * ratio;
    const high = splitter * power - (splitter * power - power);
    const low = power - high;
    const more = high * head - product + high * tail + low * head + low * tail + (power * rest + error * ratio);
    power = product + more;
    error = more - (power - product);
  }
  return terms;
}

/** 2²⁷ + 1 */
const splitter = 134217729;
