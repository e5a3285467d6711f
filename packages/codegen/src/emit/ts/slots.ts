/**
 * Places in the arena that several calls speak of, under names: `f32, slot3` says more than the sum that leads there.
 *
 * Invariant: a name stands for what depends on dimensions alone, so it is bound once, before the first step.
 */
import { addSize, namesOf, type Size, showSize } from "@tapeless/types/compiler";
import { type LoopProgram, loopLanguage } from "../../ir/loop/index.js";
import { type Place, sizeExpr, type TsScope } from "./scope.js";
import { declare, type TsStmt } from "./tree.js";

/** A place that is named less often is written out: its declaration would take more room than it saves. */
const fewestUses = 3;

/** Declares the slots of a program; `scope` knows them from then on. */
export function declareSlots(
  { steps, sizes }: LoopProgram,
  places: ReadonlyMap<string, Place>,
  scope: TsScope,
): readonly TsStmt[] {
  const dimensions = new Set(sizes);
  const uses = new Map<string, { readonly start: Size; count: number }>();
  for (const step of steps) {
    for (const node of loopLanguage.walk(step)) {
      const place = node.kind === "BufferArg" ? places.get(node.buffer) : undefined;
      if (node.kind !== "BufferArg" || place === undefined) continue;
      const start = addSize(place.start, node.offset);
      if (typeof start === "number" || !namesOf(start).every((name) => dimensions.has(name))) continue;
      const known = uses.get(showSize(start)) ?? { start, count: 0 };
      known.count++;
      uses.set(showSize(start), known);
    }
  }
  return [...uses].flatMap(([text, { start, count }]) => {
    if (count < fewestUses) return [];
    const name = scope.names.take("slot");
    scope.slots.set(text, name);
    return [declare("const", name, sizeExpr(start, scope))];
  });
}
