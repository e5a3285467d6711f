/** What loops say when they are used wrongly: code and words, exactly. */
import { argmax, exp, f64, fn, fori, greater, map, reshape, scan, sum, whileLoop } from "../index.js";
import { checkFailures, inside, loose } from "./testing/failures.js";

checkFailures({
  "a carry that changes its shape": {
    run: inside((x) => loose(scan)((state: never) => [sum(state), null], x, null, { length: 2 })),
    code: "TL0350",
    words: "scan: carry has shape [2] going in but [] coming out",
  },
  "a carry that is not given on": {
    run: inside((x) => loose(scan)(() => [{ a: x }, null], { a: x, b: x }, null, { length: 2 })),
    code: "TL0351",
    words: "scan: carry.b goes in but does not come out",
  },
  "a carry of another dtype": {
    run: inside((x) =>
      loose(whileLoop)(
        () => loose(greater)(sum(x), 1),
        () => ({ h: loose(argmax)(x) }),
        { h: sum(x) },
      ),
    ),
    code: "TL0350",
    words: "whileLoop: carry.h has dtype f64 going in but i32 coming out",
  },
  "a carry that comes from nowhere": {
    run: inside((x) =>
      loose(whileLoop)(
        () => loose(greater)(sum(x), 1),
        () => [x, x],
        [x],
      ),
    ),
    code: "TL0363",
    words: "whileLoop: carry.1 comes out but does not go in",
  },
  "a test that is no bool": {
    run: inside((x) => loose(whileLoop)(sum, exp, x)),
    code: "TL0364",
    words: "whileLoop: the test must give a bool scalar, but it gives f64[]",
  },
  "a test of JavaScript": {
    run: inside((x) => loose(whileLoop)(() => true, exp, x)),
    code: "TL0364",
    words: "whileLoop: the test must give a bool scalar, but it gives no tensor",
  },
  "no number of steps at most": {
    run: inside((x) => loose(whileLoop)(() => loose(greater)(sum(x), 1), exp, x, { maxSteps: 0 })),
    code: "TL0365",
    words: "whileLoop: maxSteps must be a whole number, 1 or more, or the name of a dimension, not 0",
  },

  "a checkpoint every 0 steps": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, null, { length: 9, checkpoint: 0 })),
    code: "TL0366",
    words: "scan: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not 0",
  },
  "checkpoints of a word": {
    run: inside((x) => loose(fori)(0, 9, (_i: unknown, c: unknown) => c, x, { checkpoint: "log" })),
    code: "TL0366",
    words: "fori: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not log",
  },

  "arrays of two lengths": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, { a: x, b: loose(reshape)(x, [1, 2]) })),
    code: "TL0352",
    words: "scan: the leading axes of xs have sizes 1 and 2",
  },
  "a scalar to walk along": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, sum(x))),
    code: "TL0353",
    words: "scan: xs is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  "no number of steps": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, null)),
    code: "TL0354",
    words: "scan: without xs, say how many steps, as in { length: 20 }",
  },
  "two numbers of steps": {
    run: inside((x) => loose(scan)((s: unknown) => [s, null], x, x, { length: 3 })),
    code: "TL0355",
    words: "scan: length is 3 but the leading axis of xs has size 2",
  },
  "a carry of fori that gains a branch": {
    run: inside((x) => loose(fori)(0, 3, (_i: unknown, c: { a: unknown }) => ({ a: c.a, b: c.a }), { a: x })),
    code: "TL0363",
    words: "fori: carry.b comes out but does not go in",
  },
  "a bound that is no whole number": {
    run: inside((x) => loose(fori)(0.5, 3, (_i: unknown, c: unknown) => c, x)),
    code: "TL0344",
    words: "fori: from must be a whole number, the name of a dimension or an i32 scalar, not 0.5",
  },
  "a bound that is a name of nothing": {
    run: () =>
      loose(fn)({ x: f64(["m", "n"]) }, ({ x }: { x: unknown }) =>
        loose(fori)(0, "k", (_i: unknown, c: unknown) => c, x),
      ),
    code: "TL0345",
    words: "fori: there is no dimension 'k'; there is 'm' and 'n'",
  },
  "a call that makes a loop end before it begins": {
    run: () => {
      const f = loose(fn)({ a: f64(["m"]), b: f64(["n"]) }, ({ a }: { a: unknown }) =>
        loose(fori)("m", "n", (_i: unknown, c: unknown) => c, a),
      );
      return loose(fn)({ a: f64([5]), b: f64([3]) }, (input: unknown) => loose(f)(input));
    },
    code: "TL0395",
    words: "fn: -m+n is -2 in this call, where m = 5 and n = 3; a size must be 0 or more",
  },
  "map along a scalar": {
    run: inside((x) => loose(map)((row: unknown) => row, sum(x))),
    code: "TL0353",
    words: "map: xs is a scalar; every tensor of xs needs a leading axis to walk along",
  },
  "map of nothing": {
    run: inside((x) => loose(map)(() => x, { a: null })),
    code: "TL0343",
    words: "map: xs holds no tensor to go along",
  },
  "at most as many steps as a name of nothing": {
    run: inside((x) => loose(whileLoop)(() => loose(greater)(sum(x), 1), exp, x, { maxSteps: "m" })),
    code: "TL0345",
    words: "whileLoop: there is no dimension 'm'; there is none",
  },
  "at most as many steps as an object": {
    run: inside((x) => loose(whileLoop)(() => loose(greater)(sum(x), 1), exp, x, { maxSteps: {} })),
    code: "TL0365",
    words: "whileLoop: maxSteps must be a whole number, 1 or more, or the name of a dimension, not an object",
  },
  "checkpoints of an object": {
    run: inside((x) => loose(fori)(0, 9, (_i: unknown, c: unknown) => c, x, { checkpoint: {} })),
    code: "TL0366",
    words: "fori: checkpoint must be 'sqrt' or a whole number of steps, 1 or more, not an object",
  },
  "a bound that is no number": {
    run: inside((x) => loose(fori)(0, Number.NaN, (_i: unknown, c: unknown) => c, x)),
    code: "TL0344",
    words: "fori: to must be a whole number, the name of a dimension or an i32 scalar, not NaN",
  },
});
