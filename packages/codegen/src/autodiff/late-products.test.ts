/** Products that a loop only adds up run once, after it: where it pays, and with the numbers that they had. */
import {
  add,
  f64,
  fn,
  grad,
  lstmCell,
  matmul,
  mul,
  outer,
  scan,
  sin,
  slice,
  sub,
  sum,
  type Tensor,
  tanh,
  transpose,
  vmap,
  zeros,
} from "@tapeless/types";
import { type Func, intsAttr } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { innerSteps, type Step } from "../ir/kernel/nodes.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { compileFunction, tensorPasses } from "../pipeline/compile-function.js";
import { checkGradientEverywhere, gradientOf } from "./testing/gradient-everywhere.js";
import { carriesOf, depthsOf } from "./testing/loops-of.js";

const [steps, rows, width] = [7, 2, 16];

type Rows = Tensor<[typeof rows, typeof width], "f64">;
type Square = Tensor<[typeof width, typeof width], "f64">;

/** `h' = tanh(h w + x)` along `n` inputs. */
const network = (n: number, options: { readonly reverse?: boolean; readonly checkpoint?: number | "sqrt" } = {}) =>
  fn({ w: f64([width, width]), h: f64([rows, width]), xs: f64([n, rows, width]) }, ({ w, h, xs }) => {
    const [last] = scan((state, x) => [tanh(add(matmul(state, w), x)) as Rows, null] as const, h, xs, options as never);
    return sum(mul(last, last));
  });

/** A cell with four gates. */
const lstm = (n: number, size: number) =>
  fn(
    { wx: f64([4 * size, size]), wh: f64([4 * size, size]), b: f64([4 * size]), xs: f64([n, rows, size]) },
    ({ wx, wh, b, xs }) => {
      const start = zeros([rows, size], "f64");
      const [last] = scan((state, x) => [lstmCell(x, state, { wx, wh, b }), null] as const, { h: start, c: start }, xs);
      return sum(last.h);
    },
  );

/** A loop inside that takes a few steps along each input. */
const nested = fn({ w: f64([width, width]), h: f64([rows, width]), xs: f64([3, 2, rows, width]) }, ({ w, h, xs }) => {
  const [last] = scan(
    (outer, row) => {
      const [inner] = scan((state, x) => [sin(add(matmul(state, w), x)) as Rows, null] as const, outer, row);
      return [inner as Rows, null] as const;
    },
    h,
    xs,
  );
  return sum(mul(last, last));
});

/** Two networks of one weight matrix, of which one takes a part: what a step adds is a sum, and a frame of zeros. */
const shared = fn({ w: f64([width, 2 * width]), h: f64([rows, width]), xs: f64([4, rows, width]) }, ({ w, h, xs }) => {
  const [last] = scan(
    (state, x) => {
      const first = slice(w, 1, 0, width) as Square;
      const second = slice(w, 1, width, 2 * width) as Square;
      return [sub(sin(matmul(state, first)), tanh(matmul(add(state, x), second))) as Rows, null] as const;
    },
    h,
    xs,
  );
  return sum(mul(last, last));
});

/** Of a named number of steps and rows. */
const named = fn({ w: f64([width, width]), h: f64(["r", width]), xs: f64(["n", "r", width]) }, ({ w, h, xs }) => {
  const [last] = scan((state, x) => [tanh(add(matmul(state, w), x)) as typeof h, null] as const, h, xs);
  return sum(mul(last, last));
});

/** A network for each of three starts, with weights for all. */
const mapped = fn({ w: f64([width, width]), h: f64([3, rows, width]), xs: f64([4, rows, width]) }, ({ w, h, xs }) =>
  sum(vmap(network(4), 3, { w: null, xs: null })({ w, h, xs })),
);

/** Products of inputs, summed from what is given; `reads` says whether a step looks at the sum. */
const gram = (reads: boolean) =>
  fn({ s: f64([width, width]), xs: f64([steps, rows, width]) }, ({ s, xs }) => {
    const [last, seen] = scan(
      (total, x) => {
        const next = sub(total, matmul(transpose(x), x)) as Square;
        return [next, reads ? sum(next) : sum(x)] as const;
      },
      s,
      xs,
    );
    return add(sum(mul(last, last)), sum(seen));
  });

// ---- what is looked at

const passed = (f: unknown): Func => tensorPasses.run(programOf(f));

/** How many axes the products outside of all loops sum over. */
const summedOutside = (func: Func): readonly number[] =>
  func.eqns.flatMap(({ op, attrs }) => {
    if (op !== "contract") return [];
    const out = intsAttr(attrs, "out");
    return [intsAttr(attrs, "left").filter((label) => !out.includes(label)).length];
  });

const kernelsIn = (program: readonly Step[]): readonly Step[] =>
  program.flatMap((step) => [step, ...kernelsIn(innerSteps(step))]);

// ---- structure

