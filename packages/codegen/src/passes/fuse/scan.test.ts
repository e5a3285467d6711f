/** Scans as loops: carries in place, cotangents in one buffer, arrays by views, batches and nests. */
import { parseFunc } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { countKernels } from "../../ir/kernel/index.js";
import { checkLevels } from "../testing/check-levels.js";
import { fuse } from "./fuse.js";

/** A scan over `xs` with carry h (and w captured) around a body. */
const scanOf = (
  body: string,
  attrs = "consts=1, carries=1, reverse=false",
  outs = "hT: f32[4], ys: f32[t, 4]",
  init = "h",
): string =>
  `func f(w: f32[4, 4], h: f32[4], xs: f32[t, 4]) {
  ${outs} = scan(w, ${init}, xs) {length=t, ${attrs}} with func body(w: f32[4, 4], h: f32[4], x: f32[4]) {
    ${body}
} -> (hT, ys)`;

/** A loop over rows in a loop: what it stacks goes into the next value of g, which the outer loop carries. */
const rowsAddedTo = (next: string, row = "a: f32[4] = mul(h, x)", reverse = false, walked = "x"): string =>
  `func f(w: f32[4, 4], h: f32[4], g: f32[3, 4], xs: f32[t, 3, 4]) {
  gT: f32[3, 4] = scan(w, h, g, xs) {length=t, consts=2, carries=1, reverse=false} with func body(w: f32[4, 4], h: f32[4], g: f32[3, 4], x: f32[3, 4]) {
    hT: f32[4], ys: f32[3, 4], zs: f32[3, 4] = scan(w, h, ${walked}) {length=3, consts=1, carries=1, reverse=${reverse}} with func rows(w: f32[4, 4], h: f32[4], x: f32[4]) {
      ${row}
      b: f32[4] = tanh(a)
    } -> (b, a, b)
    ${next}
  } -> (s)
} -> (gT)`;

const cases: readonly {
  readonly name: string;
  readonly text: string;
  readonly counts: Partial<ReturnType<typeof countKernels>>;
}[] = [
  {
    name: "an elementwise carry is updated in place",
    text: scanOf("a: f32[4] = add(h, x)\n b: f32[4] = tanh(a)\n } -> (b, b)"),
    counts: { temporaries: 0, repeats: 1, kernels: 2, views: 2 },
  },
  {
    name: "a carry that its own product needs is not",
    text: scanOf("z: f32[4] = contract(w, h) {left=[0, 1], right=[1], out=[0]}\n } -> (z, h)"),
    counts: { temporaries: 1, repeats: 1 },
  },
  {
    name: "the old value is stacked before it is overwritten",
    text: scanOf("a: f32[4] = mul(h, x)\n } -> (a, h)"),
    counts: { temporaries: 0 },
  },
  {
    name: "a stacked value is computed before the product that reads it, though the next carry asks first",
    text: scanOf(
      "a: f32[4] = add(h, x)\n z: f32[4] = contract(w, a) {left=[0, 1], right=[1], out=[0]}\n b: f32[4] = tanh(z)\n } -> (b, a)",
    ),
    counts: { repeats: 1 },
  },
  {
    name: "a constant carry and a repeated result",
    text: scanOf("a: f32[4] = mul(h, x)\n } -> (h, a)", "consts=1, carries=1, reverse=true"),
    counts: { temporaries: 0 },
  },
  {
    name: "carries that swap share a kernel",
    text: `func f(a: f32[4], b: f32[4]) {
  aT: f32[4], bT: f32[4] = scan(a, b) {length=5, consts=0, carries=2, reverse=false} with func body(a: f32[4], b: f32[4]) {
  } -> (b, a)
} -> (aT, bT)`,
    counts: { temporaries: 0, repeats: 1, kernels: 2 },
  },
  {
    name: "a literal as the next carry, a scalar carry, an array of scalars",
    text: `func f(s: f32[], ks: i32[t], table: f32[2, 4]) {
  sT: f32[], lT: f32[], ys: f32[t] = scan(table, s, 2:f32, ks) {length=t, consts=1, carries=2, reverse=false} with func body(table: f32[2, 4], s: f32[], l: f32[], k: i32[]) {
    row: f32[4] = gather(table, k)
    r: f32[] = sum(row) {axes=[0]}
    s2: f32[] = add(s, r)
    y: f32[] = mul(s2, l)
  } -> (s2, 0.5:f32, y)
} -> (sT, lT, ys)`,
    counts: { repeats: 1 },
  },
  {
    name: "rows that are only added to a carry are added step by step, not stacked",
    text: rowsAddedTo("s: f32[3, 4] = add(g, ys)"),
    counts: { temporaries: 2, repeats: 2, kernels: 3 }, // hT and zs; g and h are copied where their carries are, and a step
  },
  {
    name: "also backwards, and where a row is itself a sum",
    text: rowsAddedTo(
      "s: f32[3, 4] = add(ys, g)",
      "a: f32[4] = contract(w, h) {left=[0, 1], right=[1], out=[0]}",
      true,
    ),
    counts: { repeats: 2 },
  },
  {
    name: "one of two that a loop stacks, and something beside them",
    text: rowsAddedTo("p: f32[3, 4] = add(g, ys)\n q: f32[3, 4] = add(p, zs)\n s: f32[3, 4] = add(q, x)"),
    counts: { temporaries: 2, repeats: 2 },
  },
  {
    name: "not where the loop reads the carry",
    text: rowsAddedTo("s: f32[3, 4] = add(g, ys)", "a: f32[4] = mul(h, x)", false, "g"),
    counts: { temporaries: 3, repeats: 2 },
  },
  {
    name: "one of two results of a choice",
    text: `func f(p: bool[], g: f32[4], xs: f32[t, 4]) {
  gT: f32[4] = scan(p, g, xs) {length=t, consts=1, carries=1, reverse=false} with func body(p: bool[], g: f32[4], x: f32[4]) {
    k: i32[] = cast(p) {dtype="i32"}
    a: f32[4], b: f32[4] = switch(k, x) {} with func no(x: f32[4]) {
      u: f32[4] = tanh(x)
    } -> (u, x) with func yes(x: f32[4]) {
      u: f32[4] = exp(x)
    } -> (x, u)
    q: f32[4] = add(g, a)
    s: f32[4] = add(q, b)
  } -> (s)
} -> (gT)`,
    counts: { repeats: 1 },
  },
  {
    name: "not where they are read by something else as well",
    text: rowsAddedTo("m: f32[3, 4] = mul(ys, x)\n p: f32[3, 4] = add(g, ys)\n s: f32[3, 4] = add(p, m)"),
    counts: { temporaries: 3, repeats: 2 },
  },
];

