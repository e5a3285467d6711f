/** The module `llsq`. */
import { operation, type Problem } from "../problem.js";
import { object, type Reader, vector, wholeFrom } from "../read.js";
import { gradient, type PrimalInput, primal } from "./llsq.gen.js";

const fields = object({ x: vector, n: wholeFrom(2) });

const read: Reader<PrimalInput> = (value, at) => {
  const { x, n } = fields(value, at);
  return { x, sizes: { n } };
};

export const llsq: Problem = {
  name: "llsq",
  functions: { primal: operation(read, primal), gradient: operation(read, gradient) },
};
