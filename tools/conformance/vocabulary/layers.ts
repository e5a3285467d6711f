/** Layers of the fixtures' vocabulary in the DSL. */
import {
  type AnyTensor,
  attention,
  batchNorm,
  embedding,
  groupNorm,
  layerNorm,
  linear,
  lstmCell,
  rmsNorm,
} from "@tapeless/types";
import { type Call, type Float, Unsupported, type Vocabulary } from "./call.js";

/** How many of the last axes the attr `axes` names; they must be those. */
function lastAxes(call: Call): number {
  const rank = call.float(0).shape.length;
  const axes = call.numbers("axes").map((axis) => (axis < 0 ? axis + rank : axis));
  const trailing = axes.toSorted((a, b) => a - b).every((axis, k) => axis === rank - axes.length + k);
  if (!trailing) throw new Unsupported(`${call.op} over axes ${axes} of ${rank}`);
  return axes.length;
}

const optional = (call: Call, k: number): Float | null => (call.has(k) ? call.float(k) : null);

/** The parameters of a layer over all of several last axes have the shape of those axes. */
export const layers: Vocabulary = {
  embedding: (call) => embedding(call.float(0), call.index(1)),
  linear: (call) => linear(call.float(0), call.float(1), optional(call, 2)),
  layerNorm: (call) => {
    const options = { rank: lastAxes(call), eps: call.number("eps") };
    return layerNorm(call.float(0), optional(call, 1), optional(call, 2), options);
  },
  rmsNorm: (call) => rmsNorm(call.float(0), optional(call, 1), { rank: lastAxes(call), eps: call.number("eps") }),
  batchNorm: (call) => {
    const options = { axis: call.number("axis"), eps: call.number("eps") };
    return batchNorm(call.float(0), optional(call, 1), optional(call, 2), options);
  },
  groupNorm: (call) => {
    const [groups, eps] = [call.number("groups"), call.number("eps")];
    return groupNorm(call.float(0), groups, optional(call, 1), optional(call, 2), { eps });
  },
  attention: (call) => {
    const options = { causal: call.flag("causal"), scale: call.number("scale") };
    return attention(call.float(0), call.float(1), call.float(2), options);
  },
  lstmCell: (call): readonly AnyTensor[] => {
    const [wx, wh] = [call.float(3), call.float(4)];
    const params = call.has(5) ? { wx, wh, b: call.float(5) } : { wx, wh };
    const { h, c } = lstmCell(call.float(0), { h: call.float(1), c: call.float(2) }, params);
    return [h, c];
  },
};
