/** W7: the product of two matrices 512 × 512, forward and backward. */
import { f32, fn, matmul, mul, sum, valueAndGrad } from "tapeless";

const matrix = f32([512, 512]);

const loss = fn({ A: matrix, B: matrix, T: matrix }, ({ A, B, T }) => sum(mul(matmul(A, B), T)));

export const lossAndGrad = valueAndGrad(loss, ["A", "B"]);
