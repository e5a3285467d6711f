/**
 * A fixed amount of work, to see whether the core is as fast as it can be: other machines on the same host slow it down for
 * seconds, and what is measured then means nothing.
 *
 * Invariant: the work is in registers alone, and takes some tens of microseconds. V8 reads arrays more slowly in processes whose
 * Wasm memory has grown, so a probe that reads would tell them from the others.
 */
let sink = 0;

function work(): number {
  // Doubles from the start: of whole numbers V8 makes objects in some processes, and takes twice as long there.
  let [a, b, c, d] = [0.5, 0.5, 0.5, 0.5];
  for (let i = 0; i < 8192; i++) {
    a = a * 0.9999 + 1e-4;
    b = b * 0.9998 + 2e-4;
    c = c * 0.9997 + 3e-4;
    d = d * 0.9996 + 4e-4;
  }
  return a + b + c + d; // each comes near to 1
}

/** Milliseconds that the work takes now. */
export function probe(): number {
  const start = performance.now();
  sink += work();
  return performance.now() - start;
}

/** Brings the probe to its full speed. */
export function warmProbe(): void {
  for (let i = 0; i < 2000; i++) probe();
  if (!Number.isFinite(sink)) throw new Error("bug: the probe overflowed");
}
