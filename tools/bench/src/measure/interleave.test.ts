/** The order of samples, how many calls one has, and when it is enough; with contenders that only say how long they took. */
import { expect, test } from "vitest";
import { type Contender, interleave, type Plan } from "./interleave.js";

interface Log {
  readonly order: { readonly name: string; readonly calls: number }[];
}

const contender = (name: string, ms: number, log: Log, probe = () => 1): Contender => ({
  name,
  probe: "of tests",
  time: async (calls) => {
    log.order.push({ name, calls });
    return { ms: ms * calls, before: probe(), after: probe() };
  },
});

const plan: Plan = { warm: 20, wanted: 5, longest: 10_000 };

test("samples come in turns, one of each, after all are warm", async () => {
  const log: Log = { order: [] };
  const measured = await interleave([contender("a", 3, log), contender("b", 0.01, log)], plan);
  const last = log.order.slice(-10).map(({ name }) => name);
  expect([0, 2, 4, 6, 8].map((k) => last.slice(k, k + 2).toSorted())).toEqual(Array(5).fill(["a", "b"]));
  expect(measured.map(({ name, samples }) => [name, samples])).toEqual([
    ["a", 5],
    ["b", 5],
  ]);
});

test("the median is that of one call, however many make a sample", async () => {
  const log: Log = { order: [] };
  const [slow, fast] = await interleave([contender("slow", 3, log), contender("fast", 0.0001, log)], plan);
  expect(slow?.median).toBeCloseTo(3, 12);
  expect(fast?.median).toBeCloseTo(0.0001, 12);
  const callsOf = (of: string) => log.order.findLast(({ name }) => name === of)?.calls ?? 0;
  expect(callsOf("slow")).toBe(1);
  expect(callsOf("fast") * 0.0001).toBeCloseTo(2, 6); // two milliseconds make a sample
});

test("a contender is warmed up for as long as the plan says", async () => {
  const log: Log = { order: [] };
  await interleave([contender("a", 4, log)], plan);
  expect(log.order.length - 5).toBe(5); // 4 ms five times are 20 ms
});

test("a contender whose core is slow all the time is disturbed, as the others know", async () => {
  const log: Log = { order: [] };
  const contenders = [contender("fast", 3, log), contender("slow", 3, log, () => 2)];
  const [fast, slow] = await interleave(contenders, { ...plan, longest: 30 });
  expect([fast?.disturbed, slow?.disturbed]).toEqual([false, true]);
  const [, little] = await interleave([contender("fast", 3, log), contender("slow", 3, log, () => 1.2)], plan);
  expect(little?.disturbed).toBe(false); // the same probe, and code that is a little slower
  const [, alone] = await interleave([contenders[0], { ...contenders[1], probe: "another" }] as Contender[], plan);
  expect(alone?.disturbed).toBe(false);
});

test("where the core is disturbed all the time, it ends when the time is up", async () => {
  const log: Log = { order: [] };
  let turn = 0;
  const wild = (): number => [1, 5][turn++ % 2] ?? 1;
  const [measured] = await interleave([contender("a", 3, log, wild)], { ...plan, longest: 30 });
  expect(measured).toMatchObject({ disturbed: true, quiet: 0 });
});
