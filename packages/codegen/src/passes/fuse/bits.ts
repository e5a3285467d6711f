/** Sets of small numbers, a bit each: unions and differences of many take a word for 32 of them. */

export class Bits {
  private words = new Uint32Array(1);

  has(n: number): boolean {
    return (((this.words[n >>> 5] ?? 0) >>> (n & 31)) & 1) === 1;
  }

  add(n: number): void {
    this.grow((n >>> 5) + 1);
    this.words[n >>> 5] = (this.words[n >>> 5] ?? 0) | (1 << (n & 31));
  }

  addAll(other: Bits): void {
    this.grow(other.words.length);
    for (let w = 0; w < other.words.length; w++) this.words[w] = (this.words[w] ?? 0) | (other.words[w] ?? 0);
  }

  /** The smallest member that `other` lacks. */
  firstNotIn(other: Bits): number | undefined {
    for (let w = 0; w < this.words.length; w++) {
      const left = (this.words[w] ?? 0) & ~(other.words[w] ?? 0);
      if (left !== 0) return w * 32 + (31 - Math.clz32(left & -left));
    }
    return undefined;
  }

  private grow(length: number): void {
    if (length <= this.words.length) return;
    const words = new Uint32Array(Math.max(length, 2 * this.words.length));
    words.set(this.words);
    this.words = words;
  }
}
