/** W6: the softmax of 512 rows of 1024 elements, weighed. */
import { f32, fn, mul, softmax, sum, valueAndGrad } from "tapeless";

const loss = fn({ X: f32([512, 1024]), T: f32([512, 1024]) }, ({ X, T }) => sum(mul(softmax(X, -1), T)));

export const lossAndGrad = valueAndGrad(loss, ["X"]);
