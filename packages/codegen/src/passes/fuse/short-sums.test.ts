/** Sums of few terms, and of few places: which loops there are, what is stored, and that nothing changes its value. */
import { parseFunc } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { loopLanguage } from "../../ir/loop/index.js";
import { kernelsOf } from "../schedule/work.js";
import { type Compiled, checkLevels } from "../testing/check-levels.js";

function measure({ planned, loops }: Compiled) {
  const count = (kind: string): number => [...loopLanguage.walk(loops)].filter((node) => node.kind === kind).length;
  return {
    axes: [...kernelsOf(planned.program.steps)].map(({ kernel }) => kernel.axes.length),
    arena: planned.program.buffers.filter(({ space }) => space === "arena").length,
    stores: count("Store"),
  };
}

/** `tanh(x·w)`, of so many terms each. */
const layer = (terms: number, dtype = "f64"): string =>
  `func f(x: ${dtype}[n, ${terms}], w: ${dtype}[${terms}]) {
  z: ${dtype}[n] = contract(x, w) {left=[0, 1], right=[1], out=[0]}
  y: ${dtype}[n] = tanh(z)
} -> (y)`;

/** A neuron's cost and its gradient in the weights, of so many inputs. */
const neuron = (inputs: number, dtype = "f32"): string =>
  `func f(x: ${dtype}[n, ${inputs}], w: ${dtype}[${inputs}], y: ${dtype}[n]) {
  z: ${dtype}[n] = contract(x, w) {left=[0, 1], right=[1], out=[0]}
  a: ${dtype}[n] = tanh(z)
  r: ${dtype}[n] = sub(a, y)
  rr: ${dtype}[n] = mul(r, r)
  loss: ${dtype}[] = sum(rr) {axes=[0]}
  aa: ${dtype}[n] = mul(a, a)
  s: ${dtype}[n] = sub(1:${dtype}, aa)
  d: ${dtype}[n] = mul(r, s)
  g: ${dtype}[${inputs}] = contract(x, d) {left=[0, 1], right=[0], out=[1]}
} -> (loss, g)`;

const sizes = [{ n: 5 }, { n: 1 }, { n: 0 }];

describe("sums of few terms", () => {
  it.each(["f32", "f64"])("are written out where they are read, in %s", (dtype) => {
    for (const size of sizes)
      expect(measure(checkLevels(parseFunc(layer(10, dtype)), size))).toMatchObject({ axes: [1], arena: 0 });
  });

  it("of more than sixteen are loops", () => {
    expect(measure(checkLevels(parseFunc(layer(16)), { n: 3 }))).toMatchObject({ axes: [1] });
    expect(measure(checkLevels(parseFunc(layer(17)), { n: 3 }))).toMatchObject({ axes: [2] });
  });

  it("that several kernels read are stored", () => {
    const text = `func f(x: f64[n, 10], w: f64[10]) {
  z: f64[n] = contract(x, w) {left=[0, 1], right=[1], out=[0]}
  y: f64[n] = exp(z)
  s: f64[] = sum(z) {axes=[0]}
  b: f64[n] = broadcastTo(s) {shape=[n], axes=[]}
  u: f64[n] = mul(z, b)
} -> (y, u)`;
    for (const size of sizes) expect(measure(checkLevels(parseFunc(text), size)).arena).toBe(2);
  });

  it("whose terms are dear, and products of matrices, stay sums", () => {
    const dear = layer(10).replace(
      "z: f64[n] = contract(x, w)",
      "e: f64[n, 10] = exp(x)\n  z: f64[n] = contract(e, w)",
    );
    expect(measure(checkLevels(parseFunc(dear), { n: 3 }))).toMatchObject({ axes: [2] });
    const product = `func f(x: f64[n, 10], w: f64[10, n]) {
  z: f64[n, n] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  y: f64[n, n] = tanh(z)
} -> (y)`;
    const { planned } = checkLevels(parseFunc(product), { n: 3 });
    expect([...planned.schedules.values()].map(({ form }) => form)).toContain("tile");
  });

  it("of several axes, some of them kept", () => {
    const text = `func f(x: f64[2, n, 3, 2], w: f64[2, 3]) {
  z: f64[n, 2] = contract(x, w) {left=[0, 1, 2, 3], right=[0, 2], out=[1, 3]}
  y: f64[n, 2] = exp(z)
} -> (y)`;
    for (const size of sizes)
      expect(measure(checkLevels(parseFunc(text), size))).toMatchObject({ axes: [2], arena: 0 });
  });
});

describe("sums of few places", () => {
  it.each(["f32", "f64"])("share the loop of what they are made of, in %s", (dtype) => {
    for (const size of sizes) {
      const found = measure(checkLevels(parseFunc(neuron(10, dtype)), size));
      expect(found).toMatchObject({ axes: [1], arena: 0, stores: 11 }); // the loss, and ten places
    }
  });

  it("of more places than there are registers are a loop nest of their own", () => {
    const compiled = checkLevels(parseFunc(neuron(13)), { n: 3 });
    expect(measure(compiled)).toMatchObject({ axes: [1, 2] });
  });

  it("stay together where what is dear changes with the place", () => {
    const text = `func f(x: f64[n, 10]) {
  e: f64[n, 10] = exp(x)
  g: f64[10] = sum(e) {axes=[0]}
} -> (g)`;
    expect(measure(checkLevels(parseFunc(text), { n: 3 }))).toMatchObject({ axes: [2] });
  });

  it("into a result, in a loop, and beside others", () => {
    const text = `func f(x: f64[4, n, 3], w: f64[3]) {
  c: f64[3] = scan(w, x) {length=4, consts=0, carries=1, reverse=false} with func step(a: f64[3], r: f64[n, 3]) {
    z: f64[n] = contract(r, a) {left=[0, 1], right=[1], out=[0]}
    t: f64[n] = tanh(z)
    g: f64[3] = contract(r, t) {left=[0, 1], right=[0], out=[1]}
    b: f64[3] = add(a, g)
  } -> (b)
} -> (c)`;
    for (const size of sizes) checkLevels(parseFunc(text), size);
  });
});
