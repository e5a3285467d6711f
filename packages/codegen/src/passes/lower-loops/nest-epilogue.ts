/**
 * The epilogue of a kernel that is a nest of loops: what is made of a total where it is complete.
 *
 * Invariant: its lets stand at the depth of their innermost axis, as the kernel's do; of the kernel's sums it loads none, but
 * takes them by name.
 */
import type { ScalarExpr } from "@tapeless/types/compiler";
import { type FlatKernel, flatParts, mapLoads } from "../../ir/kernel/flat-kernel.js";
import { bind, type Stmt, store } from "../../ir/loop/index.js";
import { type PlacedKernel, type PlacingContext, placeLets } from "./hoist.js";
import { keepNames, type Renaming, renameExpr, renameIndex, withFresh } from "./rename.js";

/** What an element of a buffer is called where it is complete. */
export type Totals = ReadonlyMap<string, ScalarExpr>;

export class NestEpilogue {
  private constructor(
    private readonly kernel: PlacedKernel,
    private readonly context: PlacingContext,
  ) {}

  static of(kernel: FlatKernel, context: PlacingContext): NestEpilogue | undefined {
    const [, epilogue] = flatParts(kernel);
    return epilogue && new NestEpilogue(placeLets(epilogue, context), context);
  }

  private get depth(): number {
    return this.kernel.axes.length;
  }

  /** What does not change in the inner loops, of those lets that stand under `depth` loops. */
  outer(depth: number): readonly Stmt[] {
    if (depth >= this.depth) return [];
    return this.kernel.placed.filter((each) => each.depth === depth).map((each) => bind(each.name, each.value));
  }

  /** One element, given its totals. */
  at(totals: Totals): readonly Stmt[] {
    return this.body(totals, keepNames);
  }

  /** The element at `position` of the innermost axis, with lets of its own. */
  column(position: number, totals: Totals): readonly Stmt[] {
    const axis = this.kernel.axes.at(-1)?.name ?? "";
    const inner = this.kernel.placed.filter((each) => each.depth === this.depth).map((each) => each.name);
    return this.body(totals, withFresh({ indices: { [axis]: position }, scalars: {} }, inner, this.context.fresh));
  }

  private body(totals: Totals, renaming: Renaming): readonly Stmt[] {
    const here = (value: ScalarExpr): ScalarExpr =>
      mapLoads(renameExpr(value, renaming), (load) => totals.get(load.buffer) ?? load);
    const lets = this.kernel.placed
      .filter((each) => each.depth === this.depth)
      .map((each) => bind(renaming.scalars[each.name] ?? each.name, here(each.value)));
    const stores = this.kernel.writes.map((write) =>
      store(write.buffer, renameIndex(write.index, renaming), here(write.value)),
    );
    return [...lets, ...stores];
  }
}