describe("a product is made once, after the loop", () => {
  test("of a network: over its steps and rows, and no loop carries the sum", () => {
    const func = passed(gradientOf(network(steps)));
    expect(depthsOf(func, "contract")).toEqual([1, 1, 0]); // forwards, back to the state; the weights'
    expect(summedOutside(func)).toEqual([2]);
    expect(carriesOf(func)).toEqual([`${rows}×${width}`, `${rows}×${width}`]);
  });

  test("no kernel of a loop touches the cotangent of the weights", () => {
    const { program } = compileFunction(programOf(gradientOf(network(steps)))).planned;
    const ofWeights = program.buffers.filter(({ shape, space }) => space === "output" && shape.join() === "16,16");
    const inLoops = program.steps.filter(({ kind }) => kind === "Repeat").flatMap((loop) => kernelsIn([loop]));
    const written = inLoops.flatMap((step) => (step.kind === "Kernel" ? step.writes.map(({ buffer }) => buffer) : []));
    expect(ofWeights).toHaveLength(1);
    expect(written).not.toContain(ofWeights[0]?.name);
    expect(written.length).toBeGreaterThan(2);
  });

  test("of an LSTM: both products of weights; the sum for the bias goes along with what was kept for them", () => {
    const func = passed(gradientOf(lstm(steps, width)));
    expect(carriesOf(func).every((shape) => shape === `${rows}×${width}`)).toBe(true);
    expect(summedOutside(func)).toEqual([1, 2, 2]); // the first is that of the inputs, before the loop
    expect(depthsOf(func, "sum").filter((depth) => depth > 0)).toEqual([]);
  });

  test("a step keeps the slopes of the gates more, and nothing else", () => {
    const bytes = (n: number): number =>
      Number(compileFunction(programOf(gradientOf(lstm(n, width)))).planned.memory.bytes);
    // An LSTM in f64 keeps twelve arrays of a gate (saved-per-step.test.ts), and now what comes back to its four gates.
    expect((bytes(40) - bytes(20)) / 20).toBe((12 + 4) * rows * width * 8);
  });

  test("of a loop in a loop: after both", () => {
    const func = passed(gradientOf(nested));
    expect(summedOutside(func)).toEqual([3]);
    expect(carriesOf(func)).not.toContain(`${width}×${width}`);
  });

  test("of a sum, and of what is linear in it", () => {
    const func = passed(gradientOf(shared));
    expect(summedOutside(func)).toEqual([2, 2]);
    expect(carriesOf(func)).not.toContain(`${width}×${2 * width}`);
  });

  test("that no derivative wrote", () => {
    const func = passed(gram(false));
    expect(depthsOf(func, "contract")).toEqual([0]);
    expect(carriesOf(func)).toEqual([]);
  });
});

describe("a product stays in the loop", () => {
  test("where a step looks at the sum", () => {
    expect(depthsOf(passed(gram(true)), "contract")).toEqual([1]);
  });

  test("where the sums are small", () => {
    expect(carriesOf(passed(gradientOf(lstm(steps, 4))))).toContain("16×4");
  });

  test("where a step would keep more than half of what it adds to", () => {
    const tall = (many: number) =>
      fn({ w: f64([width, width]), h: f64([many, width]), xs: f64([9, many, width]) }, ({ w, h, xs }) => {
        const [last] = scan((state, x) => [tanh(add(matmul(state, w), x)) as typeof h, null] as const, h, xs);
        return sum(last);
      });
    const carries = (many: number) => carriesOf(passed(grad(tall(many), "w")));
    expect(carries(width / 2)).not.toContain(`${width}×${width}`);
    expect(carries(width / 2 + 1)).toContain(`${width}×${width}`);
  });

  test("where it would keep more than it goes along with", () => {
    const wide = fn({ s: f64([width, width]), a: f64([width]), xs: f64([steps, 3]) }, ({ s, a, xs }) => {
      const [last] = scan(
        (total, x) => {
          const row = sin(mul(a, sum(x))) as Tensor<[typeof width], "f64">;
          return [add(total, outer(row, row)) as Square, null] as const;
        },
        s,
        xs,
      );
      return sum(last);
    });
    expect(carriesOf(passed(wide))).toEqual([`${width}×${width}`]);
  });

  test("of a single step, and of none", () => {
    for (const n of [0, 1]) expect(carriesOf(passed(gradientOf(network(n))))).toContain(`${width}×${width}`);
  });
});

describe("checkpoints", () => {
  test("what is computed again keeps no more than it did: the sum is a carry there", () => {
    const func = passed(gradientOf(network(100, { checkpoint: "sqrt" })));
    expect(carriesOf(func)).toContain(`${width}×${width}`);
    expect(depthsOf(func, "contract")).not.toContain(0);
  });

  test("memory grows with √n", () => {
    const bytes = (n: number): number =>
      Number(compileFunction(programOf(grad(network(n, { checkpoint: "sqrt" }), "w"))).planned.memory.bytes);
    expect(bytes(128 ** 2) / bytes(32 ** 2)).toBeLessThan(4.2); // no steps are left over, which would be a loop of their own
  });
});

// ---- values

const models: Readonly<Record<string, readonly [f: unknown, sizes?: Readonly<Record<string, number>>]>> = {
  "a network": [network(4)],
  "a network backwards": [network(4, { reverse: true })],
  "a network with checkpoints": [network(5, { checkpoint: 2 })],
  "one step": [network(1)],
  "no step": [network(0)],
  "an LSTM": [lstm(3, 8)],
  "a loop in a loop": [nested],
  "weights that are used twice": [shared],
  "a network for each position of a batch": [mapped],
  "a named number of steps and rows": [named, { n: 3, r: 2 }],
  "a named number of steps, none of them": [named, { n: 0, r: 2 }],
  "a named number of steps, one of them": [named, { n: 1, r: 2 }],
  "products of inputs, taken from what is given": [gram(false)],
  "the same, looked at": [gram(true)],
};

describe("the gradient is that of differences, and the same at every level and in the code", {
  timeout: 240_000,
}, () => {
  test.each(Object.entries(models))("of %s", (_title, [f, sizes]) => checkGradientEverywhere(f, sizes));
});
