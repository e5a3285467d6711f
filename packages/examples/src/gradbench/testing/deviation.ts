/** How far an answer is from what was expected, as GradBench measures it. */

/** |a - b| / max(1, |a| + |b|), and 0 where both are one number. */
const between = (a: number, b: number): number =>
  Object.is(a, b) ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(a) + Math.abs(b));

/**
 * The largest deviation of two JSON values, number by number. A value of another form, a list of another length, an object
 * with other fields, or a NaN, is infinitely far.
 */
export function deviation(actual: unknown, expected: unknown): number {
  if (typeof actual === "number" && typeof expected === "number") {
    const found = between(actual, expected);
    return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
  }
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) {
    return Number.POSITIVE_INFINITY;
  }
  const [names, wanted] = [Object.keys(actual).sort(), Object.keys(expected).sort()];
  if (Array.isArray(actual) !== Array.isArray(expected) || names.join() !== wanted.join()) {
    return Number.POSITIVE_INFINITY;
  }
  return names.reduce(
    (most, name) => Math.max(most, deviation(Reflect.get(actual, name), Reflect.get(expected, name))),
    0,
  );
}
