/** W6: layer normalisation of 512 rows of 1024 elements, weighed. */
import { f32, fn, layerNorm, mul, sum, valueAndGrad } from "tapeless";

const input = { X: f32([512, 1024]), g: f32([1024]), b: f32([1024]), T: f32([512, 1024]) };

const loss = fn(input, ({ X, g, b, T }) => sum(mul(layerNorm(X, g, b), T)));

export const lossAndGrad = valueAndGrad(loss, ["X", "g", "b"]);
