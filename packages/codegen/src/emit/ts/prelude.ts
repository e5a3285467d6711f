/**
 * The helpers that generated modules carry: the failing ends of boundary checks, overlap tests, the arena, tables.
 *
 * These are fixed texts, chosen but never assembled. Invariant: a module holds exactly those that its code names, and
 * those they need; each passes the strictest compiler options on its own.
 */

export interface Helper {
  readonly text: string;
  readonly needs: readonly HelperName[];
}

export type HelperName = keyof typeof helperTexts;

const helperTexts = {
  describeValue: {
    needs: [],
    text: `/** What came instead, in words. */
function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number") return \`\${value}\`;
  if (typeof value !== "object") return \`a \${typeof value}\`;
  const { constructor, length } = value as { constructor?: { name: string }; length?: unknown };
  const kind = constructor === undefined ? "object" : constructor.name;
  return \`\${/^[AEIOaeio]/.test(kind) ? "an" : "a"} \${kind}\${length === undefined ? "" : \` of length \${length}\`}\`;
}`,
  },
  wrongArray: {
    needs: ["describeValue"],
    text: `function wrongArray(what: string, value: unknown, kind: string, length: number | string, shape: string): TypeError {
  return new TypeError(\`\${what} must be \${kind} of length \${length} (\${shape}), got \${describeValue(value)}\`);
}`,
  },
  checkF32: {
    needs: ["wrongArray"],
    text: `function checkF32(what: string, array: unknown, length: number, shape: string, way = ""): void {
  if (!(array instanceof Float32Array) || array.length !== length) throw wrongArray(what + way, array, "a Float32Array", length, shape);
}`,
  },
  checkF64: {
    needs: ["wrongArray"],
    text: `function checkF64(what: string, array: unknown, length: number, shape: string, way = ""): void {
  if (!(array instanceof Float64Array) || array.length !== length) throw wrongArray(what + way, array, "a Float64Array", length, shape);
}`,
  },
  checkI32: {
    needs: ["wrongArray"],
    text: `function checkI32(what: string, array: unknown, length: number, shape: string, way = ""): void {
  if (!(array instanceof Int32Array) || array.length !== length) throw wrongArray(what + way, array, "an Int32Array", length, shape);
}`,
  },
  checkBool: {
    needs: ["wrongArray"],
    text: `function checkBool(what: string, array: unknown, length: number, shape: string, way = ""): void {
  if (!(array instanceof Uint8Array) || array.length !== length) throw wrongArray(what + way, array, "a Uint8Array", length, shape);
}`,
  },
  wrongScalar: {
    needs: ["describeValue"],
    text: `function wrongScalar(what: string, value: unknown, kind: string): TypeError {
  return new TypeError(\`\${what} must be \${kind}, got \${describeValue(value)}\`);
}`,
  },
  saidSize: {
    needs: ["describeValue"],
    text: `/** A size that no length tells. */
function saidSize(what: string, size: unknown): number {
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) return size;
  throw new TypeError(\`\${what} must be a whole number, 0 or more, got \${describeValue(size)}\`);
}`,
  },
  checkIndices: {
    needs: [],
    text: `function checkIndices(what: string, indices: Int32Array, bound: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (index < 0 || index >= bound) throw new RangeError(\`\${what}[\${i}] is \${index}, must be in 0 … \${bound - 1}\`);
  }
}`,
  },
  powersIn: {
    needs: [],
    text: `/** An array with the powers of a number in it, that of 0 in the middle. */
function powersIn(array: Float64Array, ratio: number): Float64Array {
  const middle = array.length >> 1;
  for (let k = 0, power = 1; k <= middle; k++, power *= ratio) {
    array[middle + k] = power;
    array[middle - k] = 1 / power;
  }
  return array;
}`,
  },
  pairsIn: {
    needs: [],
    text: `/** An array with the powers of ratio + rest in it, from that of 0, in two doubles each: what is left out, in parts of it, and the power. */
function pairsIn(array: Float64Array, ratio: number, rest: number): Float64Array {
  const head = 134217729 * ratio - (134217729 * ratio - ratio);
  const tail = ratio - head;
  let power = 1;
  let error = 0;
  for (let j = 0; j < array.length; j += 2) {
    array[j] = error / power;
    array[j + 1] = power;
    const product = power * ratio;
    const high = 134217729 * power - (134217729 * power - power);
    const low = power - high;
    const more = high * head - product + high * tail + low * head + low * tail + (power * rest + error * ratio);
    power = product + more;
    error = more - (power - product);
  }
  return array;
}`,
  },
  grown: {
    needs: [],
    text: `/** An array with room for so many elements and for more to come, with what the old one held. */
function grown<A extends Float32Array | Float64Array | Int32Array | Uint8Array>(held: A, length: number): A {
  const more = new (held.constructor as new (length: number) => A)(Math.max(length, 2 * held.length));
  more.set(held);
  return more;
}`,
  },
  remember: {
    needs: [],
    text: `/** Puts an array in its place among those that were checked last; 1 where another one was there. */
function remember(arrays: ArrayBufferView[], at: number, array: ArrayBufferView): 0 | 1 {
  if (arrays[at] === array) return 0;
  arrays[at] = array;
  return 1;
}`,
  },
  wordsOf: {
    needs: [],
    text: `/** What each array is in words; those of a part have the way to them added. */
function wordsOf(all: readonly (string | readonly [part: string, ways: readonly string[]])[]): readonly string[] {
  return all.flatMap((each) => (typeof each === "string" ? each : each[1].map((way) => each[0] + way)));
}`,
  },
  checkApart: {
    needs: [],
    text: `/** Outputs, inputs, donated inputs, in this order: no output may overlap another or an input, or a donated one in part. */
function checkApart(name: string, arrays: ArrayBufferView[], words: readonly string[], outputs: number, donated: number): void {
  for (let i = 0; i < outputs; i++) {
    for (let k = i + 1; k < words.length; k++) {
      const a = arrays[i]!;
      const b = arrays[k]!;
      if (a.buffer !== b.buffer || a.byteOffset >= b.byteOffset + b.byteLength || b.byteOffset >= a.byteOffset + a.byteLength) continue;
      if (k >= donated && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength) continue;
      arrays.length = 0;
      throw new TypeError(\`\${name}: \${words[i]} overlaps \${words[k]}\${k < donated ? "" : " in part"}\`);
    }
  }
}`,
  },
} as const satisfies Readonly<Record<string, { readonly needs: readonly string[]; readonly text: string }>>;

export const helpers: Readonly<Record<HelperName, Helper>> = helperTexts;

export const helperNames: readonly HelperName[] = Object.keys(helperTexts) as HelperName[]; // its own keys

/** All names that helpers and the arena declare: nothing else takes one, and the pipeline refuses models that export one. */
export const reservedNames: readonly string[] = [...helperNames, "reserveArena", "release", "f64", "f32", "i32", "u8"];

/** The texts of the helpers in use and of what they need, in the order of the table. */
export function preludeTexts(used: ReadonlySet<HelperName>): readonly string[] {
  const wanted = new Set<HelperName>();
  const want = (name: HelperName): void => {
    wanted.add(name);
    helpers[name].needs.forEach(want);
  };
  used.forEach(want);
  return helperNames.filter((name) => wanted.has(name)).map((name) => helpers[name].text);
}
