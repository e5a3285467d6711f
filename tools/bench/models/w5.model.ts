/** W5: Σ tanh(xy + z) σ(x) over a million elements. */
import { add, f32, fn, mul, sigmoid, sum, tanh, valueAndGrad } from "tapeless";

const vector = f32([1_000_000]);

const loss = fn({ x: vector, y: vector, z: vector }, ({ x, y, z }) => sum(mul(tanh(add(mul(x, y), z)), sigmoid(x))));

export const lossAndGrad = valueAndGrad(loss, ["x", "y", "z"]);
