/** ht: hands whose pose is known, and a hand moved another way, point by point. */
import { describe, expect, test } from "vitest";
import { answerOf, check } from "../testing/check.js";
import { deviation } from "../testing/deviation.js";
import { slopes } from "../testing/slopes.js";
import { ht } from "./ht.js";

type Vector = readonly number[];
type Matrix = readonly Vector[];

interface Model {
  readonly bone_count: number;
  readonly bone_names: readonly string[];
  readonly parents: readonly number[];
  readonly base_relatives: readonly Matrix[];
  readonly inverse_base_absolutes: readonly Matrix[];
  readonly base_positions: Matrix;
  readonly weights: Matrix;
  readonly triangles: Matrix;
  readonly is_mirrored: boolean;
}

interface Input {
  readonly theta: Vector;
  readonly us: Matrix;
  readonly data: { readonly model: Model; readonly correspondences: Vector; readonly points: Matrix };
}

const list = <T>(length: number, of: (k: number) => T): readonly T[] => Array.from({ length }, (_, k) => of(k));
const identity: Matrix = list(4, (i) => list(4, (j) => (i === j ? 1 : 0)));
const shift = (x: number, y: number, z: number): Matrix => identity.map((row, i) => row.with(3, [x, y, z, 1][i] ?? 0));
const rest: Vector = Array<number>(26).fill(0);

// ---- hands whose pose is known

/** Bones that are all in one place, as long as nothing bends; one vertex on each bone, at (1, 0, 0), (0, 1, 0) or (0, 0, 1). */
const plainModel: Model = {
  bone_count: 22,
  bone_names: list(22, (k) => `bone ${k}`),
  parents: list(22, (k) => (k === 0 ? -1 : (k - 1) % 4 === 0 ? 0 : k - 1)),
  base_relatives: list(22, () => identity),
  inverse_base_absolutes: list(22, () => identity),
  base_positions: list(22, (k) => [k % 3 === 0 ? 1 : 0, k % 3 === 1 ? 1 : 0, k % 3 === 2 ? 1 : 0, 1]),
  weights: list(22, (k) => list(22, (bone) => (bone === k ? 1 : 0))),
  triangles: [],
  is_mirrored: false,
};

const plain = (theta: Vector, vertices: Vector, model: Partial<Model> = {}): Input => ({
  theta,
  us: [],
  data: { model: { ...plainModel, ...model }, correspondences: vertices, points: vertices.map(() => [0, 0, 0]) },
});

/** Errors are minus the positions, for the points are at the origin. */
const errorsAt = (...positions: readonly Vector[]): Vector => positions.flatMap((p) => p.map((value) => -value));

const quarter = Math.PI / 2;
const known = (from: string, input: Input, ...positions: readonly Vector[]) => ({
  from,
  input,
  outputs: { objective: errorsAt(...positions) },
  within: 1e-15,
});

check(ht, [
  known("a hand at rest", plain(rest, [0, 1, 2]), [1, 0, 0], [0, 1, 0], [0, 0, 1]),
  known("moved as a whole", plain(rest.with(3, 5).with(4, 6).with(5, 7), [0]), [6, 6, 7]),
  known("turned a quarter around z", plain(rest.with(2, quarter), [0, 1, 2]), [0, 1, 0], [-1, 0, 0], [0, 0, 1]),
  known("turned by less than a ten thousandth: not turned", plain(rest.with(1, 9e-5), [0, 2]), [1, 0, 0], [0, 0, 1]),
  // the first finger is bones 1 to 4; a quarter of flexion takes y to z and z to -y
  known("a knuckle flexed", plain(rest.with(6, quarter), [1, 2, 4]), [0, 1, 0], [0, -1, 0], [0, 0, 1]),
  known("a middle joint flexed", plain(rest.with(8, quarter), [2, 3, 4]), [0, 0, 1], [1, 0, 0], [0, 0, 1]),
  known("the last joint flexed twice as far", plain(rest.with(9, Math.PI), [2, 4]), [0, 0, 1], [0, -1, 0]),
  known("joints add up along a finger", plain(rest.with(6, quarter).with(8, quarter), [4]), [0, -1, 0]),
  // abduction takes x to y and y to -x
  known("a knuckle abducted", plain(rest.with(7, quarter), [3, 4, 7]), [0, 1, 0], [-1, 0, 0], [0, 1, 0]),
  known("flexion comes before abduction", plain(rest.with(6, quarter).with(7, quarter), [2, 4]), [1, 0, 0], [0, 0, 1]),
  known("the fifth finger", plain(rest.with(22, quarter), [18, 19, 21]), [1, 0, 0], [0, 0, 1], [1, 0, 0]),
  known("mirrored", plain(rest.with(3, 5), [0, 1], { is_mirrored: true }), [4, 0, 0], [5, 1, 0]),
  known(
    "a bone one away from its joint",
    plain(rest.with(6, quarter), [2], { base_relatives: plainModel.base_relatives.with(2, shift(0, 2, 0)) }),
    [0, 1, 0],
  ),
  known(
    "a vertex between two bones",
    plain(rest.with(6, quarter), [2], {
      weights: plainModel.weights.with(
        2,
        list(22, (b) => (b < 2 ? 0.25 : b === 2 ? 0.5 : 0)),
      ),
    }),
    [0, -0.5, 0.5],
  ),
]);

