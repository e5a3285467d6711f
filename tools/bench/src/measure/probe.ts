/**
 * A fixed amount of work, to see whether the core is as fast as it can be: other machines on the same host slow it down for
 * seconds, and what is measured then means nothing.
 *
 * Invariant: the work touches registers and the first cache alone, and takes some tens of microseconds.
 */
const values = new Float64Array(1024).fill(1);
let sink = 0;

function work(): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let round = 0; round < 64; round++) {
    for (let i = 0; i < 1024; i += 4) {
      a += values[i]! * 1.0001;
      b += values[i + 1]! * 1.0002;
      c += values[i + 2]! * 1.0003;
      d += values[i + 3]! * 1.0004;
    }
  }
  return a + b + c + d;
}

/** Milliseconds that the work takes now. */
export function probe(): number {
  const start = performance.now();
  sink += work();
  return performance.now() - start;
}

/** Brings the probe to its full speed. */
export function warmProbe(): void {
  for (let i = 0; i < 300; i++) probe();
  if (!Number.isFinite(sink)) throw new Error("bug: the probe overflowed");
}
