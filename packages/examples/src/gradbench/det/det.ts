/** The module `det`: small matrices by functions that are written out, larger ones by a table of minors. */
import { operation, type Problem } from "../problem.js";
import { object, type Reader, requireEqual, vector, wholeFrom } from "../read.js";
import * as written from "./det.gen.js";
import * as table from "./table.gen.js";

interface Input {
  readonly a: Float64Array;
  readonly l: number;
  readonly sizes: { readonly sets: number };
}

const values = [written.det1, written.det2, written.det3, written.det4, written.det5, written.det6];
const gradients = [
  written.gradient1,
  written.gradient2,
  written.gradient3,
  written.gradient4,
  written.gradient5,
  written.gradient6,
];

/** The largest table has a minor for each of a million sets. */
const largest = 20;

const fields = object({ A: vector, ell: wholeFrom(1) });

const read: Reader<Input> = (value, at) => {
  const { A, ell } = fields(value, at);
  if (ell > largest)
    throw new RangeError(`ell: minors of more than ${largest} columns are too many, and ${ell} are asked for`);
  requireEqual("A", "its length", A.length, ell * ell);
  return { a: A, l: ell, sizes: { sets: 2 ** ell } };
};

const primal = (input: Input): number => (values[input.l - 1] ?? table.det)(input);

const gradient = (input: Input, out?: Float64Array): Float64Array =>
  (gradients[input.l - 1] ?? table.gradient)(input, out);

export const det: Problem = {
  name: "det",
  functions: { primal: operation(read, primal), gradient: operation(read, gradient) },
};
