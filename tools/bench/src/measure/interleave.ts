/**
 * Measures contenders side by side: one sample of each in turn (A B A B …), so that what slows the machine slows all of
 * them, until there are enough that count.
 *
 * Invariant: every contender has the same number of samples; a sample takes a few milliseconds at least, of as many calls as
 * that needs.
 */
import { bestProbe, quietOf, type Sample, type Summary, summarize } from "./statistics.js";

export interface Contender {
  readonly name: string;
  /** Which probe it has: contenders with the same one are measured by what it takes at its best in any of them. */
  readonly probe: string;
  /** Milliseconds of so many calls together, and of the probe around them. */
  time(calls: number): Promise<Sample>;
}

export interface Plan {
  /** Milliseconds that a contender runs before the first sample. */
  readonly warm: number;
  /** Samples that count, wanted of each. */
  readonly wanted: number;
  /** Milliseconds for the samples of all, after which fewer must do. */
  readonly longest: number;
}

export interface Measured extends Summary {
  readonly name: string;
}

/** A sample shall take so many milliseconds. */
const sampleTime = 2;

/** Warms a contender up and gives how many calls make a sample. */
async function callsOf(contender: Contender, { warm }: Plan): Promise<number> {
  let [calls, spent] = [1, 0];
  for (;;) {
    const { ms } = await contender.time(calls);
    spent += ms;
    if (ms < sampleTime) calls = Math.ceil(calls * Math.min(8, Math.max(1.5, sampleTime / Math.max(ms, 1e-3))));
    else if (spent >= warm) return Math.max(1, Math.ceil((calls * sampleTime) / ms));
  }
}

interface Entry {
  readonly contender: Contender;
  readonly calls: number;
  readonly samples: Sample[];
}

/** A process may be on a slow core all the time: what a probe takes at its best, the others know. */
const bestFor = (entries: readonly Entry[], { probe }: Contender): number =>
  Math.min(...entries.filter(({ contender }) => contender.probe === probe).map(({ samples }) => bestProbe(samples)));

const isEnough = (entries: readonly Entry[], { wanted, longest }: Plan, spent: number): boolean =>
  spent >= longest ||
  entries.every(
    ({ contender, samples }) =>
      samples.length >= wanted && quietOf(samples, bestFor(entries, contender)).length >= wanted,
  );

/** Measures all; names are those of the contenders, in their order. */
export async function interleave(contenders: readonly Contender[], plan: Plan): Promise<readonly Measured[]> {
  const entries: Entry[] = [];
  for (const contender of contenders) entries.push({ contender, calls: await callsOf(contender, plan), samples: [] });
  const start = performance.now();
  do {
    for (const { contender, calls, samples } of entries) {
      const { ms, before, after } = await contender.time(calls);
      samples.push({ ms: ms / calls, before, after });
    }
  } while (!isEnough(entries, plan, performance.now() - start));
  return entries.map(({ contender, samples }) => ({
    name: contender.name,
    ...summarize(samples, bestFor(entries, contender)),
  }));
}
