/** Functions of one number: the table of derivatives and the chain rule. Their code is straight lines. */
import {
  add,
  cosh,
  div,
  exp,
  f64,
  fn,
  log,
  mul,
  neg,
  pow,
  sin,
  sinh,
  slice,
  square,
  squeeze,
  sub,
  type Tensor,
  valueAndGrad,
} from "tapeless";

type Scalar = Tensor<[], "f64">;

/** Value and derivative of a function of one number. */
const derivative = (f: (x: Scalar) => Scalar) =>
  valueAndGrad(
    fn({ x: f64([]) }, ({ x }) => f(x)),
    ["x"],
  );

/** (3x)' = 3. */
export const multiple = derivative((x) => mul(3, x));

/** (x³)' = 3x². */
export const cube = derivative((x) => pow(x, 3));

/** (1/x)' = -1/x². */
export const reciprocal = derivative((x) => div(1, x));

/** (x⁴ + 3x)' = 4x³ + 3. */
export const sumRule = derivative((x) => add(pow(x, 4), mul(3, x)));

/** (x⁴ - 3x)' = 4x³ - 3. */
export const differenceRule = derivative((x) => sub(pow(x, 4), mul(3, x)));

/** ((x³·x + 3x)(2x² - 1))' = (4x³ + 3)(2x² - 1) + (x⁴ + 3x)·4x. */
export const productRule = derivative((x) => mul(add(mul(pow(x, 3), x), mul(3, x)), sub(mul(2, square(x)), 1)));

/** cosh' = sinh. */
export const hyperbolicCosine = derivative((x) => cosh(x));

/** sinh' = cosh. */
export const hyperbolicSine = derivative((x) => sinh(x));

/** σ(x) = 1 / (1 + e⁻ˣ): σ' = σ(1 - σ). */
export const logistic = derivative((x) => div(1, add(1, exp(neg(x)))));

/** (ln x²)' = 2/x. */
export const logOfSquare = derivative((x) => log(square(x)));

/** (2(x² + 9)³)' = 6(x² + 9)²·2x. */
export const cubeOfQuadratic = derivative((x) => mul(2, pow(add(square(x), 9), 3)));

/** (ln sin²(x³))' = 6x² cos(x³) / sin(x³): a chain of four links. */
export const chainOfFour = derivative((x) => log(square(sin(pow(x, 3)))));

/** (x·e^(x²))' = e^(x²)(2x² + 1): x reaches the result on two ways, and both count. */
export const twoWays = derivative((x) => mul(x, exp(mul(x, x))));

const entry = (x: Tensor<[3], "f64">, i: 0 | 1 | 2): Scalar => squeeze(slice(x, 0, i, i + 1)) as Scalar; // one element

/** y = u₁u₂ + ln(u₃ + 2) of u(x): dy/dxᵢ = Σⱼ dy/duⱼ · duⱼ/dxᵢ. */
export const severalWays = valueAndGrad(
  fn({ x: f64([3]) }, ({ x }) => {
    const [x0, x1, x2] = [entry(x, 0), entry(x, 1), entry(x, 2)];
    const u1 = mul(x0, x1);
    const u2 = add(sin(x2), x0);
    const u3 = exp(mul(neg(x1), x2));
    return add(mul(u1, u2), log(add(u3, 2)));
  }),
  ["x"],
);

/** ∂y/∂xᵢ of y = x₀³x₁ + sin(x₂x₀), each as a limit of its own. */
export const partials = valueAndGrad(
  fn({ x: f64([3]) }, ({ x }) => {
    const [x0, x1, x2] = [entry(x, 0), entry(x, 1), entry(x, 2)];
    return add(mul(pow(x0, 3), x1), sin(mul(x2, x0)));
  }),
  ["x"],
);
