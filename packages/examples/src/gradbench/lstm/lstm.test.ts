/** lstm against the equations of its cell, number by number, and their differences. */
import { check } from "../testing/check.js";
import { differences } from "../verify/differences.js";
import { lstm } from "./lstm.js";

type Matrix = readonly (readonly number[])[];

const at = (matrix: Matrix, row: number, column: number) => matrix[row]?.[column] ?? Number.NaN;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

interface Input {
  readonly main_params: Matrix;
  readonly extra_params: Matrix;
  readonly state: Matrix;
  readonly sequence: Matrix;
}

/** What unit i says after each character; units do not meet before the loss. */
function unit({ main_params, extra_params, state, sequence }: Input, i: number): readonly number[] {
  const bits = sequence[0]?.length ?? 0;
  const hidden = state.filter((_, row) => row % 2 === 0).map((row) => row[i] ?? Number.NaN);
  const cell = state.filter((_, row) => row % 2 === 1).map((row) => row[i] ?? Number.NaN);
  return sequence.map((character) => {
    let x = (character[i] ?? Number.NaN) * at(extra_params, 0, i);
    hidden.forEach((h, layer) => {
      const gate = (k: number, seen: number) =>
        at(main_params, 2 * layer, k * bits + i) * seen + at(main_params, 2 * layer + 1, k * bits + i);
      const kept = (cell[layer] ?? Number.NaN) * sigmoid(gate(0, x));
      cell[layer] = kept + sigmoid(gate(1, h)) * Math.tanh(gate(3, h));
      x = sigmoid(gate(2, x)) * Math.tanh(cell[layer]);
      hidden[layer] = x;
    });
    return x * at(extra_params, 1, i) + at(extra_params, 2, i);
  });
}

function loss(input: Input): number {
  const { sequence } = input;
  const units = (sequence[0] ?? []).map((_, i) => unit(input, i));
  const scores = sequence.slice(1).map((next, t) => {
    const said = units.map((predictions) => predictions[t] ?? Number.NaN);
    const normalizer = Math.log(said.reduce((sum, p) => sum + Math.exp(p), 2));
    return next.reduce((sum, bit, i) => sum + bit * ((said[i] ?? Number.NaN) - normalizer), 0);
  });
  return -scores.reduce((sum, score) => sum + score, 0) / (units.length * scores.length);
}

/** Numbers without a pattern, the same in every run. */
const numbers = (rows: number, columns: number, seed: number): Matrix =>
  Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => Math.sin(seed + 12.9898 * i + 78.233 * j)),
  );

const input = {
  main_params: numbers(4, 12, 1),
  extra_params: numbers(3, 3, 2),
  state: numbers(4, 3, 3),
  sequence: [
    [1, 0, 1],
    [0, 0, 1],
    [1, 1, 0],
    [0, 1, 1],
    [1, 0, 0],
  ],
};

const slopes = (key: "main_params" | "extra_params") =>
  [differences((value: Matrix) => loss({ ...input, [key]: value }), input[key])].flat(3);

check(lstm, [
  { from: "two layers, three units, five characters", input, outputs: { objective: loss(input) } },
  {
    from: "differences of the equations",
    input,
    outputs: { jacobian: [...slopes("main_params"), ...slopes("extra_params")] },
  },
]);
