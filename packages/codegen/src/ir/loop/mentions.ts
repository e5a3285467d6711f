/** Names in indices and sizes. Invariant: every place where a node holds an index or a size is looked at. */
import { namesOf, type Size } from "@tapeless/types/compiler";
import { loopLanguage } from "./language.js";
import type { LoopNode } from "./nodes.js";

function sizesOf(node: LoopNode): readonly (Size | undefined)[] {
  switch (node.kind) {
    case "For":
      return [node.from, node.to];
    case "Load":
      return node.index;
    case "Position":
    case "Store":
    case "Accumulate":
      return [node.index];
    case "BufferArg":
      return [node.offset];
    case "SizeArg":
      return [node.value];
    case "RepeatSteps":
      return [node.length];
    case "WhileSteps":
      return [node.bound];
    case "Reserve":
      return [node.size];
    default:
      return []; // no other kind of node holds an index
  }
}

/** The names that indices and sizes of a node and of all below it mention. */
export const namesInSizes = (node: LoopNode): readonly string[] =>
  loopLanguage.walk(node).flatMap((each) => sizesOf(each).flatMap((size) => (size === undefined ? [] : namesOf(size))));
