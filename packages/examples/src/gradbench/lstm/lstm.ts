/**
 * The module `lstm`. Its `main_params` have two rows for a layer, weights and biases, each with the forget gate, the input
 * gate, the output gate and the change in turn; its `state` has two rows for a layer, what is hidden and the cell.
 */
import { operation, type Problem } from "../problem.js";
import { InputError, type Matrix, matrix, object, type Reader, requireEqual } from "../read.js";
import { type JacobianOutput, jacobian, type ObjectiveInput, objective } from "./lstm.gen.js";

const order = ["forget", "input", "output", "change"] as const;

const fields = object({ main_params: matrix, extra_params: matrix, state: matrix, sequence: matrix });

/** Of every second row, from the first or the second on, the numbers from a column on: one row for each layer. */
function everySecond({ data, rows, columns }: Matrix, first: 0 | 1, column: number, bits: number): Float64Array {
  const taken = new Float64Array((rows / 2) * bits);
  for (let layer = 0; layer < rows / 2; layer++) {
    const from = (2 * layer + first) * columns + column;
    taken.set(data.subarray(from, from + bits), layer * bits);
  }
  return taken;
}

function gatesOf(main: Matrix, first: 0 | 1, bits: number) {
  const [forget, input, output, change] = order.map((_, k) => everySecond(main, first, k * bits, bits));
  if (!(forget && input && output && change)) throw new Error("bug: there are four");
  return { forget, input, output, change };
}

const read: Reader<ObjectiveInput> = (value, at) => {
  const { main_params, extra_params, state, sequence } = fields(value, at);
  const bits = sequence.columns;
  if (sequence.rows < 2) throw new InputError("sequence", "two characters or more are expected");
  requireEqual("main_params", "the length of a row", main_params.columns, 4 * bits);
  requireEqual("extra_params", "the number of rows", extra_params.rows, 3);
  requireEqual("extra_params", "the length of a row", extra_params.columns, bits);
  requireEqual("state", "the number of rows", state.rows, main_params.rows);
  requireEqual("state", "the length of a row", state.columns, bits);
  if (state.rows % 2 !== 0) throw new InputError("state", "two rows for a layer are expected");
  const extra = (row: number) => extra_params.data.slice(row * bits, (row + 1) * bits);
  return {
    params: {
      weight: gatesOf(main_params, 0, bits),
      bias: gatesOf(main_params, 1, bits),
      inWeight: extra(0),
      outWeight: extra(1),
      outBias: extra(2),
    },
    state: { hidden: everySecond(state, 0, 0, bits), cell: everySecond(state, 1, 0, bits) },
    sequence: sequence.data,
  };
};

/** The derivatives in the order of `main_params` and `extra_params`, row after row. */
function inOrder({ weight, bias, inWeight, outWeight, outBias }: JacobianOutput): Float64Array {
  const bits = inWeight.length;
  const layers = weight.forget.length / bits;
  const all = new Float64Array(8 * layers * bits + 3 * bits);
  let at = 0;
  const put = (values: Float64Array) => {
    all.set(values, at);
    at += values.length;
  };
  for (let layer = 0; layer < layers; layer++) {
    for (const gates of [weight, bias]) {
      for (const gate of order) put(gates[gate].subarray(layer * bits, (layer + 1) * bits));
    }
  }
  [inWeight, outWeight, outBias].forEach(put);
  return all;
}

export const lstm: Problem = {
  name: "lstm",
  functions: { objective: operation(read, objective), jacobian: operation(read, jacobian, inOrder) },
};
