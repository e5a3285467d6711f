/**
 * Two proofs of a derivative that need no numbers of others: forward and reverse mode agree on a direction (duality), and so
 * do differences of the function along it (Richardson's).
 */
import { slopeAt } from "./differences.js";
import { draws, type Sizes, type Subject } from "./subject.js";
import { subjects } from "./subjects.js";

export interface Found {
  /** Seconds for everything. */
  readonly seconds: number;
  /** How far forward and reverse mode are apart along the direction v, by Σ|gᵢvᵢ|. */
  readonly duality: number;
  /** How far differences and reverse mode are apart, by the same. */
  readonly richardson: number;
}

/** The largest that may be: rounding of sums, and of functions whose differences are taken. */
export const bounds = { duality: 1e-11, richardson: 1e-6 };

export const isWithin = ({ duality, richardson }: Found): boolean =>
  duality <= bounds.duality && richardson <= bounds.richardson;

function products(a: readonly Float64Array[], b: readonly Float64Array[]) {
  let [sum, size] = [0, 0];
  a.forEach((values, k) =>
    values.forEach((value, i) => {
      const product = value * (b[k]?.[i] ?? Number.NaN);
      sum += product;
      size += Math.abs(product);
    }),
  );
  return { sum, size };
}

export function verifySubject(subject: Subject): Found {
  const start = performance.now();
  const { normal } = draws();
  const direction = subject.point.map(({ length }) => normal(length));
  const { sum, size } = products(subject.gradient(), direction);
  const along = (t: number) =>
    subject.value(subject.point.map((values, k) => values.map((value, i) => value + t * (direction[k]?.[i] ?? 0))));
  const differences = slopeAt(along, subject.width);
  return {
    duality: Math.abs(subject.forward(direction) - sum) / size,
    richardson: Math.abs(differences - sum) / size,
    seconds: (performance.now() - start) / 1000,
  };
}

export function verify(name: string, sizes: Sizes): Found {
  const subject = subjects[name];
  if (subject === undefined) throw new Error(`there is no ${name}; there are ${Object.keys(subjects).join(", ")}`);
  return verifySubject(subject.make(sizes));
}
