/**
 * The functions by tables that generated modules carry: the texts of `types/src/scalar/by-table.ts`, where they are derived.
 *
 * Invariant: the same operations in the same order as there, so the same bits.
 */
export const tableTexts = {
  tableOfFractions: {
    needs: [],
    text: `/** 2^(j / 128) at 2 j + 1, and at 2 j what it leaves out, in parts of it: by products in two doubles each. */
function tableOfFractions(): Float64Array {
  const table = new Float64Array(256);
  const root = 1.0054299011128027;
  const rest = 9.499186535455032e-17;
  const head = 134217729 * root - (134217729 * root - root);
  const tail = root - head;
  let value = 1;
  let error = 0;
  for (let j = 0; j < 256; j += 2) {
    table[j] = error / value;
    table[j + 1] = value;
    const product = value * root;
    const high = 134217729 * value - (134217729 * value - value);
    const low = value - high;
    const more = high * head - product + high * tail + low * head + low * tail + (value * rest + error * root);
    value = product + more;
    error = more - (value - product);
  }
  return table;
}`,
  },
  tableOfPowers: {
    needs: [],
    text: `/** 2^(j - 1023). */
function tableOfPowers(): Float64Array {
  const table = new Float64Array(2048);
  table[1023] = 1;
  for (let j = 1024; j < 2047; j++) table[j] = 2 * table[j - 1]!;
  for (let j = 1022; j > 0; j--) table[j] = table[j + 1]! / 2;
  return table;
}`,
  },
  fractionsOfTwo: {
    needs: ["tableOfFractions"],
    text: "const fractionsOfTwo = /* @__PURE__ */ tableOfFractions();",
  },
  powersOfTwo: {
    needs: ["tableOfPowers"],
    text: "const powersOfTwo = /* @__PURE__ */ tableOfPowers();",
  },
  expByTable: {
    needs: ["fractionsOfTwo", "powersOfTwo"],
    text: `/** e^x = 2^(k / 128) e^r, within 0.6 units in the last place. */
function expByTable(x: number): number {
  if (!(Math.abs(x) < 708)) return Math.exp(x);
  const near = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const k = near | 0;
  const r = x - near * 0.0054152123475432745 - near * 5.812982117197185e-13;
  const j = (k & 127) << 1;
  const fraction = fractionsOfTwo[j + 1]!;
  const series = r + r * r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)));
  return (fraction + fraction * (fractionsOfTwo[j]! + series)) * powersOfTwo[((k >> 7) + 1023) & 2047]!;
}`,
  },
  tanhByTable: {
    needs: ["fractionsOfTwo", "powersOfTwo"],
    text: `/** tanh x by e^2|x| - 1, within 2 units in the last place; its series below 1/16. */
function tanhByTable(x: number): number {
  const size = Math.abs(x);
  const z = x * x;
  if (!(size >= 0.0625)) return x * (1 - z * (0.3333333333333333 - z * (0.13333333333333333 - z * (0.05396825396825397 - z * (0.021869488536155203 - z * (0.008863235529902197 - z * 0.003592128036572481))))));
  if (size > 20) return x > 0 ? 1 : -1;
  const near = size * 369.3299304675746 + 6755399441055744 - 6755399441055744;
  const k = near | 0;
  const r = 2 * size - near * 0.0054152123475432745 - near * 5.812982117197185e-13;
  const j = (k & 127) << 1;
  const power = fractionsOfTwo[j + 1]! * powersOfTwo[((k >> 7) + 1023) & 2047]!;
  const series = r + r * r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)));
  const less = power - 1 + power * (fractionsOfTwo[j]! + series);
  return x > 0 ? less / (less + 2) : -less / (less + 2);
}`,
  },
} as const satisfies Readonly<Record<string, { readonly needs: readonly string[]; readonly text: string }>>;
