/** W1a: the quadratic form xᵀMx of three dimensions. */
import { f32, fn, matmul, mul, sum, valueAndGrad } from "tapeless";

const loss = fn({ x: f32([3]), M: f32([3, 3]) }, ({ x, M }) => sum(mul(x, matmul(M, x))));

export const lossAndGrad = valueAndGrad(loss, ["x"]);
