/**
 * What holds between the transformations of one map, whatever it is: the two modes are transposes of each other (P5),
 * Jacobians do not depend on the mode, Hessians are symmetric and `hvp` is their product (P10), and a chain in one program is
 * the chain of two (P11).
 */
import { type f64, fn, hessian, hvp, jacobian, jvp, vjp } from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { resultsOf } from "../op-tests/testing/programs-of-users.js";
import { bodies, type Nested, plane, scalarOf, steps } from "./testing/nested.js";

const x = [0.7, -0.4];
const [u, v] = [
  [0.3, -1.1],
  [-0.8, 0.5],
];

type Numbers = readonly number[];

const dot = (a: Numbers, b: Numbers): number => a.reduce((sum, each, k) => sum + each * (b[k] ?? 0), 0);
const times = (rows: Numbers, width: number, b: Numbers): Numbers =>
  Array.from({ length: rows.length / width }, (_, i) => dot(rows.slice(i * width, (i + 1) * width), b));
const near = (got: Numbers, want: Numbers, tolerance = 1e-12): void => {
  expect(got.length).toBe(want.length);
  got.forEach((each, k) =>
    expect(Math.abs(each - (want[k] ?? Number.NaN))).toBeLessThan(tolerance * Math.max(1, Math.abs(each))),
  );
};
const last = (f: unknown, inputs: readonly Numbers[]): Numbers => resultsOf(f, inputs).at(-1) ?? [];

/** Each body as it is, and with everything around it that nests without changing its size much. */
const maps = Object.entries(bodies).flatMap(([title, body]) => [
  [title, body] as const,
  ...["checkpoint", "customVjp", "customJvp", "vmap", "scan"].map(
    (name) => [`${title}, in ${name}`, (steps[name] as (typeof steps)[string])(body)] as const, // a name of the table
  ),
]);

describe.each(maps)("%s", (_title, map: Nested) => {
  const directions = Array.from({ length: map.size }, (_, k) => Math.sin(k + 1));

  test("the modes are transposes of each other", () => {
    const pushed = last(jvp(map.f), [x, v]);
    const pulled = last(vjp(map.f), [x, directions]);
    near([dot(directions, pushed)], [dot(pulled, v)]);
  });

  test("a Jacobian is the same by columns and by rows, and what both modes multiply with", () => {
    const [columns, rows] = (["forward", "reverse"] as const).map((mode) =>
      last(jacobian(map.f, "x", { mode }), [x]),
    ) as [Numbers, Numbers];
    near(columns, rows);
    near(last(jvp(map.f), [x, v]), times(rows, 2, v));
  });

  test("a Hessian is symmetric, and hvp is its product", () => {
    const scalar = scalarOf(map);
    const bend = last(hessian(scalar), [x]);
    near([bend[1] ?? Number.NaN], [bend[2] ?? Number.NaN]);
    const [hu, hv] = [last(hvp(scalar), [x, u]), last(hvp(scalar), [x, v])];
    near(hu, times(bend, 2, u));
    near([dot(v, hu)], [dot(u, hv)]);
  });
});

/** The bodies map the plane to itself. */
const inPlane = (y: unknown) => y as ReturnType<typeof f64<[2]>>;

test.each(Object.entries(bodies))("the chain in one program is the chain of two: %s", (_title, { f }) => {
  for (const { f: g } of Object.values(bodies)) {
    const composed = fn(plane, (input) => f({ x: inPlane(g(input)) }));
    const [middle = []] = resultsOf(g, [x]);
    const between = last(vjp(f), [middle, u]);
    near(last(vjp(composed), [x, u]), last(vjp(g), [x, between]), 1e-14);
  }
});
