/**
 * Bundle adjustment: cameras and points in space, fitted to where the cameras saw the points.
 *
 * A camera has 11 parameters: the rotation as an angle-axis vector [3], its centre [3], the focal length [1], the principal
 * point [2] and two coefficients of radial distortion [2]. The problem and this layout are those of ADBench (Šrajer,
 * Kukelova & Fitzgibbon 2018), which GradBench uses; the camera is that of Agarwal et al. 2010, "Bundle adjustment in
 * the large".
 */
import {
  add,
  concat,
  cos,
  div,
  dot,
  f64,
  fn,
  gather,
  i32,
  jacobian,
  mul,
  notEqual,
  reshape,
  roll,
  sin,
  slice,
  split,
  sqrt,
  square,
  sub,
  type Tensor,
  vmap,
  where,
} from "tapeless";

type Vector = Tensor<[3], "f64">;

/** a × b: of the elements in cyclic order, each is aᵢ₊₁bᵢ₊₂ - aᵢ₊₂bᵢ₊₁. */
const cross = (a: Vector, b: Vector) => sub(mul(roll(a, -1, 0), roll(b, -2, 0)), mul(roll(a, -2, 0), roll(b, -1, 0)));

/**
 * A point turned by the angle θ = ‖r‖ around the axis k = r/θ (Rodrigues):
 *
 *   p + sin θ (k × p) + (1 - cos θ)(k (k·p) - p)
 *
 * in sines and cosines of θ/2, where 1 - cos θ = 2 sin² θ/2 does not cancel. Without a turn the axis is 0/0; there the
 * first term of the series, p + r × p, has the value and the derivatives.
 */
const rotate = fn({ r: f64([3]), p: f64([3]) }, ({ r, p }) => {
  const squared = dot(r, r);
  const turned = notEqual(squared, 0);
  const angle = sqrt(where(turned, squared, 1));
  const axis = div(r, angle);
  const sine = sin(div(angle, 2));
  const rejected = sub(mul(axis, dot(axis, p)), p);
  const turn = add(mul(cross(axis, p), mul(2, mul(sine, cos(div(angle, 2))))), mul(rejected, mul(2, square(sine))));
  return add(p, where(turned, turn, cross(r, p)));
});

/** Where a camera sees a point: rotated into its frame, projected, distorted by 1 + k₁ρ² + k₂ρ⁴, scaled and moved. */
const project = fn({ camera: f64([11]), point: f64([3]) }, ({ camera, point }) => {
  const [r, centre, focal, principal, radial] = split(camera, [3, 3, 1, 2, 2]);
  const seen = rotate({ r, p: sub(point, centre) });
  const flat = div(slice(seen, 0, 0, 2), slice(seen, 0, 2, 3));
  const distance = dot(flat, flat);
  const distortion = add(1, dot(radial, concat([reshape(distance, [1]), reshape(square(distance), [1])])));
  return add(mul(mul(flat, distortion), focal), principal);
});

/** The weighted difference between where a camera should see a point and where it did. */
const reprojectionError = fn(
  { camera: f64([11]), point: f64([3]), weight: f64([]), feature: f64([2]) },
  ({ camera, point, weight, feature }) => mul(weight, sub(project({ camera, point }), feature)),
);

/** How far a weight is from ±1. */
const weightError = fn({ weight: f64([]) }, ({ weight }) => sub(1, square(weight)));

const errors = vmap(reprojectionError, "observations");
const blocks = vmap(jacobian(reprojectionError, ["camera", "point", "weight"]), "observations");
const weightErrors = vmap(weightError, "observations");
const weightSlopes = vmap(jacobian(weightError), "observations");

/** All cameras and points, and for each observation which camera saw which point, with what weight, and where. */
const scene = {
  cameras: f64(["cameras", 11]),
  points: f64(["points", 3]),
  weights: f64(["observations"]),
  cameraOf: i32(["observations"]),
  pointOf: i32(["observations"]),
  features: f64(["observations", 2]),
};

/** The errors of all observations, and those of their weights. */
export const objective = fn(scene, ({ cameras, points, weights, cameraOf, pointOf, features }) => ({
  reprojection: errors({
    camera: gather(cameras, cameraOf),
    point: gather(points, pointOf),
    weight: weights,
    feature: features,
  }),
  weight: weightErrors({ weight: weights }),
}));

/**
 * What is not zero of the Jacobian of `objective`: an observation depends on one camera, one point and one weight, so it
 * has a block of [2, 11 + 3 + 1] derivatives; the error of a weight has one.
 */
export const jacobianBlocks = fn(scene, ({ cameras, points, weights, cameraOf, pointOf, features }) => {
  const block = blocks({
    camera: gather(cameras, cameraOf),
    point: gather(points, pointOf),
    weight: weights,
    feature: features,
  });
  return {
    reprojection: concat([block.camera, block.point, reshape(block.weight, ["observations", 2, 1])], 2),
    weight: weightSlopes({ weight: weights }),
  };
});