// ---- any hand

/** Numbers that repeat nowhere, in [-1, 1]. */
const wave = (seed: number) => (k: number) => Math.sin(12.9898 * (k + 1) + 78.233 * seed + k * k);

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0)));

/** A turn by an angle around one of the coordinate axes, homogeneous. */
function turn(axis: number, angle: number): Matrix {
  const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return identity.map((row, k) => (k === i ? row.with(i, c).with(j, -s) : k === j ? row.with(i, s).with(j, c) : row));
}

const someModel = (bones: number, vertices: number, mirrored: boolean): Model => {
  const map = (seed: number) =>
    product(product(turn(0, wave(seed)(1)), turn(1, wave(seed)(2))), shift(wave(seed)(3), wave(seed)(4), 0.3));
  return {
    bone_count: bones,
    bone_names: list(bones, () => ""),
    parents: list(bones, (k) => (k === 0 ? -1 : (k - 1) % 4 === 0 ? 0 : k - 1)),
    base_relatives: list(bones, (k) => map(k)),
    inverse_base_absolutes: list(bones, (k) => map(100 + k)),
    base_positions: list(vertices, (k) => [wave(7)(k), wave(8)(k), wave(9)(k), 1]),
    weights: list(vertices, (k) => list(bones, (bone) => Math.max(0, wave(k)(bone)))),
    triangles: list(2 * vertices, (k) => [k % vertices, (3 * k + 1) % vertices, (7 * k + 2) % vertices]),
    is_mirrored: mirrored,
  };
};

/** Every vertex, bone by bone: its maps are made anew from the root for each. */
function verticesOf(model: Model, theta: Vector): readonly Vector[] {
  const local = model.base_relatives.map((relative, bone) => {
    const [finger, joint] = [Math.floor((bone - 1) / 4), (bone - 1) % 4];
    if (bone < 1 || bone > 20 || joint === 0) return relative;
    const at = 6 + 4 * finger;
    const flexed = turn(0, theta[joint === 1 ? at : at + joint] ?? 0);
    return product(relative, joint === 1 ? product(turn(2, theta[at + 1] ?? 0), flexed) : flexed);
  });
  const fromRoot = (bone: number): Matrix =>
    bone < 0 ? identity : product(fromRoot(model.parents[bone] ?? -1), local[bone] ?? identity);
  const maps = local.map((_, bone) => product(fromRoot(bone), model.inverse_base_absolutes[bone] ?? identity));
  return model.base_positions.map((position, k) => {
    const moved = [0, 1, 2].map((i) =>
      maps.reduce((sum, map, bone) => {
        const at = (map[i] ?? []).reduce((total, value, j) => total + value * (position[j] ?? 0), 0);
        return sum + (model.weights[k]?.[bone] ?? 0) * at;
      }, 0),
    );
    const seen = model.is_mirrored ? moved.with(0, -(moved[0] ?? 0)) : moved;
    return turned(theta.slice(0, 3), seen).map((value, i) => value + (theta[3 + i] ?? 0));
  });
}

/** exp([r]×) p by its series, or p where the turn counts as none. */
function turned(r: Vector, p: Vector): Vector {
  if (Math.hypot(...r) < 1e-4) return p;
  const [a = 0, b = 0, c = 0] = r;
  let [term, sum] = [p, p];
  for (let k = 1; k < 60; k++) {
    const [x = 0, y = 0, z = 0] = term;
    term = [(b * z - c * y) / k, (c * x - a * z) / k, (a * y - b * x) / k];
    sum = sum.map((value, i) => value + (term[i] ?? 0));
  }
  return sum;
}

function errorsOf({ data: { model, correspondences, points } }: Input, us: Matrix, theta: Vector): Vector {
  const vertices = verticesOf(model, theta);
  const at = (index = 0, i: number) => vertices[index]?.[i] ?? Number.NaN;
  return correspondences.flatMap((index, k) =>
    (points[k] ?? []).map((value, i) => {
      if (us.length === 0) return value - at(index, i);
      const [a, b, c] = model.triangles[index] ?? [];
      const [u = 0, v = 0] = us[k] ?? [];
      return value - (u * at(a, i) + v * at(b, i) + (1 - u - v) * at(c, i));
    }),
  );
}

