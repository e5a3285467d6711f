/** hello: squares, and twice the number, exactly. */
import { check } from "../testing/check.js";
import { hello } from "./hello.js";

check(
  hello,
  [1, -3.5, 0, 2 ** -30, 1e8].map((x) => ({
    from: `x = ${x}`,
    input: x,
    outputs: { square: x * x, double: x + x },
    within: 0,
  })),
);
