/** ba: facts of the camera model, and a camera written another way. */
import { describe, expect, test } from "vitest";
import { answerOf, check } from "../testing/check.js";
import { deviation } from "../testing/deviation.js";
import { slopes } from "../testing/slopes.js";
import { ba, jacobian } from "./ba.js";

interface Input {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly cam: readonly number[];
  readonly x: readonly number[];
  readonly w: number;
  readonly feat: readonly number[];
}

interface Answer {
  readonly rows: readonly number[];
  readonly cols: readonly number[];
  readonly vals: readonly number[];
}

const width = 15;

/** Where entries are, said row by row: rows of observations have 15, rows of weights one. */
function pattern({ n, m, p }: Input) {
  const rows = [0];
  const cols: number[] = [];
  for (let k = 0; k < p; k++) {
    const camera = Array.from({ length: 11 }, (_, i) => 11 * (k % n) + i);
    const point = Array.from({ length: 3 }, (_, i) => 11 * n + 3 * (k % m) + i);
    for (let error = 0; error < 2; error++) {
      cols.push(...camera, ...point, 11 * n + 3 * m + k);
      rows.push(cols.length);
    }
  }
  for (let k = 0; k < p; k++) {
    cols.push(11 * n + 3 * m + k);
    rows.push(cols.length);
  }
  const sample = (all: readonly number[]) => [...all.slice(0, 2 * width), all.at(-1)];
  return { rows: sample(rows), cols: sample(cols) };
}

// ---- a camera that looks along z from the origin

const [X, Y, Z] = [0.6, -1.5, 3];
const [x, y] = [X / Z, Y / Z];
const plain: Input = {
  ...{ n: 2, m: 3, p: 12 },
  cam: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
  x: [X, Y, Z],
  w: 1,
  feat: [0.25, 0.5],
};
const squared = x * x + y * y;

/**
 * The rows [rotation, centre, focal, principal point, radial, point, weight] for a focal length f and a weight w. A small
 * turn r moves the point by r × X, which for u = X/Z makes du = (1 + x²) r₂ - xy r₁ - y r₃, and likewise for v.
 */
const plainRows = (f: number, w: number): readonly number[] => {
  const [dx, dy] = [
    [1 / Z, 0, -x / Z],
    [0, 1 / Z, -y / Z],
  ] as const; // the projection's derivatives
  const by = (scale: number, values: readonly number[]) => values.map((value) => scale * value);
  const row = (turn: readonly number[], d: readonly number[], at: number, axis: number, feature: number) => [
    ...by(f * w, turn),
    ...by(-f * w, d),
    w * at,
    ...by(w, axis === 0 ? [1, 0] : [0, 1]),
    ...by(f * w * at, [squared, squared * squared]),
    ...by(f * w, d),
    f * at - feature,
  ];
  return [
    ...row([-x * y, 1 + x * x, -y], dx, x, 0, plain.feat[0] ?? 0),
    ...row([-(1 + y * y), x * y, x], dy, y, 1, plain.feat[1] ?? 0),
    -2 * w,
  ];
};

const plainCase = (f: number, w: number) => {
  const input = { ...plain, cam: plain.cam.with(6, f), w };
  return {
    from: `a camera at the origin that is not turned, focal length ${f}, weight ${w}`,
    input,
    outputs: {
      objective: {
        reproj_error: { elements: [w * (f * x - 0.25), w * (f * y - 0.5)], repeated: 12 },
        w_err: { element: 1 - w * w, repeated: 12 },
      },
      jacobian: { ...pattern(input), vals: plainRows(f, w) },
    },
    within: 1e-15,
  };
};

check(ba, [plainCase(1, 1), plainCase(400, 0.5), plainCase(3, 0)]);

// ---- any camera, with the rotation as an exponential

type Vector = readonly number[];

const crossed = ([a = 0, b = 0, c = 0]: Vector, [u = 0, v = 0, w = 0]: Vector): Vector => [
  b * w - c * v,
  c * u - a * w,
  a * v - b * u,
];

/** exp([r]×) p, by its series: no angle, no axis. */
function rotated(r: Vector, p: Vector): Vector {
  let term = p;
  let sum = p;
  for (let k = 1; k < 60; k++) {
    term = crossed(r, term).map((value) => value / k);
    sum = sum.map((value, i) => value + (term[i] ?? 0));
  }
  return sum;
}

/** The two errors of an observation, from [camera, point, weight]. */
const errorsOf = (feat: Vector) => (values: Vector) => {
  const [focal = 0, u = 0, v = 0, k1 = 0, k2 = 0] = values.slice(6, 11);
  const away = values.slice(11, 14).map((value, i) => value - (values[3 + i] ?? 0));
  const [a = 0, b = 0, c = 0] = rotated(values.slice(0, 3), away);
  const far = (a * a + b * b) / (c * c);
  const scale = (focal * (1 + k1 * far + k2 * far * far)) / c;
  const weight = values[14] ?? 0;
  return [weight * (scale * a + u - (feat[0] ?? 0)), weight * (scale * b + v - (feat[1] ?? 0))];
};

