/**
 * Derivatives of any order by numbers that carry their own: a + b ε with ε² = 0, nested. Independent of the compiler: the
 * derivatives of the few functions here are written by hand.
 *
 * Invariant: each differentiation has an ε of its own (`level`), so that one inside another does not see the other's.
 */

/** value + slope · ε of its level. */
interface Dual {
  readonly level: number;
  readonly value: Num;
  readonly slope: Num;
}

export type Num = number | Dual;

let levels = 0;

const levelOf = (x: Num): number => (typeof x === "number" ? 0 : x.level);

/** Value and slope with respect to one ε. */
const parts = (x: Num, level: number): readonly [Num, Num] =>
  typeof x !== "number" && x.level === level ? [x.value, x.slope] : [x, 0];

const dual = (level: number, value: Num, slope: Num): Num => (slope === 0 ? value : { level, value, slope });

export function add(x: Num, y: Num): Num {
  if (typeof x === "number" && typeof y === "number") return x + y;
  const level = Math.max(levelOf(x), levelOf(y));
  const [[a, da], [b, db]] = [parts(x, level), parts(y, level)];
  return dual(level, add(a, b), add(da, db));
}

export function mul(x: Num, y: Num): Num {
  if (typeof x === "number" && typeof y === "number") return x * y;
  const level = Math.max(levelOf(x), levelOf(y));
  const [[a, da], [b, db]] = [parts(x, level), parts(y, level)];
  return dual(level, mul(a, b), add(mul(a, db), mul(da, b)));
}

/** A function of one number from its value and its derivative, which is such a function again. */
function lift(f: (x: number) => number, derivative: (x: Num) => Num): (x: Num) => Num {
  const lifted = (x: Num): Num =>
    typeof x === "number" ? f(x) : dual(x.level, lifted(x.value), mul(derivative(x.value), x.slope));
  return lifted;
}

export const sin: (x: Num) => Num = lift(Math.sin, (x) => cos(x));
export const cos: (x: Num) => Num = lift(Math.cos, (x) => mul(-1, sin(x)));
export const exp: (x: Num) => Num = lift(Math.exp, (x) => exp(x));
/** (tanh x)' = 1 - tanh² x. */
export const tanh: (x: Num) => Num = lift(Math.tanh, (x) => add(1, mul(-1, mul(tanh(x), tanh(x)))));

/** The number alone: nothing is differentiated through it. */
export const plain = (x: Num): number => (typeof x === "number" ? x : plain(x.value));

export type Vector = readonly Num[];
export type VectorMap = (x: Vector) => Vector;

export const dot = (a: Vector, b: Vector): Num => a.reduce<Num>((sum, x, k) => add(sum, mul(x, b[k] ?? 0)), 0);

/** J(x) · v. */
export function push(f: VectorMap, x: Vector, v: Vector): Vector {
  const level = ++levels;
  return f(x.map((value, k): Num => ({ level, value, slope: v[k] ?? 0 }))).map((y) => parts(y, level)[1]);
}

/** J(x), row by row: J[i][j] = ∂yᵢ/∂xⱼ. */
export function matrix(f: VectorMap, x: Vector): readonly Vector[] {
  const columns = x.map((_, j) =>
    push(
      f,
      x,
      x.map((_x, k) => Number(k === j)),
    ),
  );
  return (columns[0] ?? []).map((_, i) => columns.map((column) => column[i] ?? 0));
}

/** Jᵀ(x) · u. */
export const pull = (f: VectorMap, x: Vector, u: Vector): Vector => {
  const rows = matrix(f, x);
  return x.map((_, j) =>
    dot(
      rows.map((row) => row[j] ?? 0),
      u,
    ),
  );
};
