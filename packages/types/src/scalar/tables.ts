/**
 * Tables of constants that scalar functions read by an integer, as rules to fill them: a generated module holds the rule, not
 * the numbers.
 *
 * Invariant: a term follows from the one before it by a product, which rounds alike everywhere: all engines have the same
 * tables.
 */

/** Powers of a ratio, from -`reach` to `reach`; the term of 0 is 1 to the last bit. */
export interface Table {
  /** One sentence for the reader of generated code. */
  readonly doc: string;
  readonly ratio: number;
  readonly reach: number;
}

export const tables = {
  // All powers that are normal floats. Those at the ends have gathered 2032 roundings, 5e-13 of their size.
  floatPowers: { doc: "2^(k/16) at 2032 + k.", ratio: 1.0442737824274138, reach: 2032 },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof tables;

/** What generated modules do to fill a table. */
export function termsOf({ ratio, reach }: Table): Float64Array {
  const terms = new Float64Array(2 * reach + 1);
  for (let k = 0, term = 1; k <= reach; k++, term *= ratio) {
    terms[reach + k] = term;
    terms[reach - k] = 1 / term;
  }
  return terms;
}