describe("scan", () => {
  it.each(cases)("$name", ({ text, counts }) => {
    const func = parseFunc(text);
    for (const t of [0, 1, 3]) checkLevels(func, { t, n: t });
    expect(countKernels(fuse(func))).toMatchObject(counts);
  });

  it("adds weight cotangents up in one buffer, never in a stack", () => {
    const text = `func f(dw: f32[4, 5], db: f32[5], hs: f32[t, 3, 4], cts: f32[t, 3, 5]) {
  dwT: f32[4, 5], dbT: f32[5] = scan(dw, db, hs, cts) {length=t, consts=0, carries=2, reverse=true} with func body(dw: f32[4, 5], db: f32[5], h: f32[3, 4], ct: f32[3, 5]) {
    o: f32[4, 5] = contract(h, ct) {left=[0, 1], right=[0, 2], out=[1, 2]}
    dw2: f32[4, 5] = add(o, dw)
    s: f32[5] = sum(ct) {axes=[0]}
    half: f32[5] = mul(db, 0:f32)
    more: f32[5] = add(db, s)
    db2: f32[5] = add(more, 1:f32)
  } -> (dw2, db2)
} -> (dwT, dbT)`;
    const func = parseFunc(text.replace(/.*half.*\n/, ""));
    checkLevels(func, { t: 3 });
    const program = fuse(func);
    // The two results, and views of the two arrays: nothing else is stored.
    expect(countKernels(program)).toMatchObject({ temporaries: 0, views: 2 });
    const [, , loop] = program.steps;
    const writes =
      loop?.kind === "Repeat" ? loop.body.flatMap((step) => (step.kind === "Kernel" ? step.writes : [])) : [];
    expect(writes.map(({ buffer, combine, keep }) => ({ buffer, combine, keep }))).toEqual([
      { buffer: "dwT", combine: "sum", keep: true },
      { buffer: "dbT", combine: "sum", keep: true },
      { buffer: "dbT", combine: "set", keep: false },
    ]);
  });

  it("nests", () => {
    const text = `func f(h: f32[4], xs: f32[t, n, 4]) {
  hT: f32[4], ys: f32[t, n, 4] = scan(h, xs) {length=t, consts=0, carries=1, reverse=false} with func outer(h: f32[4], x: f32[n, 4]) {
    g: f32[4], y: f32[n, 4] = scan(h, x) {length=n, consts=0, carries=1, reverse=true} with func inner(h: f32[4], x: f32[4]) {
      a: f32[4] = add(h, x)
      b: f32[4] = sin(a)
    } -> (b, a)
    c: f32[4] = mul(g, 0.5:f32)
  } -> (c, y)
} -> (hT, ys)`;
    for (const [t, n] of [
      [2, 3],
      [0, 2],
      [2, 0],
    ] as const)
      checkLevels(parseFunc(text), { t, n });
  });

  it("runs batches one after the other", () => {
    const text = `func f(w: f32[4], h: f32[3, 4], xs: f32[3, t, 4]) {
  hT: f32[3, 4], ys: f32[3, t, 4] = scan(w, h, xs) batch [3(_xx)] {length=t, consts=1, carries=1, reverse=true} with func body(w: f32[4], h: f32[4], x: f32[4]) {
    p: f32[4] = mul(h, w)
    a: f32[4] = add(p, x)
  } -> (a, p)
} -> (hT, ys)`;
    const func = parseFunc(text);
    for (const t of [0, 2]) checkLevels(func, { t });
    expect(countKernels(fuse(func))).toMatchObject({ repeats: 2, temporaries: 0 });
  });
});
