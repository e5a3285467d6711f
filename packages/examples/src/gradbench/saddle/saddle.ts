/** The module `saddle`. */
import { operation, type Problem } from "../problem.js";
import { object, type Reader, requireEqual, vector } from "../read.js";
import { ff, fr, rf, rr } from "./saddle.gen.js";

const readFields = object({ start: vector });

const read: Reader<{ readonly start: Float64Array }> = (json, at) => {
  const input = readFields(json, at);
  requireEqual("start", "the number of coordinates", input.start.length, 2);
  return input;
};

export const saddle: Problem = {
  name: "saddle",
  functions: {
    ff: operation(read, ff),
    fr: operation(read, fr),
    rf: operation(read, rf),
    rr: operation(read, rr),
  },
};
