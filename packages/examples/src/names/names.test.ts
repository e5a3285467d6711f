/** The names model: what is learnt in a short training is more than pairs of letters tell, and its gradient is right. */
import { gradCheck, random } from "tapeless/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { alphabet, distance, end, entropies, length, loadNames, rowsOf, symbolsOf } from "./data.js";
import { loss, lossAndGrad, next } from "./names.gen.js";
import { initialParams, lossOf, type Params, type Trained, train, write } from "./training.js";

const { train: names, test: testNames } = loadNames();
const settings = { seed: 1, epochs: 2, batch: 32, lr: 0.01 };

describe("data", () => {
  test("the same split in every run, no name in both parts, not in the order of the alphabet", () => {
    expect([names.length, testNames.length]).toEqual([4488, 450]);
    expect(loadNames().test).toEqual(testNames);
    expect(new Set([...names, ...testNames]).size).toBe(4938);
    expect(names.slice(0, 20)).not.toEqual(names.slice(0, 20).toSorted());
    expect([...names, ...testNames].every((name) => symbolsOf(name).every((symbol) => symbol >= 0))).toBe(true);
  });

  test("a row reads the end and the letters, and expects the letters and the end; behind it nothing counts", () => {
    const { from, to } = rowsOf(["ada", "eve"]);
    const [a, d, e, v] = ["a", "d", "e", "v"].map((letter) => alphabet.indexOf(letter));
    expect(Array.from(from.subarray(length, length + 5))).toEqual([end, e, v, e, end]);
    expect(Array.from(to.subarray(length, length + 5))).toEqual([e, v, e, end, -1]);
    expect(Array.from(to.subarray(0, length))).toEqual([a, d, a, end, ...new Array(length - 4).fill(-1)]);
  });

  test("entropies of names in which they are known", () => {
    expect(entropies(["ab", "ba"]).letters).toBeCloseTo(Math.log(3), 12); // end, a and b equally often
    expect(entropies(["ab", "ba"]).pairs).toBeCloseTo(Math.log(2), 12); // and behind each, one of two
    expect(entropies(["abc", "abc"]).pairs).toBe(0);
    expect(distance(["abc"], ["abc", "abc"])).toBe(0);
    expect(distance(["abc"], ["xyz"])).toBe(1);
  });
});

describe("a short training", () => {
  let trained: Trained;
  let untrained: Params;

  beforeAll(() => {
    untrained = initialParams(random.split(random.key(settings.seed))[0]);
    trained = train(rowsOf(names), settings);
  }, 300_000);

  test("predicts letters of names that it has not seen better than the frequency of pairs of letters could", () => {
    const { letters, pairs } = entropies(testNames);
    const reached = lossOf(trained.params, rowsOf(testNames));
    expect(lossOf(untrained, rowsOf(testNames))).toBeGreaterThan(letters);
    expect(reached).toBeLessThan(0.8 * letters);
    expect(reached).toBeLessThan(entropies(names).pairs);
    expect(pairs).toBeLessThan(letters); // the bounds are in this order, whatever the names
  });

  test("writes names whose pairs of letters are like those of the list", () => {
    const key = random.key(7);
    const [before, after] = [untrained, trained.params].map((params) => distance(write(params, 1000, key), names));
    expect(before).toBeGreaterThan(0.5);
    expect(after).toBeLessThan(0.25);
  });

  test("writes names that are not in the list, and different ones for different keys", () => {
    const known = new Set(names);
    const written = write(trained.params, 200, random.key(8));
    expect(written.filter((name) => !known.has(name)).length).toBeGreaterThan(50);
    expect(write(trained.params, 200, random.key(8))).toEqual(written);
    expect(write(trained.params, 200, random.key(9))).not.toEqual(written);
  });
});

describe("functions of the model", () => {
  const params = initialParams(random.key(2));
  const few = rowsOf(["ada", "genevieve", "mary-ann"]);

  test("the loss is that of the letters read one after the other", () => {
    const width = 64;
    let [sum, count] = [0, 0];
    for (const name of ["ada", "genevieve", "mary-ann"]) {
      let state: { h: Float32Array; c: Float32Array } = { h: new Float32Array(width), c: new Float32Array(width) };
      let before = end;
      for (const symbol of symbolsOf(name)) {
        const { state: after, probability } = next({ params, state, letter: Int32Array.of(before) });
        sum -= Math.log(probability[symbol] ?? 0);
        [state, before, count] = [after, symbol, count + 1];
      }
    }
    expect(loss({ params, from: few.from, to: few.to })).toBeCloseTo(sum / count, 5);
  });

  test("what stands behind the end of a name changes neither the loss nor the gradient", () => {
    const from = few.from.map((symbol, i) => ((few.to[i] ?? 0) < 0 ? 5 : symbol));
    expect(lossAndGrad({ params, from, to: few.to })).toEqual(lossAndGrad({ params, from: few.from, to: few.to }));
  });

  test("the gradient agrees with differences", () => {
    const input = { params, from: few.from, to: few.to };
    const report = gradCheck({ value: loss, grad: (at) => lossAndGrad(at).grad }, input, "params", { samples: 6 });
    expect(String(report)).toContain("gradient check passed");
  });
});
