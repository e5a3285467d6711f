/**
 * Finds the launch that leads a ball through measured places, by steps of Levenberg and Marquardt.
 *
 * Invariant: no launch of the list is worse than the one before it.
 */
import { random } from "tapeless/runtime";
import { cost, flight, improved } from "./projectile.gen.js";

/** Velocity in m/s, drag per mass in 1/m. */
export interface Launch {
  readonly velocity: Float64Array;
  readonly drag: number;
}

export interface Fit {
  /** From the guess to the best. */
  readonly launches: readonly Launch[];
  /** Mean square of the distances of each, in m². */
  readonly costs: readonly number[];
}

/** A baseball at 38 m/s and 40°: 1.2 kg/m³ · 0.35 · 43 cm² / (2 · 145 g). */
export const baseball: Launch = {
  velocity: Float64Array.of(38 * Math.cos((40 * Math.PI) / 180), 38 * Math.sin((40 * Math.PI) / 180)),
  drag: 0.0062,
};

/** The places of a flight, each coordinate measured with an error of so many metres. */
export function measure(launch: Launch, error: number, key: random.Key): Float64Array {
  const places = flight({ launch });
  const noise = random.normal(key, [places.length], { dtype: "f64" });
  return places.map((place, i) => place + error * (noise[i] ?? 0));
}

/**
 * From a guess on, until a step gains less than a part in 10¹² of the cost. A step that gains nothing is taken back, and
 * the next one is shorter and closer to the gradient.
 */
export function fit(measured: Float64Array, guess: Launch, maxSteps = 50): Fit {
  const launches = [guess];
  const costs = [cost({ launch: guess, measured })];
  let damping = 1e-3;
  let [launch, best] = [guess, costs[0] ?? 0];
  for (let step = 0; step < maxSteps && damping < 1e8; step++) {
    const next = improved({ launch, measured, damping });
    const reached = cost({ launch: next, measured });
    if (!(reached < best)) {
      damping *= 10;
      continue;
    }
    const gain = best - reached;
    [launch, best, damping] = [next, reached, damping / 10];
    launches.push(launch);
    costs.push(best);
    if (gain < 1e-12 * best) break;
  }
  return { launches, costs };
}
