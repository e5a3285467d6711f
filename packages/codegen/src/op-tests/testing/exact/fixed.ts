/**
 * Real numbers in binary fixed point, for references: as many digits behind the point as the least double has, and 200
 * bits more, so that even the least double is had to 60 digits. Nothing here uses `Math` or what it is to judge.
 */

/** Bits behind the point. */
const bits = 1280;
const point = BigInt(bits);

/** A number times 2^1280. */
export type Fixed = bigint;

export const one: Fixed = 1n << point;

const view = new DataView(new ArrayBuffer(8));

/** A double as it is: none of its digits is lost. */
export function exact(x: number): Fixed {
  if (!Number.isFinite(x)) throw new RangeError(`${x} is no real number`);
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const whole = exponent === 0 ? fraction : fraction | (1n << 52n);
  const size = whole << (point + BigInt(Math.max(exponent, 1) - 1075));
  return word >> 63n === 1n ? -size : size;
}

const size = (x: Fixed): Fixed => (x < 0n ? -x : x);

const lengthOf = (x: Fixed): number => {
  const hex = x.toString(16);
  return 4 * hex.length - Math.clz32(Number.parseInt(hex[0] ?? "0", 16)) + 28;
};

/** How far `got` is from the real number `want`, in units in the last place that a double near `want` has. */
export function ulpsApart(got: number, want: Fixed): number {
  const exponent = Math.max(lengthOf(size(want)) - bits, -1021); // |want| < 2^exponent
  const unit = point + BigInt(exponent - 53);
  if (exponent > 1024) return Math.abs(got) === Number.POSITIVE_INFINITY && got > 0 === want > 0n ? 0 : Number.NaN;
  if (!Number.isFinite(got)) return Number.NaN;
  return Number(((exact(got) - want) << 20n) >> unit) / 2 ** 20;
}

export const times = (x: Fixed, y: Fixed): Fixed => (x * y) >> point;
export const over = (x: Fixed, y: Fixed): Fixed => (x << point) / y;

/** The root by Newton's method, from above. */
function integerRoot(square: bigint): bigint {
  if (square === 0n) return 0n;
  let root = 1n << BigInt((lengthOf(square) >> 1) + 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export const rootOf = (x: Fixed): Fixed => integerRoot(x << point);

/** √(x² + y²) of which no digit is lost before the root. */
export const lengthTo = (x: Fixed, y: Fixed): Fixed => integerRoot(x * x + y * y);

/** Terms from the first on until they are 0: each is had from the one before and its number. */
function series(first: Fixed, next: (term: Fixed, n: bigint) => Fixed): Fixed {
  let sum = 0n;
  let n = 0n;
  for (let term = first; term !== 0n && term !== -1n; term = next(term, n)) {
    sum += term;
    n += 1n;
  }
  return sum;
}

const arctangentOfOneOver = (n: bigint): Fixed => {
  let sum = 0n;
  let power = one / n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += k % 4n === 1n ? power / k : -(power / k);
    power /= n * n;
  }
  return sum;
};

/** By J. Machin's formula. */
export const pi: Fixed = 4n * (4n * arctangentOfOneOver(5n) - arctangentOfOneOver(239n));

/** e^2048 stands for all that is beyond the doubles, and so does its reciprocal. */
const farthest = 2048n << point;

/** eˣ: of |x| divided by 2^k, squared k times. */
export function exponential(x: Fixed): Fixed {
  const given = size(x) < farthest ? size(x) : farthest;
  const halvings = BigInt(Math.max(lengthOf(given) - bits, 0) + 24);
  const small = given >> halvings;
  let power = series(one, (term, n) => times(term, small) / n);
  for (let k = 0n; k < halvings; k++) power = times(power, power);
  return x < 0n ? over(one, power) : power;
}

/** √(2π) e^(x²/2), by which more digits are kept than by its reciprocal, the density φ of the normal distribution. */
const rarity = (x: Fixed): Fixed => times(rootOf(2n * pi), exponential(times(x, x) >> 1n));

export const density = (x: Fixed): Fixed => over(one, rarity(x));

/** Where Φ and the error function differ from their limits by less than the least double. */
const settled = 40n << point;

/** Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …), all of whose terms have one sign. */
export function distribution(x: Fixed): Fixed {
  if (size(x) > settled) return x < 0n ? 0n : one;
  const square = times(x, x);
  const sum = series(x, (term, n) => times(term, square) / (2n * n + 1n));
  return one / 2n + over(sum, rarity(x));
}

/** 2/√π ∫₀ˣ e^(-t²) dt = 2 e^(-x²)/√π (x + 2x³/3 + 4x⁵/(3·5) + …). */
export function errorFunction(x: Fixed): Fixed {
  if (size(x) > settled) return x < 0n ? -one : one;
  const square = times(x, x);
  const sum = series(x, (term, n) => (2n * times(term, square)) / (2n * n + 1n));
  return over(2n * sum, times(rootOf(pi), exponential(square)));
}
