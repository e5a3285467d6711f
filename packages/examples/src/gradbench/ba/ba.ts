/**
 * The module `ba`: the input is one camera, one point, one weight and one feature, and how many there are of each; the
 * answers leave the repetitions out again. What is between the two, the functions, work on all of them.
 */
import { type Operation, operation, type Problem } from "../problem.js";
import { number, object, requireEqual, vector, wholeFrom } from "../read.js";
import { type JacobianBlocksInput, jacobianBlocks, objective } from "./ba.gen.js";
import {
  blockWidth,
  type CompressedRows,
  cameraSize,
  emptyRows,
  fillPattern,
  type Pattern,
  pointSize,
  valuesOf,
} from "./compressed-rows.js";

type Scene = JacobianBlocksInput;

interface Input {
  readonly scene: Scene;
  readonly pattern: Pattern;
}

const readFields = object({
  n: wholeFrom(1),
  m: wholeFrom(1),
  p: wholeFrom(1),
  cam: vector,
  x: vector,
  w: number,
  feat: vector,
});

function repeated(values: Float64Array, times: number): Float64Array {
  const all = new Float64Array(values.length * times);
  for (let k = 0; k < times; k++) all.set(values, k * values.length);
  return all;
}

/** Observations go round through the cameras and through the points. */
function readInput(json: unknown, at: string): Input {
  const { n, m, p, cam, x, w, feat } = readFields(json, at);
  requireEqual("cam", "the number of parameters", cam.length, cameraSize);
  requireEqual("x", "the number of coordinates", x.length, pointSize);
  requireEqual("feat", "the number of coordinates", feat.length, 2);
  const cameraOf = Int32Array.from({ length: p }, (_, k) => k % n);
  const pointOf = Int32Array.from({ length: p }, (_, k) => k % m);
  const scene: Scene = {
    cameras: repeated(cam, n),
    points: repeated(x, m),
    weights: new Float64Array(p).fill(w),
    cameraOf,
    pointOf,
    features: repeated(feat, p),
  };
  return { scene, pattern: { cameraOf, pointOf, cameras: n, points: m } };
}

/** The observations from one on up to another: views, nothing is copied. */
const part = (scene: Scene, from: number, to: number): Scene => ({
  ...scene,
  weights: scene.weights.subarray(from, to),
  cameraOf: scene.cameraOf.subarray(from, to),
  pointOf: scene.pointOf.subarray(from, to),
  features: scene.features.subarray(2 * from, 2 * to),
});

/** As many observations at a time as have their intermediate values in a cache: about a kilobyte each. */
const atATime = 1024;

/** The Jacobian of `objective`. The derivatives go straight to where they are in the rows. */
export function jacobian({ scene, pattern }: Input, out?: CompressedRows): CompressedRows {
  const count = scene.weights.length;
  const result = out ?? emptyRows(count);
  fillPattern(result, pattern);
  const { reprojection, weight } = valuesOf(result, count);
  for (let from = 0; from < count; from += atATime) {
    const to = Math.min(count, from + atATime);
    jacobianBlocks(part(scene, from, to), {
      reprojection: reprojection.subarray(2 * blockWidth * from, 2 * blockWidth * to),
      weight: weight.subarray(from, to),
    });
  }
  return result;
}

/** The values of one observation and the last value of all. */
const sample = (values: Float64Array | Int32Array): Float64Array =>
  Float64Array.of(...values.subarray(0, 2 * blockWidth), values.at(-1) ?? 0);

const objectiveOperation: Operation = operation(
  readInput,
  ({ scene }, out?: ReturnType<typeof objective>) => objective(scene, out),
  ({ reprojection, weight }) => ({
    reproj_error: { elements: reprojection.slice(0, 2), repeated: weight.length },
    w_err: { element: weight[0] ?? 0, repeated: weight.length },
  }),
);

const jacobianOperation: Operation = operation(readInput, jacobian, ({ rows, cols, vals }) => ({
  rows: sample(rows),
  cols: sample(cols),
  vals: sample(vals),
}));

export const ba: Problem = {
  name: "ba",
  functions: { objective: objectiveOperation, jacobian: jacobianOperation },
};