const pose = (scale: number): Vector => list(26, (k) => (k < 3 ? scale : 1) * wave(3)(k));

const someInput = (bones: number, scale: number, mirrored: boolean, withTriangles: boolean): Input => ({
  theta: pose(scale),
  us: withTriangles ? list(9, (k) => [wave(1)(k), wave(2)(k)]) : [],
  data: {
    model: someModel(bones, 13, mirrored),
    correspondences: list(9, (k) => (5 * k) % 13),
    points: list(9, (k) => [wave(4)(k), wave(5)(k), wave(6)(k)]),
  },
});

/** Of each error the slopes in its own u, if it has one, then in all of θ. */
function slopesOf(input: Input): Matrix {
  const { theta, us } = input;
  const inTheta = slopes((at) => errorsOf(input, us, at), theta);
  const inU = [0, 1].map((i) => {
    const moved = (by: number) => us.map((u) => u.with(i, (u[i] ?? 0) + by));
    return us.length === 0 ? [] : (slopes(([by = 0]) => errorsOf(input, moved(by), theta), [0])[0] ?? []);
  });
  const columns = [...inU.filter((column) => column.length > 0), ...inTheta];
  return list(3 * input.data.correspondences.length, (row) => columns.map((column) => column[row] ?? Number.NaN));
}

const hands: readonly (readonly [string, Input])[] = [
  ["points at vertices", someInput(22, 1, false, false)],
  ["points at vertices of a mirrored hand", someInput(22, 1, true, false)],
  ["points in triangles", someInput(22, 1, false, true)],
  ["points in triangles of a mirrored hand", someInput(22, 1, true, true)],
  ["a hand without a forearm", someInput(21, 1, false, true)],
  ["bones beyond the fingers", someInput(30, 1, false, true)],
  ["a hand turned by more than half a circle", someInput(22, 3, false, true)],
  ["a hand that is not turned", someInput(22, 0, false, true)],
  ["a hand that is not turned, points at vertices", someInput(22, 0, true, false)],
];

describe.each(hands)("%s", (_, input) => {
  test("are away from the hand by what the other way says", () => {
    const expected = errorsOf(input, input.us, input.theta);
    expect(deviation(answerOf(ht, "objective", input), expected)).toBeLessThanOrEqual(1e-13);
  });

  test("have its slopes", () => {
    const found = answerOf(ht, "jacobian", input) as Matrix;
    const expected = slopesOf(input);
    const still = Math.hypot(...input.theta.slice(0, 3)) === 0;
    const first = input.us.length === 0 ? 0 : 2;
    // differences reach across the edge at which a turn begins to count; there the derivatives are 0 by definition
    const cleared = still
      ? expected.map((row) => row.map((value, k) => (k >= first && k < first + 3 ? 0 : value)))
      : expected;
    expect(deviation(found, cleared)).toBeLessThanOrEqual(1e-9);
  });
});

const wrong: readonly (readonly [object, RegExp])[] = [
  [{ theta: [1] }, /theta: the number of parameters is 1; by the rest of the input it is 26/],
  [{ us: [[1, 2]] }, /us: the number of points is 1; by the rest of the input it is 9/],
  [{ us: [[1], [2]] }, /us: the number of/],
];
const wrongModels: readonly (readonly [Partial<Model>, RegExp])[] = [
  [{ bone_count: 20 }, /bone_count: a number of at least 21 was expected, not 20/],
  [{ parents: list(22, (k) => k) }, /parents\[0\]: 0 is neither -1 nor a bone before this one/],
  [{ triangles: [[0, 1, 13], ...list(12, () => [0, 1, 2])] }, /triangles\[0\]: 13 is no vertex; there are 13/],
  [{ triangles: [[0, 1, 2]] }, /correspondences: 5 is no triangle; there are 1/],
  [{ base_relatives: [] }, /base_relatives: the number of bones is 0/],
  [{ weights: [[1]] }, /weights: the number of vertices is 1/],
];

describe("an input that does not fit is refused", () => {
  const input = someInput(22, 1, false, true);
  test.each(wrong)("%j", (change, words) => {
    expect(() => answerOf(ht, "objective", { ...input, ...change })).toThrow(words);
  });
  test.each(wrongModels)("model: %j", (change, words) => {
    const data = { ...input.data, model: { ...input.data.model, ...change } };
    expect(() => answerOf(ht, "jacobian", { ...input, data })).toThrow(words);
  });
});
