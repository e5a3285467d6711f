/**
 * What is told of a list of samples.
 *
 * Invariant: a sample counts only where the probe ran at its full speed just before and just after it; how many did is
 * told with the median.
 */
import { quantileSorted } from "simple-statistics";

/** One measurement: milliseconds of a call, and of the probe before and after. */
export interface Sample {
  readonly ms: number;
  readonly before: number;
  readonly after: number;
}

export interface Summary {
  /** Of one call, in milliseconds. */
  readonly median: number;
  /** A tenth of the samples was faster. */
  readonly fast: number;
  /** Samples that count. */
  readonly quiet: number;
  readonly samples: number;
  /** Too few samples count: the median is that of the faster half of all. */
  readonly disturbed: boolean;
}

/** How much slower than at its best the probe may be around a sample that counts. */
const tolerance = 1.13;
/** With fewer samples that count, all are taken. */
export const leastQuiet = 3;

export function quantile(values: readonly number[], part: number): number {
  return values.length === 0
    ? Number.NaN
    : quantileSorted(
        [...values].sort((a, b) => a - b),
        part,
      );
}

/** What the probe takes at its best: one that was impossibly fast does not leave the others without. */
export const bestProbe = (samples: readonly Sample[]): number =>
  quantile(
    samples.flatMap(({ before, after }) => [before, after]),
    0.02,
  );

/** The samples around which the probe was not slower than at its best. */
export const quietOf = (samples: readonly Sample[], best = bestProbe(samples)): readonly Sample[] =>
  samples.filter(({ before, after }) => Math.max(before, after) <= best * tolerance);

export function summarize(samples: readonly Sample[], best = bestProbe(samples)): Summary {
  const quiet = quietOf(samples, best);
  const disturbed = quiet.length < leastQuiet;
  const times = (disturbed ? samples : quiet).map(({ ms }) => ms);
  return {
    median: quantile(times, disturbed ? 0.25 : 0.5),
    fast: quantile(times, 0.1),
    quiet: quiet.length,
    samples: samples.length,
    disturbed,
  };
}
