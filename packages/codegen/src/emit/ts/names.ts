/** Readable unique names. Invariant: a name is given once, and is never a reserved word or a global that the code uses. */

const reserved = (
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
  "false finally for function if implements import in instanceof interface let new null package private protected " +
  "public return static super switch this throw true try typeof undefined var void while with yield async of " +
  "Array ArrayBuffer ArrayBufferView Error Float32Array Float64Array Infinity Int32Array Math NaN Number Object " +
  "RangeError String TypeError Uint8Array globalThis isNaN"
).split(" ");

/** The names of one scope; `outer` are those it must not hide. */
export class Names {
  private readonly taken: Set<string>;

  constructor(outer?: Names) {
    this.taken = new Set(outer === undefined ? reserved : outer.taken);
  }

  /** The hint made an identifier, with a number behind it where it is taken already. */
  take(hint: string): string {
    const word = hint.replace(/[^\w$]+/g, "_").replace(/^(?=\d)|^$/, "_");
    const stem = /\d$/.test(word) ? `${word}_` : word;
    let name = word;
    for (let n = 2; this.taken.has(name); n++) name = `${stem}${n}`;
    this.taken.add(name);
    return name;
  }

  has(name: string): boolean {
    return this.taken.has(name);
  }
}
