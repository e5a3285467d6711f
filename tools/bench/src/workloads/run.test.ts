/** Rounds of one workload: fresh processes in each, all samples in one summary; with processes that only say numbers. */
import { expect, test } from "vitest";
import { workloadOf } from "./data.js";
import type { Entrant } from "./entrants.js";
import { runWorkload } from "./run.js";

/** Answers as `serve` does; what a call takes is `ms` more than nothing, and the probe is even. */
const process = (digest: number, ms: number): readonly string[] => [
  "--input-type=module",
  "--eval",
  `import { createInterface } from "node:readline";
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const calls = Number(line.split(" ")[2]);
    console.log(JSON.stringify(line.startsWith("check") ? [${digest}] : { ms: calls * ${ms}, before: 1, after: 1 }));
  }`,
];

test("each round has processes of its own, and its samples count as the others do", async () => {
  const starts: string[] = [];
  const entrant = (id: string, digest: number, ms: number): Entrant => ({
    id,
    label: id,
    start: () => {
      starts.push(id);
      return process(digest, ms + starts.length * 1e-3); // each process a little slower
    },
  });
  const entrants = [entrant("generated", 1, 3), entrant("naive", 1, 6), entrant("wrong", 2, 1)];
  const plan = { rounds: 3, warm: 1, wanted: 4, longest: 10_000 };
  const { results, absent } = await runWorkload(workloadOf("W1a"), entrants, plan);
  expect(starts).toEqual(["generated", "naive", "wrong", "generated", "naive", "generated", "naive"]);
  expect(absent).toEqual([{ id: "wrong", why: expect.stringMatching(/^differs from the naive loops/) }]);
  expect(results.map(({ id, samples, quiet }) => [id, samples, quiet])).toEqual([
    ["generated", 12, 12],
    ["naive", 12, 12],
  ]);
  expect(results[0]?.median).toBeCloseTo(3.004, 9); // that of the second process
  expect(results[1]?.ratio).toBeCloseTo(6.005 / 3.004, 9);
});
