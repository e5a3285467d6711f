/** The module `lse`. */
import { operation, type Problem } from "../problem.js";
import { object, vector } from "../read.js";
import { gradient, primal } from "./lse.gen.js";

const read = object({ x: vector });

export const lse: Problem = {
  name: "lse",
  functions: { primal: operation(read, primal), gradient: operation(read, gradient) },
};
