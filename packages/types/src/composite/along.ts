/** One axis brought to the front and back: loops go along the first axis, and so do the rows that `gather` picks. */
import { vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";

/** The tensor with an axis in front of the others; as it is where it is there already. */
export function axisFirst(x: Value, axis: number): Value {
  if (axis === 0) return x;
  const others = x.sizes.map((_, k) => k).filter((k) => k !== axis);
  return vocabulary().permute(x, { perm: [axis, ...others] });
}

/** The first `count` axes brought to where `axis` is: undoes `axisFirst` with a count of 1. */
export function axisBack(x: Value, axis: number, count = 1): Value {
  if (axis === 0) return x;
  const axes = x.sizes.map((_, k) => k);
  return vocabulary().permute(x, {
    perm: [...axes.slice(count, count + axis), ...axes.slice(0, count), ...axes.slice(count + axis)],
  });
}
