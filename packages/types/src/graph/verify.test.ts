/** Each invariant of TensorIR, broken: the verifier names the program and says what is wrong. */
import { describe, expect, test } from "vitest";
import "../index.js";
import { parseFunc, printFunc } from "./language.js";
import { verifyFunc } from "./verify.js";

const program = (params: string, ...eqns: readonly string[]): string =>
  `func f(${params}) {\n${eqns.map((eqn) => `  ${eqn}\n`).join("")}} -> ()`;

const good: readonly string[] = [
  program("x: f64[2]", "y: f64[2] = exp(x)", "z: f64[2] = add(y, x)"),
  program("x: f64[2]", "y: f64[2] = mul(x, 2:f64)"),
  program("x: f64[3, 2, 4], i: i32[3]", "y: f64[3, 4] = gather(x, i) batch [3(xx)]"),
  program("x: f64[n, 2]", "y: f64[n] = sum(x) {axes=[1]}"),
  program("c: bool[2], x: f32[2]", "y: f32[2] = where(c, x, 0:f32)"),
];

test.each(good)("well formed: %s", (text) => {
  expect(verifyFunc(parseFunc(text)).name).toBe("f");
});

const choice = (selector: string, ...branches: readonly string[]): string =>
  program(`${selector}, x: f64[2]`, `y: f64[2] = switch(k, x)${branches.map((branch) => ` with ${branch}`).join("")}`);

const scan = (body: string, outs = "last: f64[2], ys: f64[3, 2]", inputs = "w, h, xs"): string =>
  program(
    "w: f64[2], h: f64[2], xs: f64[3, 2]",
    `${outs} = scan(${inputs}) {carries=1, consts=1, length=3, reverse=false} with ${body}`,
  );

const step = "func body(w: f64[2], h: f64[2], x: f64[2]) {\n    n: f64[2] = mul(h, x)\n  } -> (n, n)";

test("a well formed loop", () => {
  verifyFunc(parseFunc(scan(step)));
});

const broken: Readonly<Record<string, readonly [text: string, words: string]>> = {
  "a result of another shape": [program("x: f64[2]", "y: f64[3] = exp(x)"), "bug in 'f': exp: result 0 is f64[3]"],
  "a result of another dtype": [program("x: f64[2]", "y: f32[2] = exp(x)"), "but the op gives f64[2]"],
  "too many results": [program("x: f64[2]", "y: f64[2], z: f64[2] = exp(x)"), "exp gives 1 results, not 2"],
  "too few operands": [program("x: f64[2]", "y: f64[2] = add(x)"), "add takes 2 operands, got 1"],
  "an unknown op": [program("x: f64[2]", "y: f64[2] = expo(x)"), "no op is named 'expo'"],
  "operands of different shapes": [program("x: f64[2], z: f64[3]", "y: f64[2] = add(x, z)"), "must be broadcast first"],
  "a scalar variable beside a tensor": [program("x: f64[2], z: f64[]", "y: f64[2] = add(x, z)"), "must be broadcast"],
  "operands of different dtypes": [program("x: f64[2], z: f32[2]", "y: f64[2] = add(x, z)"), "dtypes f64 and f32"],
  "a literal of another dtype": [program("x: f64[2]", "y: f64[2] = add(x, 1:f32)"), "dtypes f64 and f32"],
  "a dtype that the op does not take": [program("x: i32[2]", "y: i32[2] = exp(x)"), "operand 0 is i32"],
  "a condition that is no bool": [program("x: f64[2]", "y: f64[2] = where(x, x, x)"), "operand 0 is f64"],
  "no batch flag for an operand": [
    program("x: f64[3, 2], i: i32[1]", "y: f64[3, 1] = gather(x, i) batch [3(x)]"),
    "batch axis 0 has no flag for each operand",
  ],
  "an operand without its batch axis": [
    program("x: f64[2, 2], i: i32[1]", "y: f64[3, 1] = gather(x, i) batch [3(x_)]"),
    "operand 0 f64[2, 2] does not begin with its batch axes [3]",
  ],
  "a permutation that is none": [program("x: f64[2, 3]", "y: f64[2, 2] = permute(x) {perm=[0, 0]}"), "permut"],
  "axes out of range": [program("x: f64[2]", "y: f64[2] = sum(x) {axes=[1]}"), "ax"],
  "a reshape to another size": [
    program("x: f64[6]", "y: f64[4] = reshape(x) {shape=[4]}"),
    "[6] has 6 elements but [4] has 4",
  ],
  "a slice beyond the end": [program("x: f64[3]", "y: f64[3] = slice(x) {shape=[3], start=[1]}"), "slice"],
  "labels of two sizes": [
    program("a: f64[2, 3], b: f64[4, 2]", "y: f64[2, 2] = contract(a, b) {left=[0, 1], out=[0, 2], right=[1, 2]}"),
    "contract",
  ],
  "a label that is in one operand only": [
    program("a: f64[2, 3], b: f64[2]", "y: f64[2] = contract(a, b) {left=[0, 1], out=[0], right=[0]}"),
    "contract",
  ],
  "a broken nested function": [
    scan("func body(w: f64[2], h: f64[2], x: f64[2]) {\n    n: f64[2] = mul(h)\n  } -> (n, n)"),
    "bug in 'body': mul takes 2 operands, got 1",
  ],
  "a carry that changes": [
    scan("func body(w: f64[2], h: f64[2], x: f64[2]) {\n    n: f64[] = sum(h) {axes=[0]}\n  } -> (n, h)"),
    "scan: carry 0 is [2] but comes out as []",
  ],
  "a body with too few parameters": [scan("func body(w: f64[2], h: f64[2]) {\n  } -> (h, h)"), "scan"],
  "a body that takes another shape": [
    scan("func body(w: f64[2], h: f64[2], x: f64[3]) {\n  } -> (h, h)"),
    "scan: the body's parameter 2 is f64[3]",
  ],
  "a walk along something of another length": [
    `func f(h: f64[2], xs: f64[4, 2]) {
  last: f64[2], ys: f64[3, 2] = scan(h, xs) {carries=1, consts=0, length=3, reverse=false} with func body(h: f64[2], x: f64[2]) {
  } -> (h, x)
} -> ()`,
    "scan",
  ],
  "branches that give different types": [
    choice(
      "k: i32[]",
      "func a(x: f64[2]) {\n  } -> (x)",
      "func b(x: f64[2]) {\n    s: f64[] = sum(x) {axes=[0]}\n  } -> (s)",
    ),
    "switch: branch 1 gives other types than branch 0",
  ],
  "a branch that takes another shape": [
    choice("k: i32[]", "func a(x: f64[2]) {\n  } -> (x)", "func b(x: f64[3]) {\n  } -> (x)"),
    "switch: parameter 0 of function 1 is f64[3], its operand f64[2]",
  ],
  "a choice by a float": [
    choice("k: f64[]", "func a(x: f64[2]) {\n  } -> (x)", "func b(x: f64[2]) {\n  } -> (x)"),
    "switch: 2 branches are chosen by a number or, of two, a bool",
  ],
  "a choice of one by a bool": [
    choice("k: bool[]", "func a(x: f64[2]) {\n  } -> (x)"),
    "switch: 1 branches are chosen by a number or, of two, a bool",
  ],
  "no branch": [choice("k: i32[]"), "switch gives 0 results, not 1"],
};

