/** The module `hello`: its input is a number and no object. */
import { operation, type Problem } from "../problem.js";
import { number, type Reader } from "../read.js";
import { double, square } from "./hello.gen.js";

const read: Reader<{ x: number }> = (value, at) => ({ x: number(value, at) });

export const hello: Problem = {
  name: "hello",
  functions: { square: operation(read, square), double: operation(read, double) },
};
