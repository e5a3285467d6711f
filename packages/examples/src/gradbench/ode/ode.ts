/** The module `ode`. */
import { operation, type Problem } from "../problem.js";
import { object, type Reader, vector, wholeFrom } from "../read.js";
import { gradient, type PrimalInput, primal } from "./ode.gen.js";

const fields = object({ x: vector, s: wholeFrom(1) });

const read: Reader<PrimalInput> = (value, at) => {
  const { x, s } = fields(value, at);
  return { x, sizes: { s } };
};

export const ode: Problem = {
  name: "ode",
  functions: { primal: operation(read, primal), gradient: operation(read, gradient) },
};
