import { f64, fn, matmul, mul, sum, valueAndGrad } from "tapeless";

/** The quadratic form xᵀMx. */
export const energy = fn({ x: f64([2]), M: f64([2, 2]) }, ({ x, M }) => sum(mul(x, matmul(M, x))));

/** Its value and its gradient in x. */
export const energyAndGrad = valueAndGrad(energy, "x");
