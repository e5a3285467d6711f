/**
 * How many random graphs a property is tried on: `GRAPHS=10 npx vitest …` tries ten times as many, `SEED=…` others.
 *
 * Invariant: without either the run is the same every time.
 */
const multiplier = Number(process.env.GRAPHS ?? 1);
const seed = Number(process.env.SEED ?? 20_240_607);

export const runs = (count: number) => ({
  numRuns: Math.ceil(count * multiplier),
  seed,
  // Slow machines try fewer; a failure is shrunk for a while and then reported as it stands.
  interruptAfterTimeLimit: 45_000 * Math.max(1, multiplier),
  markInterruptAsFailure: false,
});

export const timeout = 120_000 * Math.max(1, multiplier);
