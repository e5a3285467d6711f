/** The first position over some axes at which a condition holds: what max, min and their indices are differentiated by. */
import type { Value, Vocabulary } from "../../graph/op.js";
import type { Attrs } from "../../node/attrs.js";
import { mulSize, productSize, type Size } from "../../shape/size.js";
import { intsAttr } from "../attrs.js";
import { spread } from "./reduction.js";

/** Each element's position over the reduced axes, counted in row-major order. */
function positions(o: Vocabulary, shape: readonly Size[], axes: readonly number[]): Value {
  let stride: Size = 1;
  let total: Value | undefined;
  for (const axis of axes.toReversed()) {
    const iota = o.iota({ shape, axis });
    const term = stride === 1 ? iota : o.mul(iota, sizeLiteral(o, stride, shape));
    total = total === undefined ? term : o.add(total, term);
    stride = mulSize(stride, shape[axis] ?? 1);
  }
  return total ?? o.broadcastTo(0, { shape, axes: [], dtype: "i32" });
}

/** A size as an i32 tensor: a literal, or the named dimension's value. */
const sizeLiteral = (o: Vocabulary, size: Size, shape: readonly Size[]): Value | number =>
  typeof size === "number" ? size : o.sizeOf({ size, shape });

/** The first position at which `x` equals its extreme value (or is NaN). */
export function firstIndex(o: Vocabulary, x: Value, extreme: Value, attrs: Attrs): Value {
  const axes = intsAttr(attrs, "axes");
  const hit = o.logicalOr(o.equal(x, spread(o, extreme, x.sizes, attrs)), o.notEqual(x, x));
  const count = productSize(axes.map((axis) => x.sizes[axis] ?? 1));
  const none = sizeLiteral(o, count, x.sizes);
  return o.min(o.where(hit, positions(o, x.sizes, axes), none), attrs);
}

/** 1 at the given position over the reduced axes, 0 elsewhere, in the dtype of `x`. */
export function firstMask(o: Vocabulary, index: Value, x: Value, attrs: Attrs): Value {
  const here = positions(o, x.sizes, intsAttr(attrs, "axes"));
  return o.cast(o.equal(here, spread(o, index, x.sizes, attrs)), { dtype: x.dtype });
}
