/** What all callers of a kernel have in the arena is passed as places in one array; what one of them has elsewhere is not. */
import { add, cumsum, f64, fn, mul, scan, sum, tanh } from "@tapeless/types";
import { isFn } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { compileModule } from "../../pipeline/compile-module.js";
import { diagnose, importText } from "./testing/build-module.js";

const textOf = (exports: Readonly<Record<string, unknown>>): string =>
  compileModule({
    file: "places.model.ts",
    exports: Object.entries(exports).flatMap(([name, each]) => (isFn(each) ? [{ name, fn: each }] : [])),
    localNames: [],
  }).text;

interface Kernel {
  readonly params: readonly string[];
  readonly calls: readonly (readonly string[])[];
}

const listed = (text: string): readonly string[] => text.split(",").flatMap((part) => part.trim() || []);

/** The kernels of a module that take arrays, with the operands of their calls. */
function kernelsIn(text: string): readonly Kernel[] {
  return [...text.matchAll(/^function (\w+)\(([^)]*)\): void/gm)].map(([, name = "", params = ""]) => ({
    params: listed(params).map((param) => param.replace(/:.*/, "")),
    calls: [...text.matchAll(new RegExp(`^ +${name}\\(([^;]*)\\);`, "gm"))].map(([, args = ""]) => listed(args)),
  }));
}

const vector = f64(["n"]);

/** Two carries and what is made of both; each step's rows are read from the arena and written to it. */
const walk = fn({ a: vector, b: vector, steps: f64(["k", "n"]) }, ({ a, b, steps }) => {
  const [[u, v], rows] = scan(
    ([u, v], row) => {
      const next = tanh(add(mul(u, v), row));
      return [[next, add(u, mul(v, row))], add(next, v)] as const;
    },
    [a, b] as const,
    steps,
  );
  return add(sum(mul(u, v)), sum(mul(rows, cumsum(rows, 0))));
});

function byHand(a: readonly number[], b: readonly number[], steps: readonly (readonly number[])[]): number {
  let [u, v] = [a, b];
  let total = 0;
  const sums = a.map(() => 0);
  for (const row of steps) {
    const next = u.map((each, i) => Math.tanh(each * (v[i] ?? 0) + (row[i] ?? 0)));
    next.forEach((each, i) => {
      const made = each + (v[i] ?? 0);
      sums[i] = (sums[i] ?? 0) + made;
      total += made * (sums[i] ?? 0);
    });
    [u, v] = [next, u.map((each, i) => each + (v[i] ?? 0) * (row[i] ?? 0))];
  }
  return total + u.reduce((all, each, i) => all + each * (v[i] ?? 0), 0);
}

describe("a loop with carries in the arena", () => {
  const text = textOf({ walk });
  const kernels = kernelsIn(text);

  test("no kernel is handed the arena twice, unless a caller has an operand elsewhere", () => {
    const isTwice = ({ calls }: Kernel) => calls.some((args) => args.filter((arg) => arg === "f64").length > 1);
    const isMixed = ({ calls }: Kernel) =>
      new Set(calls.map((args) => args.map((arg) => arg === "f64").join())).size > 1;
    expect(kernels.filter(isTwice).every(isMixed)).toBe(true);
    expect(kernels.some(({ params }) => params.includes("f64"))).toBe(true);
  });

  test("places come after the array, each under the name of what lies there", () => {
    const shared = kernels.find(({ params }) => params.includes("f64"));
    expect(shared?.params.filter((name) => name.endsWith("At")).length).toBeGreaterThan(1);
    expect(shared?.params.filter((name) => name === "f64")).toHaveLength(1);
  });

  test("values", async () => {
    const [a, b, steps] = [
      [0.5, -1, 2],
      [1.5, 0.25, -0.75],
      [
        [0.1, 0.2, 0.3],
        [-1, 0.5, 0],
        [2, -0.25, 0.125],
      ],
    ];
    const { walk: run } = await importText(text);
    const got = run?.({ a: Float64Array.from(a), b: Float64Array.from(b), steps: Float64Array.from(steps.flat()) });
    expect(got).toBeCloseTo(byHand(a, b, steps), 12);
  });

  test("the strictest compiler accepts it", () => expect(diagnose(text)).toEqual([]));
});
