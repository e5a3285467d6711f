/** W1b: the product of two vectors of fourteen elements. */
import { dot, f32, fn, valueAndGrad } from "tapeless";

const loss = fn({ x: f32([14]), y: f32([14]) }, ({ x, y }) => dot(x, y));

export const lossAndGrad = valueAndGrad(loss, ["x", "y"]);
