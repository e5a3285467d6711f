/** Derivatives by differences, of functions of nested lists of numbers. */

export type Nested = number | readonly Nested[];

/** df/dt at 0, by central differences of two widths with the error of second order taken out (Richardson). */
export function slopeAt(f: (t: number) => number, h = 1e-3): number {
  const central = (width: number) => (f(width) - f(-width)) / (2 * width);
  return (4 * central(h / 2) - central(h)) / 3;
}

/** The derivatives of f in every number of the lists, as lists of the same form. */
export function differences<T extends Nested>(f: (at: T) => number, at: T): Nested {
  const inside = (value: Nested, rebuild: (value: Nested) => Nested): Nested =>
    typeof value === "number"
      ? slopeAt((t) => f(rebuild(value + t) as T)) // the lists are as they were, but for one number
      : value.map((element, i) => inside(element, (changed) => rebuild(value.with(i, changed))));
  return inside(at, (value) => value);
}
