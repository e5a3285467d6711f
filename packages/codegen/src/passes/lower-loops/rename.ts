/** Copies of statements' expressions with loop indices and scalars replaced: what unrolling by a number is made of. */
import { type Index, namedSize, type ScalarExpr, type Size, substituteSize } from "@tapeless/types/compiler";
import { mapIndices } from "../../ir/kernel/flat-kernel.js";

export interface Renaming {
  /** Loop indices and integer lets, in indices. */
  readonly indices: Readonly<Record<string, Size>>;
  /** Scalars. */
  readonly scalars: Readonly<Record<string, string>>;
}

export const keepNames: Renaming = { indices: {}, scalars: {} };

export const renameIndex = (index: Index, { indices }: Renaming): Index => substituteSize(index, indices);

function renameRefs(expr: ScalarExpr, scalars: Renaming["scalars"]): ScalarExpr {
  if (expr.kind === "Ref") return { ...expr, name: scalars[expr.name] ?? expr.name };
  return expr.kind === "Call" ? { ...expr, args: expr.args.map((arg) => renameRefs(arg, scalars)) } : expr;
}

export const renameExpr = (expr: ScalarExpr, renaming: Renaming): ScalarExpr =>
  renameRefs(
    mapIndices(expr, (index) => renameIndex(index, renaming)),
    renaming.scalars,
  );

/** A renaming that also gives `names` new names, both as scalars and in indices. */
export function withFresh(base: Renaming, names: readonly string[], fresh: (name: string) => string): Renaming {
  const pairs = names.map((name) => [name, fresh(name)] as const);
  return {
    indices: { ...base.indices, ...Object.fromEntries(pairs.map(([name, to]) => [name, namedSize(to)])) },
    scalars: { ...base.scalars, ...Object.fromEntries(pairs) },
  };
}
