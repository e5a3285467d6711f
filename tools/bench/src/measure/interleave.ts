/**
 * Measures contenders side by side: one sample of each in every turn, in an order drawn anew, so that what slows the machine
 * slows all of them, until there are enough that count.
 *
 * Invariant: every contender has the same number of samples; a sample takes a few milliseconds at least, of as many calls as
 * that needs.
 */
import { shuffle } from "simple-statistics";
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

/** A contender's samples, of one process or of several. */
export interface Sampled extends Pick<Contender, "name" | "probe"> {
  readonly samples: readonly Sample[];
}

/** By so much the code that V8 makes of one probe differs from process to process. */
const ofItsOwn = 1.25;

/** A process may be on a slow core all the time: what a probe takes at its best, the others know. */
function bestFor(all: readonly Sampled[], { probe, samples }: Sampled): number {
  const best = Math.min(...all.filter((each) => each.probe === probe).map((each) => bestProbe(each.samples)));
  return Math.min(bestProbe(samples), best * ofItsOwn);
}

const isEnough = (all: readonly Sampled[], { wanted, longest }: Plan, spent: number): boolean =>
  spent >= longest ||
  all.every((each) => each.samples.length >= wanted && quietOf(each.samples, bestFor(all, each)).length >= wanted);

/** Samples of all, in the order of the contenders. */
export async function sampled(contenders: readonly Contender[], plan: Plan): Promise<readonly Sampled[]> {
  const entries: { contender: Contender; calls: number; samples: Sample[] }[] = [];
  for (const contender of contenders) entries.push({ contender, calls: await callsOf(contender, plan), samples: [] });
  const all = entries.map(({ contender: { name, probe }, samples }) => ({ name, probe, samples }));
  const start = performance.now();
  do {
    // What a contender leaves to do, its garbage above all, falls to whoever is next.
    for (const { contender, calls, samples } of shuffle(entries)) {
      const { ms, before, after } = await contender.time(calls);
      samples.push({ ms: ms / calls, before, after });
    }
  } while (!isEnough(all, plan, performance.now() - start));
  return all;
}

export const summaries = (all: readonly Sampled[]): readonly Measured[] =>
  all.map((each) => ({ name: each.name, ...summarize(each.samples, bestFor(all, each)) }));

/** Measures all; names are those of the contenders, in their order. */
export const interleave = async (contenders: readonly Contender[], plan: Plan): Promise<readonly Measured[]> =>
  summaries(await sampled(contenders, plan));
