/** An axis cut into consecutive pieces. */
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { addSize, type Size } from "../shape/size.js";
import { type ChunkFn, chunkPart, type SplitFn, splitAxis } from "../shape/split.js";
import type { AnyTensor } from "../shape/tensor.js";
import { part } from "./pad.js";

function pieces(x: TracedTensor, axis: number, sizes: readonly Size[]): readonly TracedTensor[] {
  let start: Size = 0;
  return sizes.map((size) => {
    const piece = part(x, axis, start, size);
    start = addSize(start, size);
    return piece;
  });
}

/**
 * Consecutive pieces of an axis (the first when left out), of the given sizes, which must add up to the axis.
 *
 * @shapes x: [..., n, ...], sizes: (n₀, n₁, …) -> ([..., n₀, ...], [..., n₁, ...], …)
 * @formula yₖ[i] = x[n₀ + … + nₖ₋₁ + i]
 * @derivative dyₖ[i] = dx[n₀ + … + nₖ₋₁ + i]
 */
export const split = publicFunction<SplitFn>((x: AnyTensor, sizes: readonly number[], axis = 0) => {
  const tensor = asTraced(x, "split");
  return pieces(tensor, splitAxis(tensor.sizes, sizes, axis), sizes);
});

/**
 * An axis (the first when left out) in `count` equal parts.
 *
 * @shapes x: [..., n, ...] -> ([..., n / count, ...], …)
 * @formula yₖ[i] = x[k · n / count + i]
 * @derivative dyₖ[i] = dx[k · n / count + i]
 */
export const chunk = publicFunction<ChunkFn>((x: AnyTensor, count: number, axis = 0) => {
  const tensor = asTraced(x, "chunk");
  const { index, part: size } = chunkPart(tensor.sizes, count, axis);
  return pieces(
    tensor,
    index,
    Array.from({ length: count }, () => size),
  );
});
