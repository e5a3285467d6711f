/** The module `particle`. */
import { operation, type Problem } from "../problem.js";
import { number, object } from "../read.js";
import { ff, fr, rf, rr } from "./particle.gen.js";

const read = object({ w: number });

export const particle: Problem = {
  name: "particle",
  functions: {
    ff: operation(read, (input) => ff(input)),
    fr: operation(read, (input) => fr(input)),
    rf: operation(read, (input) => rf(input)),
    rr: operation(read, (input) => rr(input)),
  },
};
