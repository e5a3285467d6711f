/** `map`: a loop along the first axis with nothing carried from step to step. */
import { currentTrace } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import { graphError } from "../graph/messages.js";
import { buildTree, leavesOf, tensorStructure, withLeaves } from "../graph/trees.js";
import { namesOf, type Tensors, tensorsOf } from "./carry.js";
import { stepCount } from "./scan.js";
import type { MapFn } from "./signatures.js";

/**
 * `map(body, xs)`: what `body` makes of each slice of `xs` along the first axis, stacked along a new first axis. `xs` is a
 * tensor or a tree of tensors of one leading size; what the body gives is a tree too. One step is computed after the other,
 * with the memory of one; `vmap` computes all at once. The body may use tensors of the function around it; they are
 * differentiated like everything else.
 *
 * @shapes (x -> y, trees of [length, ...]) -> trees of [length, ...]
 * @formula yₜ = body(xₜ)
 * @derivative dyₜ = ∂body(xₜ) dxₜ
 */
export const map = ((body: (x: unknown) => unknown, xs: unknown) => {
  currentTrace("map");
  const along = tensorStructure(xs, "xs");
  if (leavesOf(along).length === 0) throw graphError("mapNothing", {});
  const length = stepCount("map", along);
  let ys: Tensors | undefined;
  const { stacked } = loop({ length, carry: [], along: tensorsOf(along), names: namesOf(along, "x") }, (_carry, x) => {
    ys = tensorStructure(body(buildTree(withLeaves(along, x))), "y");
    return { carry: [], stacked: tensorsOf(ys) };
  });
  if (ys === undefined) throw new Error("bug: the body of a map did not run");
  return buildTree(withLeaves(ys, stacked));
}) as unknown as MapFn; // public signature, see fn.ts