const loopOf = (attrs: string, outs: string, more = ""): string =>
  `func f(h: f64[]) {
  ${outs} = while(h) {carries=1, consts=0, tests=0${attrs}} with func test(h: f64[]) {
    t: bool[] = greater(h, 1:f64)
  } -> (t) with func body(h: f64[]) {
    n: f64[] = mul(h, 0.5:f64)
  } -> (${outs.includes(",") ? "n, h" : "n"})
${more}} -> ()`;

const found = "ys: f64[steps], last: f64[]";

describe("a loop with a test", () => {
  const sized = "last: f64[], ys: f64[steps]";
  const texts = [
    loopOf("", "last: f64[]"),
    loopOf(", bound=9", "last: f64[]"),
    loopOf(", trips=steps", sized),
    loopOf(", trips=steps", sized, "  z: f64[] = sum(ys) {axes=[0]}\n"),
  ];
  test.each(texts)("is well formed, and reads back: %s", (text) => {
    const func = verifyFunc(parseFunc(text));
    expect(printFunc(parseFunc(printFunc(func)))).toBe(printFunc(func));
  });

  const wrong: readonly (readonly [title: string, text: string, words: string])[] = [
    ["results as long as nobody says", loopOf("", sized), "while: stacked results of unknown length"],
    [
      "results of another length",
      loopOf(", trips=other", sized),
      "while: result 1 is f64[steps], but the op gives f64[other]",
    ],
    ["results before carries", loopOf(", trips=steps", found), "while: result 0 is f64[steps]"],
    [
      "a size that is found later",
      loopOf(", trips=steps", sized).replace(
        "  last",
        "  z: f64[steps] = broadcastTo(h) {axes=[], shape=[steps]}\n  last",
      ),
      "broadcastTo: the size 'steps' is not found yet",
    ],
    [
      "a size that is found twice",
      loopOf(
        ", trips=steps",
        sized,
        `${loopOf(", trips=steps", "l: f64[], zs: f64[steps]").split("\n").slice(1, -1).join("\n")}\n`,
      ),
      "while finds the size 'steps', which is known already",
    ],
    ["a test that gives a number", loopOf("", "last: f64[]").replace("(t)", "(h)"), "while: the test gives f64[]"],
    ["a carry that changes", loopOf("", "last: f64[]").replace("-> (n)", "-> (1:f32)"), "while: carry 0 is []"],
  ];
  test.each(wrong)("%s", (_title, text, words) => {
    expect(() => verifyFunc(parseFunc(text))).toThrow(words);
  });
});

describe("broken", () => {
  test.each(Object.entries(broken))("%s", (_title, [text, words]) => {
    expect(() => verifyFunc(parseFunc(text))).toThrow(words);
  });
});

test("a use before the definition, a second definition, an undefined result", () => {
  const func = parseFunc(program("x: f64[2]", "y: f64[2] = exp(x)", "z: f64[2] = log(y)"));
  const [first, second] = func.eqns;
  if (first === undefined || second === undefined) throw new Error("two equations");
  expect(() => verifyFunc({ ...func, eqns: [second, first] })).toThrow("log uses 'y' before it is defined");
  expect(() => verifyFunc({ ...func, eqns: [first, first] })).toThrow("'y' is defined twice");
  expect(() => verifyFunc({ ...func, eqns: [first], outs: second.outs })).toThrow("result 'z' is not defined");
});

test("a nested function refers to nothing outside itself", () => {
  const func = parseFunc(scan(step));
  const [eqn] = func.eqns;
  const [body] = eqn?.funcs ?? [];
  const [outer] = func.params;
  if (eqn === undefined || body === undefined || outer === undefined) throw new Error("one loop");
  const leaking = { ...body, outs: [body.outs[0] ?? outer, outer] };
  expect(() => verifyFunc({ ...func, eqns: [{ ...eqn, funcs: [leaking] }] })).toThrow("result 'w' is not defined");
});
