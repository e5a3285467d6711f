/**
 * Measures contenders side by side: one sample of each in turn (A B A B …), so that what slows the machine slows all of
 * them, until there are enough that count.
 *
 * Invariant: every contender has the same number of samples; a sample takes a few milliseconds at least, of as many calls as
 * that needs.
 */
import { quietOf, type Sample, type Summary, summarize } from "./statistics.js";

export interface Contender {
  readonly name: string;
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

const isEnough = (samples: readonly (readonly Sample[])[], { wanted, longest }: Plan, spent: number): boolean =>
  spent >= longest || samples.every((list) => list.length >= wanted && quietOf(list).length >= wanted);

/** Measures all; names are those of the contenders, in their order. */
export async function interleave(contenders: readonly Contender[], plan: Plan): Promise<readonly Measured[]> {
  const entries: { contender: Contender; calls: number; samples: Sample[] }[] = [];
  for (const contender of contenders) entries.push({ contender, calls: await callsOf(contender, plan), samples: [] });
  const start = performance.now();
  do {
    for (const { contender, calls, samples } of entries) {
      const { ms, before, after } = await contender.time(calls);
      samples.push({ ms: ms / calls, before, after });
    }
  } while (
    !isEnough(
      entries.map(({ samples }) => samples),
      plan,
      performance.now() - start,
    )
  );
  return entries.map(({ contender: { name }, samples }) => ({ name, ...summarize(samples) }));
}
