/** checkpoint: the same values and derivatives, and temporaries that the backward pass computes again instead of keeping. */
import {
  add,
  checkpoint,
  f64,
  fn,
  grad,
  hessian,
  jvp,
  matmul,
  mul,
  reshape,
  scan,
  sin,
  slice,
  sum,
  tanh,
  valueAndGrad,
  vmap,
} from "@tapeless/types";
import { type Eqn, type Func, isFn, parseFunc, printFunc, scanAttrs, traceFn, verifyFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { expectSame } from "../op-tests/testing/tensors.js";
import { checkWhole, drawArgs } from "../op-tests/testing/whole-programs.js";
import { compileFunction, tensorPasses } from "../pipeline/compile-function.js";
import { evalFunc } from "@tapeless/types/compiler";

type Wrap = typeof checkpoint;
const plain: Wrap = ((f: unknown) => f) as Wrap; // gives back what it is given

const size = 24;
const input = { x: f64([4, size]), w: f64([3, size, size]) };
const layer = fn({ h: f64([4, size]), w: f64([size, size]) }, ({ h, w }) => {
  const a = sin(matmul(h, w));
  const b = tanh(mul(a, matmul(a, w)));
  return mul(sin(matmul(b, w)), b);
});

/** Three layers, one after the other. */
const layers = (wrap: Wrap) =>
  fn(input, ({ x, w }) => {
    const one = wrap(layer);
    const last = [0, 1, 2].reduce((h, k) => one({ h, w: at(w, k) }), x);
    return sum(mul(last, last));
  });
const at = (w: typeof input.w, k: number) => reshape(slice(w, 0, k, k + 1), [size, size]);

/** The same layers as a loop over the weights. */
const loop = (wrap: Wrap) =>
  fn(input, ({ x, w }) => {
    const one = wrap(layer);
    const [last] = scan((h, each) => [one({ h, w: each }), null] as const, x, w);
    return sum(mul(last, last));
  });

const arenaBytes = (f: unknown): number => Number(compileFunction(programOf(f)).planned.memory.bytes);

const scansOf = (func: Func): readonly Eqn[] =>
  func.eqns.flatMap((eqn) => [...(eqn.op === "scan" ? [eqn] : []), ...eqn.funcs.flatMap(scansOf)]);
const passed = (f: unknown): Func => tensorPasses.run(programOf(f));
const countOp = (func: Func, op: string): number =>
  func.eqns.reduce((n, eqn) => n + Number(eqn.op === op) + eqn.funcs.reduce((m, inner) => m + countOp(inner, op), 0), 0);

describe("memory", () => {
  test("of three layers only what goes into them is kept, and less memory is used", () => {
    const [kept, again] = [layers(plain), layers(checkpoint)].map((f) => arenaBytes(valueAndGrad(f, "w")));
    console.log(kept, again);
    expect(again).toBeLessThan(kept! * 0.75);
  });
  test("the forward work is done again", () => {
    const count = (wrap: Wrap, op: string) => countOp(passed(valueAndGrad(layers(wrap), "w")), op);
    expect(count(checkpoint, "tanh")).toBe(2 * count(plain, "tanh"));
  });
  test("a loop stacks its carry alone", () => {
    const stacked = (wrap: Wrap) => {
      const [forward] = scansOf(passed(grad(loop(wrap), "w"))) as [Eqn];
      return forward.outs.slice(scanAttrs(forward.attrs).carries).length;
    };
    expect(stacked(checkpoint)).toBe(1);
    expect(stacked(plain)).toBeGreaterThan(3);
    const [kept, again] = [loop(plain), loop(checkpoint)].map((f) => arenaBytes(grad(f, "w")));
    console.log(kept, again);
    expect(again).toBeLessThan(kept! * 0.75);
  });
});