const camera = (r: Vector): Vector => [...r, 0.3, -0.4, -5, 4, 0.6, -0.5, 0.09, -0.03];
const turns: readonly (readonly [string, Vector])[] = [
  ["of about a radian", [-0.758453, -0.309613, 0.345551]],
  ["of more than half a circle", [2.5, -2.2, 1.1]],
  ["around one axis", [0, 0, 1.3]],
  ["of a thousandth", [6e-4, -8e-4, 0]],
  ["of a hundred millionth", [1e-8, 2e-8, -1e-8]],
  ["so small that its square is nothing", [1e-170, -1e-170, 1e-170]],
  ["by nothing", [0, 0, 0]],
];

describe.each(turns)("a camera with a turn %s", (_, r) => {
  const input: Input = { ...plain, cam: camera(r), x: [0.9, 1.1, 2.7], w: 0.417, feat: [1.5, -0.8] };
  const values = [...input.cam, ...input.x, input.w];
  const errors = errorsOf(input.feat);

  test("has the errors of one with the exponential of its turn", () => {
    const { reproj_error } = answerOf(ba, "objective", input) as { reproj_error: { elements: Vector } };
    expect(deviation(reproj_error.elements, errors(values))).toBeLessThanOrEqual(1e-14);
  });

  test("has its slopes", () => {
    const { vals } = answerOf(ba, "jacobian", input) as Answer;
    const columns = slopes(errors, values);
    const expected = [0, 1].flatMap((row) => columns.map((column) => column[row]));
    expect(deviation(vals.slice(0, 2 * width), expected)).toBeLessThanOrEqual(1e-9);
  });
});

// ---- the sparse matrix

const sizes = [
  [1, 1, 1],
  [3, 2, 10],
  [5, 700, 1024],
  [49, 31, 1025],
  [7, 11, 2500],
] as const;

test.each(sizes)("%i cameras, %i points and %i observations: where the entries are", (n, m, p) => {
  const input: Input = { ...plain, n, m, p, cam: camera([0.1, 0.2, 0.3]), w: 0.3 };
  const { rows, cols, vals } = answerOf(ba, "jacobian", input) as Answer;
  expect({ rows, cols }).toEqual(pattern(input));
  expect(vals.at(-1)).toBe(-0.6);
});

test.each([
  [{ cam: [1, 2, 3] }, /cam: the number of parameters is 3; by the rest of the input it is 11/],
  [{ x: [1] }, /x: the number of coordinates is 1/],
  [{ feat: [1, 2, 3] }, /feat: the number of coordinates is 3/],
  [{ p: 0 }, /p: a number of at least 1 was expected, not 0/],
])("an input with %j is refused", (wrong, words) => {
  expect(() => answerOf(ba, "objective", { ...plain, ...wrong })).toThrow(words);
});

test("observations that differ: each has the entries of its own camera, point and weight", () => {
  const [cameras, points, observations] = [3, 5, 2100];
  const wave = (length: number, scale: number) => Array.from({ length }, (_, k) => scale * Math.sin(k * k + 1));
  const cams = Array.from({ length: cameras }, (_, k) => camera([0.1 * k, 0.3, -0.2]));
  const [xs, weights, feats] = [wave(3 * points, 1), wave(observations, 2), wave(2 * observations, 3)];
  const cameraOf = Array.from({ length: observations }, (_, k) => (k * k) % cameras);
  const pointOf = Array.from({ length: observations }, (_, k) => (k * k * k) % points);
  const scene = {
    cameras: Float64Array.from(cams.flat()),
    points: Float64Array.from(xs),
    weights: Float64Array.from(weights),
    cameraOf: Int32Array.from(cameraOf),
    pointOf: Int32Array.from(pointOf),
    features: Float64Array.from(feats),
  };
  const all = jacobian({ scene, pattern: { cameraOf: scene.cameraOf, pointOf: scene.pointOf, cameras, points } });
  for (const k of [0, 1, 1022, 1023, 1024, 1025, 2047, 2048, 2099]) {
    const at = pointOf[k] ?? 0;
    const one = {
      ...{ n: 1, m: 1, p: 1, cam: cams[cameraOf[k] ?? 0], x: xs.slice(3 * at, 3 * at + 3) },
      ...{ w: weights[k], feat: feats.slice(2 * k, 2 * k + 2) },
    };
    const { vals } = answerOf(ba, "jacobian", one) as Answer;
    expect([...all.vals.subarray(2 * width * k, 2 * width * (k + 1))]).toEqual(vals.slice(0, -1));
    expect(all.vals[2 * width * observations + k]).toBe(vals.at(-1));
  }
});
