/** The module `ht`: a hand, its pose, and points that correspond to vertices (simple) or to triangles (complicated). */
import { rowsOf } from "../output.js";
import { type Operation, operation, type Problem } from "../problem.js";
import {
  InputError,
  listOf,
  type Matrix,
  matrix,
  object,
  type Reader,
  requireEqual,
  truth,
  vector,
  wholeFrom,
  wholes,
} from "../read.js";
import { complicatedJacobian, complicatedObjective, simpleJacobian, simpleObjective } from "./ht.gen.js";

const parameters = 26;
/** The wrist, and five fingers of four bones. */
const fewestBones = 21;

const readModel = object({
  bone_count: wholeFrom(fewestBones),
  parents: wholes,
  base_relatives: listOf(matrix),
  inverse_base_absolutes: listOf(matrix),
  base_positions: matrix,
  weights: matrix,
  triangles: listOf(wholes),
  is_mirrored: truth,
});

const readFields = object({
  theta: vector,
  us: matrix,
  data: object({ model: readModel, correspondences: wholes, points: matrix }),
});

type Model = ReturnType<typeof readModel>;
type Fields = ReturnType<typeof readFields>;

/** All matrices of a list, one after the other; each has this many rows and columns. */
function stacked(matrices: readonly Matrix[], rows: number, columns: number, at: string): Float64Array {
  const all = new Float64Array(matrices.length * rows * columns);
  matrices.forEach((each, k) => {
    requireEqual(`${at}[${k}]`, "the number of rows", each.rows, rows);
    requireEqual(`${at}[${k}]`, "the number of columns", each.columns, columns);
    all.set(each.data, k * rows * columns);
  });
  return all;
}

/** A parent stands before its bones; -1 is the world. */
function checkParents(parents: Int32Array): void {
  parents.forEach((parent, bone) => {
    if (parent >= -1 && parent < bone) return;
    throw new InputError(`data.model.parents[${bone}]`, `${parent} is neither -1 nor a bone before this one`);
  });
}

function checkIndices(indices: Int32Array, count: number, what: string, at: string): void {
  const wrong = indices.findIndex((index) => index < 0 || index >= count);
  if (wrong >= 0) throw new InputError(at, `${indices[wrong]} is no ${what}; there are ${count}`);
}

function handOf(model: Model) {
  const { bone_count: bones, parents, base_positions: positions, weights } = model;
  const at = "data.model";
  requireEqual(`${at}.parents`, "the number of bones", parents.length, bones);
  requireEqual(`${at}.base_relatives`, "the number of bones", model.base_relatives.length, bones);
  requireEqual(`${at}.inverse_base_absolutes`, "the number of bones", model.inverse_base_absolutes.length, bones);
  requireEqual(`${at}.base_positions`, "the number of coordinates", positions.columns, 4);
  requireEqual(`${at}.weights`, "the number of vertices", weights.rows, positions.rows);
  requireEqual(`${at}.weights`, "the number of bones", weights.columns, bones);
  checkParents(parents);
  return {
    parents,
    relatives: stacked(model.base_relatives, 4, 4, `${at}.base_relatives`),
    inverseAbsolutes: stacked(model.inverse_base_absolutes, 4, 4, `${at}.inverse_base_absolutes`),
    positions: positions.data,
    weights: weights.data,
    side: Float64Array.of(model.is_mirrored ? -1 : 1, 1, 1),
  };
}

function trianglesOf({ triangles, base_positions }: Model): Int32Array {
  const corners = new Int32Array(3 * triangles.length);
  triangles.forEach((triangle, k) => {
    const at = `data.model.triangles[${k}]`;
    requireEqual(at, "the number of corners", triangle.length, 3);
    checkIndices(triangle, base_positions.rows, "vertex", at);
    corners.set(triangle, 3 * k);
  });
  return corners;
}

/** What both kinds of input have. */
function common({ theta, data: { model, correspondences, points } }: Fields) {
  requireEqual("theta", "the number of parameters", theta.length, parameters);
  requireEqual("data.points", "the number of points", points.rows, correspondences.length);
  requireEqual("data.points", "the number of coordinates", points.rows === 0 ? 3 : points.columns, 3);
  return {
    turn: theta.subarray(0, 3),
    shift: theta.subarray(3, 6),
    fingers: theta.subarray(6),
    hand: handOf(model),
    points: points.data,
  };
}

const readSimple: Reader<Parameters<typeof simpleObjective>[0]> = (json, at) => {
  const fields = readFields(json, at);
  const { correspondences, model } = fields.data;
  checkIndices(correspondences, model.base_positions.rows, "vertex", "data.correspondences");
  return { ...common(fields), vertexOf: correspondences };
};

const readComplicated: Reader<Parameters<typeof complicatedObjective>[0]> = (json, at) => {
  const fields = readFields(json, at);
  const { correspondences, model } = fields.data;
  checkIndices(correspondences, model.triangles.length, "triangle", "data.correspondences");
  requireEqual("us", "the number of points", fields.us.rows, correspondences.length);
  requireEqual("us", "the number of coordinates", fields.us.columns, 2);
  return { ...common(fields), us: fields.us.data, triangles: trianglesOf(model), triangleOf: correspondences };
};

/** An input without coordinates in triangles is a simple one. */
const isSimple = (json: unknown): boolean => object({ us: listOf((value) => value) })(json, "").us.length === 0;

const either =
  (simple: Operation, complicated: Operation): Operation =>
  (json) =>
    isSimple(json) ? simple(json) : complicated(json);

const rows = (columns: number) => (result: Float64Array) => rowsOf(result, columns);

export const ht: Problem = {
  name: "ht",
  functions: {
    objective: either(operation(readSimple, simpleObjective), operation(readComplicated, complicatedObjective)),
    jacobian: either(
      operation(readSimple, simpleJacobian, rows(parameters)),
      operation(readComplicated, complicatedJacobian, rows(2 + parameters)),
    ),
  },
};
