/** Blocks of pixels as channels, and back: an image made coarser or finer without losing anything. */
import { emit } from "../graph/emit.js";
import { asTraced } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { type BlockOrder, blocksOf, type DepthToSpaceFn, grown, imageOf, type SpaceToDepthFn } from "../shape/pool.js";
import type { AnyTensor } from "../shape/tensor.js";

interface BlockOptions {
  readonly order?: BlockOrder;
}

/**
 * Blocks of channels as blocks of pixels. With `order: "dcr"` (when left out) the channels of a place in the block stand
 * together, with `"crd"` the places of a channel, as in a pixel shuffle.
 *
 * @shapes x: [n, c · b², h, w], block: b -> [n, c, h · b, w · b]
 * @formula y[n, c, h · b + i, w · b + j] = x[n, (i · b + j) · C + c, h, w]; with "crd" x[n, c · b² + i · b + j, h, w]
 * @derivative dy is dx, moved alike
 */
export const depthToSpace = publicFunction<DepthToSpaceFn>(
  (x: AnyTensor, block: number, { order = "dcr" }: BlockOptions = {}) => {
    const tensor = asTraced(x, "depthToSpace");
    const [n, c, h, w] = imageOf("depthToSpace", tensor.sizes);
    const each = blocksOf("depthToSpace", 1, c, block * block);
    const channels = order === "dcr" ? [block, block, each] : [each, block, block];
    const split = emit("reshape", [tensor], { shape: [n, ...channels, h, w] });
    // [n, c, h, i, w, j]
    const moved = emit("permute", [split], { perm: order === "dcr" ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3] });
    return emit("reshape", [moved], { shape: [n, each, grown(h, block), grown(w, block)] });
  },
);

/**
 * Blocks of pixels as blocks of channels, the inverse of `depthToSpace`.
 *
 * @shapes x: [n, c, h · b, w · b], block: b -> [n, c · b², h, w]
 * @formula y[n, (i · b + j) · C + c, h, w] = x[n, c, h · b + i, w · b + j]; with "crd" y[n, c · b² + i · b + j, h, w]
 * @derivative dy is dx, moved alike
 */
export const spaceToDepth = publicFunction<SpaceToDepthFn>(
  (x: AnyTensor, block: number, { order = "dcr" }: BlockOptions = {}) => {
    const tensor = asTraced(x, "spaceToDepth");
    const [n, c, h, w] = imageOf("spaceToDepth", tensor.sizes);
    const [rows, columns] = [blocksOf("spaceToDepth", 2, h, block), blocksOf("spaceToDepth", 3, w, block)];
    const split = emit("reshape", [tensor], { shape: [n, c, rows, block, columns, block] });
    const moved = emit("permute", [split], { perm: order === "dcr" ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4] });
    return emit("reshape", [moved], { shape: [n, grown(c, block * block), rows, columns] });
  },
);
