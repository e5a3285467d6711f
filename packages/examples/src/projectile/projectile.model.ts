/**
 * A thrown ball in still air, in SI units: gravity pulls it down, and the drag of the air is quadratic in its speed. Its
 * launch is fitted to measured places; what is differentiated is the loop that solves the differential equation.
 */
import {
  add,
  concat,
  eye,
  f64,
  fn,
  full,
  jacobian,
  l2Norm,
  matmul,
  mul,
  reshape,
  scan,
  solve,
  split,
  square,
  stack,
  sub,
  sum,
  transpose,
  valueAndGrad,
  zeros,
} from "tapeless";

/** How many places are measured, one after each step of the solver. */
const steps = 48;
/** Between two of them, in s. */
const stepTime = 0.08;
/** Of the Earth, in m/s². */
const gravity = 9.81;

/** Along the ground and upwards, each in its place in a vector. */
const vector = f64([2]);

/** Velocity in m/s; drag per mass in 1/m: k = ρ c A / 2m, of the air's density, drag coefficient, cross-section, mass. */
const launch = { velocity: vector, drag: f64([]) };

/** Place in m and velocity in m/s. */
const motion = { place: vector, velocity: vector };

/** How a motion changes: x' = v and v' = −g − k |v| v, in m/s and m/s². */
const rate = fn({ motion, drag: f64([]) }, ({ motion: { velocity }, drag }) => {
  const deceleration = mul(mul(drag, l2Norm(velocity)), velocity);
  const down = stack([zeros([], "f64"), full([], -gravity, "f64")]);
  return { place: velocity, velocity: sub(down, deceleration) };
});

/** from + times · by */
const moved = fn({ from: motion, by: motion, times: f64([]) }, ({ from, by, times }) => ({
  place: add(from.place, mul(times, by.place)),
  velocity: add(from.velocity, mul(times, by.velocity)),
}));

/** Places in m after each step of the classical Runge–Kutta method of order 4, thrown from the origin. */
export const flight = fn({ launch }, ({ launch: { velocity, drag } }) => {
  const [, places] = scan(
    (motion) => {
      const at = (by: typeof motion, times: number) => rate({ motion: moved({ from: motion, by, times }), drag });
      const k1 = rate({ motion, drag });
      const k2 = at(k1, stepTime / 2);
      const k3 = at(k2, stepTime / 2);
      const k4 = at(k3, stepTime);
      const inner = moved({ from: k1, by: moved({ from: k2, by: k3, times: 1 }), times: 2 });
      const all = moved({ from: inner, by: k4, times: 1 }); // k1 + 2 k2 + 2 k3 + k4
      const next = moved({ from: motion, by: all, times: stepTime / 6 });
      return [next, next.place];
    },
    { place: zeros([2], "f64"), velocity },
    null,
    { length: steps },
  );
  return places;
});

const measured = f64([steps, 2]);

/** How far the flight lies from the measured places, in m. */
const misses = fn({ launch, measured }, ({ launch, measured }) => sub(flight({ launch }), measured));

/** Mean square of the distances, in m². */
export const cost = fn(misses.input, (input) => mul(sum(square(misses(input))), 1 / steps));

export const costAndGrad = valueAndGrad(cost, "launch");

const slopes = jacobian(misses, "launch");

/**
 * One step of Levenberg and Marquardt: with r the misses and J their derivative in the launch, the launch less the δ of
 * (JᵀJ + λ diag JᵀJ) δ = Jᵀr. With λ = 0 it is one of Gauss and Newton.
 */
export const improved = fn({ ...misses.input, damping: f64([]) }, ({ damping, ...input }) => {
  const { velocity, drag } = slopes(input);
  const j = concat([reshape(velocity, [2 * steps, 2]), reshape(drag, [2 * steps, 1])], 1);
  const r = reshape(misses(input), [2 * steps]);
  const jtj = matmul(transpose(j), j);
  const change = solve(add(jtj, mul(mul(damping, eye(3, "f64")), jtj)), matmul(transpose(j), r));
  const [dv, dk] = split(change, [2, 1]);
  const { launch } = input;
  return { velocity: sub(launch.velocity, dv), drag: sub(launch.drag, reshape(dk, [])) };
});
