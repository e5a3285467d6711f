/**
 * What is verified of ba and ht: random weights times all errors, as a function of the parameters. The one mode is that of
 * the problem's own Jacobian, the other is generated for this.
 */
import * as ba from "../ba/ba.gen.js";
import { jacobian as baJacobian } from "../ba/ba.js";
import { type CompressedRows, cameraSize, pointSize } from "../ba/compressed-rows.js";
import * as ht from "../ht/ht.gen.js";
import { dot, draws, part, type Sizes, type Subject, size } from "./subject.js";
import * as vision from "./vision.gen.js";

const whole = (values: Float64Array, below: number): Int32Array => Int32Array.from(values, (value) => value * below);

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** uᵀJ. */
function weightedRows({ rows, cols, vals }: CompressedRows, u: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  u.forEach((weight, row) => {
    for (let k = rows[row] ?? 0; k < (rows[row + 1] ?? 0); k++) {
      const column = cols[k] ?? 0;
      sums[column] = (sums[column] ?? 0) + weight * (vals[k] ?? Number.NaN);
    }
  });
  return sums;
}

/** Cameras five away from points in a cube, each turned by up to a radian and a half. */
export function baSubject(all: Sizes): Subject {
  const [n, m, p] = [size(all, "n"), size(all, "m"), size(all, "p")];
  const { uniform, normal } = draws();
  const cameras = uniform(n * cameraSize).map((value, k) => {
    const column = k % cameraSize;
    if (column === 5) return -6 + value;
    return column === 6 ? 400 * (1 + value) : column < 3 ? 0.3 * value : column >= 9 ? 0.1 * value : value;
  });
  const [points, weights] = [uniform(m * pointSize), uniform(p)];
  const [cameraOf, pointOf] = [whole(uniform(p), n), whole(uniform(p), m)];
  const fixed = { cameraOf, pointOf, features: uniform(p * 2) };
  const [u, v] = [normal(p * 2), normal(p)];
  const total = (errors: { readonly reprojection: Float64Array; readonly weight: Float64Array }): number =>
    dot(u, errors.reprojection) + dot(v, errors.weight);
  const tree = (parts: readonly Float64Array[]) => ({
    cameras: part(parts, 0),
    points: part(parts, 1),
    weights: part(parts, 2),
  });
  const point = [cameras, points, weights];
  const scene = { ...tree(point), ...fixed };
  return {
    point,
    width: 1e-3,
    value: (at) => total(ba.objective({ ...tree(at), ...fixed })),
    gradient: () => {
      const found = baJacobian({ scene, pattern: { cameraOf, pointOf, cameras: n, points: m } });
      const sums = weightedRows(found, joined(u, v), cameras.length + points.length + weights.length);
      const behind = cameras.length + points.length;
      return [sums.subarray(0, cameras.length), sums.subarray(cameras.length, behind), sums.subarray(behind)];
    },
    forward: (direction) => total(vision.baForward({ input: scene, tangent: tree(direction) }).tangent),
  };
}

/** uᵀJv of a dense J, row by row. */
function bilinear(u: Float64Array, rows: Float64Array, columns: (row: number) => (column: number) => number): number {
  const width = rows.length / u.length;
  return u.reduce((sum, weight, row) => {
    const along = columns(row);
    let slope = 0;
    for (let k = 0; k < width; k++) slope += (rows[row * width + k] ?? Number.NaN) * along(k);
    return sum + weight * slope;
  }, 0);
}

/** Fingers of four bones on a wrist, and a forearm; each vertex hangs on all bones. */
function hand(vertices: number) {
  const { uniform, normal } = draws();
  const bones = 22;
  const near = (k: number) => 0.2 * k;
  const maps = () =>
    normal(bones * 16).map((value, k) => {
      const [row, column] = [Math.floor(k / 4) % 4, k % 4];
      return row === 3 ? Number(column === 3) : Number(row === column) + near(value);
    });
  return {
    parents: Int32Array.from({ length: bones }, (_, k) => (k === 0 ? -1 : (k - 1) % 4 === 0 ? 0 : k - 1)),
    relatives: maps(),
    inverseAbsolutes: maps(),
    positions: uniform(vertices * 4).map((value, k) => (k % 4 === 3 ? 1 : value)),
    weights: uniform(vertices * bones).map((value) => value / bones),
    side: Float64Array.of(1, 1, 1),
  };
}

const poseOf = (parts: readonly Float64Array[]) => ({
  turn: part(parts, 0),
  shift: part(parts, 1),
  fingers: part(parts, 2),
});

const elementOfPose = (parts: readonly Float64Array[]) => {
  const all = [...part(parts, 0), ...part(parts, 1), ...part(parts, 2)];
  return (k: number): number => all[k] ?? Number.NaN;
};

/** Points at vertices. */
export function simpleHandSubject(all: Sizes): Subject {
  const [vertices, points] = [size(all, "vertices"), size(all, "points")];
  const { uniform, normal } = draws();
  const fixed = { hand: hand(vertices), vertexOf: whole(uniform(points), vertices), points: normal(points * 3) };
  const point = [normal(3), normal(3), normal(20)];
  const cotangent = normal(points * 3);
  const input = { ...poseOf(point), ...fixed };
  return {
    point,
    width: 1e-3,
    value: (at) => dot(cotangent, ht.simpleObjective({ ...poseOf(at), ...fixed })),
    gradient: () => {
      const { turn, shift, fingers } = vision.simpleBackward({ input, cotangent }).grad;
      return [turn, shift, fingers];
    },
    forward: (direction) => {
      const along = elementOfPose(direction);
      return bilinear(cotangent, ht.simpleJacobian(input), () => along);
    },
  };
}

/** Points in triangles. */
export function complicatedHandSubject(all: Sizes): Subject {
  const [vertices, points] = [size(all, "vertices"), size(all, "points")];
  const { uniform, normal } = draws();
  const triangleCount = 2 * vertices;
  const fixed = {
    hand: hand(vertices),
    triangles: whole(uniform(triangleCount * 3), vertices),
    triangleOf: whole(uniform(points), triangleCount),
    points: normal(points * 3),
  };
  const point = [normal(3), normal(3), normal(20), uniform(points * 2)];
  const cotangent = normal(points * 3);
  const tree = (parts: readonly Float64Array[]) => ({ ...poseOf(parts), us: part(parts, 3) });
  const input = { ...tree(point), ...fixed };
  return {
    point,
    width: 1e-3,
    value: (at) => dot(cotangent, ht.complicatedObjective({ ...tree(at), ...fixed })),
    gradient: () => {
      const { turn, shift, fingers, us } = vision.complicatedBackward({ input, cotangent }).grad;
      return [turn, shift, fingers, us];
    },
    forward: (direction) => {
      const [along, us] = [elementOfPose(direction), part(direction, 3)];
      const columns = (row: number) => (k: number) =>
        k < 2 ? (us[2 * Math.floor(row / 3) + k] ?? Number.NaN) : along(k - 2);
      return bilinear(cotangent, ht.complicatedJacobian(input), columns);
    },
  };
}
