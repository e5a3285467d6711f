/** TensorIR as text: parse∘print = id, on programs written out and on programs of models. */
import { describe, expect, test } from "vitest";
import { add, f64, fn, grad, i32, matmul, mean, mul, relu, scan, vmap } from "../index.js";
import { ParseError } from "../node/scanner.js";
import { namedSize } from "../shape/size.js";
import { type FnValue, traceFn } from "./fn.js";
import { type Func, makeLit, makeVar } from "./ir.js";
import { parseFunc, printFunc } from "./language.js";
import { verifyFunc } from "./verify.js";

/** Printing what was read gives the same text; what is not checked is whether it is well formed. */
function check(text: string): Func {
  const func = parseFunc(text);
  expect(printFunc(func)).toBe(text);
  return func;
}

const texts: Readonly<Record<string, string>> = {
  nothing: "func f() {\n} -> ()",
  "one equation": "func f(x: f64[3]) {\n  y: f64[3] = exp(x)\n} -> (y)",
  literals: `func f() {
  v0: f64[] = add(-0:f64, 0:f64)
  v1: f32[] = mul(NaN:f32, Infinity:f32)
  v2: f64[] = sub(-Infinity:f64, 1e-300:f64)
  v3: f64[] = add(1.5e+300:f64, -2.5:f64)
  v4: i32[] = add(-7:i32, 2147483647:i32)
} -> (v0, v1, v2, v3, v4, 1:bool, -0:f64)`,
  "named sizes": `func f(x: f32[n, 2*n+1, m*n-3], y: f32[3]) {
  v0: f32[2*n+1, n, m*n-3] = permute(x) {perm=[1, 0, 2]}
} -> (v0, y)`,
  "attributes of every kind": `func f(x: f64[2]) {
  v0: f64[2] = weird(x) {a=1, b=-0, c=NaN, d=-Infinity, e=0.5, f=true, g=false, h=null, i="a \\"b\\" {x}", j=[], k=[[1, n], ["t"]], l=2*n-1, m=-3}
} -> (v0)`,
  "batch axes": `func f(x: f64[n, 2, 3], w: f64[2, 3]) {
  v0: f64[n, 2] = dot(x, w) batch [n(x_), 2(xx)] {left=[0], right=[0]}
} -> (v0)`,
  spans: `func f(x: f64[]) {
  v0: f64[] = exp(x) at "a.model.ts:1:2" "C:/b.model.ts:10:20"
  v1: f64[] = log(v0)
} -> (v1)`,
  "nested functions": `func f(w: f64[2], h: f64[2]) {
  last: f64[2], ys: f64[3, 2] = scan(w, h) {carries=1, consts=1, length=3, reverse=false} with func body(w: f64[2], h: f64[2]) {
    v0: f64[2] = call(h) with func a(x: f64[2]) {
    } -> (x) with func b() {
      v0: f64[] = exp(1:f64)
    } -> (v0)
  } -> (v0, h) at "m.model.ts:3:1"
} -> (last, ys)`,
};

describe("parse, then print", () => {
  test.each(Object.entries(texts))("%s", (_title, text) => {
    check(text);
  });
});

const model = fn({ w: f64([2, 2]), x: f64(["n", 2]), k: i32([]) }, ({ w, x, k }) => {
  const [last, ys] = scan((s) => [relu(matmul(s, w)), mul(s, 2)] as const, x, null, { length: 3 });
  return [mean(last), add(ys, 1), k] as const;
});
const scalar = fn({ w: f64([2, 2]), x: f64(["n", 2]) }, ({ w, x }) => mean(matmul(x, w)));

const programs: Readonly<Record<string, unknown>> = {
  "a loop": model,
  "a gradient": grad(scalar, ["w", "x"]),
  "vmap of a gradient": vmap(grad(scalar, "w"), "b", { w: null }),
};

test.each(Object.entries(programs))("print, then parse: %s", (_title, f) => {
  const { func } = traceFn(f as FnValue, "f"); // every fn is one
  const again = verifyFunc(check(printFunc(func)));
  expect(printFunc(again, { spans: false })).toBe(printFunc(func, { spans: false }));
});

describe("names", () => {
  const x = makeVar({ shape: [], dtype: "f64" }, "x");

  /** A chain of variables that all want the given names. */
  const chain = (hints: readonly string[]): Func => {
    const outs = hints.map((hint) => makeVar({ shape: [], dtype: "f64" }, hint));
    const eqns = outs.map((out, k) => ({
      op: "exp",
      inputs: [outs[k - 1] ?? x],
      attrs: {},
      funcs: [],
      batch: [],
      outs: [out],
      spans: [],
    }));
    return { name: "f", params: [x], eqns, outs };
  };

  test("are made unique, and identifiers", () => {
    const text = printFunc(chain(["x", "y", "y", "", "", "v0", "a b", "9", "ä"]));
    check(text);
    expect(text).toContain("x_1: f64[] = exp(x)");
    expect(text).toContain("y_1: f64[] = exp(y)");
    expect(text).toContain("_9: f64[] =");
  });

  test.each(["at", "batch", "with", "func", "true", "NaN", "Infinity", "f64", "e1", "at$", "batch_1"])(
    "'%s' may be a variable",
    (name) => {
      const text = printFunc(chain([name, "", name, "z"]));
      expect(printFunc(parseFunc(text))).toBe(text);
    },
  );
});

test("a literal and a variable of one value are told apart", () => {
  const func: Func = { name: "f", params: [], eqns: [], outs: [makeLit(-0, "f64"), makeLit(0, "f64")] };
  expect(printFunc(func)).toContain("(-0:f64, 0:f64)");
  expect(Object.is((parseFunc(printFunc(func)).outs[0] as { value: number }).value, -0)).toBe(true); // a literal
});

test("sizes are read as polynomials", () => {
  const { params } = parseFunc("func f(x: f64[n+n, 3]) {\n} -> (x)");
  expect(params[0]?.shape).toEqual([{ terms: [{ coefficient: 2, names: ["n"] }] }, 3]);
  expect(namedSize("n")).toEqual({ terms: [{ coefficient: 1, names: ["n"] }] });
});

const broken: Readonly<Record<string, readonly [text: string, place: string]>> = {
  "no name": ["func (x: f64[]) {\n} -> (x)", "line 1, column 6: expected a name"],
  "an unknown dtype": ["func f(x: f16[]) {\n} -> (x)", "line 1, column 11: expected a dtype"],
  "an undefined variable": ["func f(x: f64[]) {\n  y: f64[] = exp(z)\n} -> (y)", "line 2"],
  "no arrow": ["func f(x: f64[]) {\n}", "line 2, column 2: expected '->'"],
  "something after the end": ["func f() {\n} -> () x", "line 2, column 9: expected the end"],
  "a batch flag": ["func f(x: f64[2]) {\n  y: f64[2] = exp(x) batch [2(q)]\n} -> (y)", "expected 'x' or '_'"],
};

describe("what does not parse says where", () => {
  test.each(Object.entries(broken))("%s", (_title, [text, place]) => {
    expect(() => parseFunc(text)).toThrow(ParseError);
    expect(() => parseFunc(text)).toThrow(place);
  });
});
