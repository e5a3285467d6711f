/**
 * Contractions: sums of products of two operands, each with axes that the other lacks. They get a loop nest of their
 * own, and operands that are plain buffers, since each element is read many times.
 *
 * Invariant: judged on the op's own definition, before anything is inlined.
 */
import { namedSize, namesOf, type ScalarExpr, type Var } from "@tapeless/types/compiler";
import { Dag } from "./dag.js";
import type { Reader } from "./recipe.js";
import type { Region } from "./region.js";
import type { KernelRoot } from "./roots.js";
import { axisSizes, type Factors, ownIndex, type Read } from "./solo.js";

/** Runs `make` with a reader that inlines nothing; what it read, by the load that stands for it. */
function withRawReads(make: (reader: Reader) => ScalarExpr): {
  readonly expr: ScalarExpr;
  readonly reads: ReadonlyMap<ScalarExpr, Read>;
} {
  const reads = new Map<ScalarExpr, Read>();
  const dag = new Dag();
  const reader: Reader = {
    read: (atom, index) => {
      if (atom.kind === "Lit") return { kind: "Const", value: atom.value, dtype: atom.dtype };
      const load: ScalarExpr = { kind: "Load", buffer: "operand", index, dtype: atom.dtype };
      reads.set(load, { value: atom, index });
      return load;
    },
    asIndex: (value) =>
      value.kind === "Const" ? value.value : namedSize(dag.nameInteger(value, () => `$n${dag.size}`)),
  };
  return { expr: make(reader), reads };
}

/** The two factors of a contraction; `undefined` for everything else. */
function factorsOf(root: KernelRoot): readonly Read[] | undefined {
  if (root.combine !== "sum") return undefined;
  const { expr, reads } = withRawReads((reader) => root.produce(reader, ownIndex(root.domain)).value);
  if (expr.kind !== "Call" || expr.fn !== "mul") return undefined;
  const [left, right] = expr.args.map((arg) => reads.get(arg));
  if (left === undefined || right === undefined) return undefined;
  const names = (read: Read): readonly string[] => read.index.flatMap(namesOf);
  const [inLeft, inRight] = [names(left), names(right)];
  const axes = [...axisSizes(root.domain).keys()];
  const own = (mine: readonly string[], other: readonly string[]): boolean =>
    axes.some((axis) => mine.includes(axis) && !other.includes(axis));
  const reduced = axes.some((axis) => inLeft.includes(axis) && inRight.includes(axis));
  return reduced && own(inLeft, inRight) && own(inRight, inLeft) ? [left, right] : undefined;
}

function knownFactors(root: KernelRoot, known: Factors): readonly Read[] | undefined {
  if (!known.has(root.key)) known.set(root.key, factorsOf(root));
  return known.get(root.key);
}

/** Is a root a sum of products of two operands, each with axes that the other lacks? */
export const isContraction = (root: KernelRoot): boolean => factorsOf(root) !== undefined;

/** The variable behind maps that only move indices; `undefined` at a literal. */
function behindIndexMaps(region: Region, value: Var): Var | undefined {
  const place = region.placeOf(value);
  if (place.place === "literal") return undefined;
  if (place.place !== "inline") return value;
  const own = ownIndex(value.shape);
  const { expr, reads } = withRawReads((reader) => place.recipe.element(reader, own));
  const read = reads.get(expr);
  const affine = read?.index.every((index) => namesOf(index).every((name) => !name.startsWith("$n"))) === true;
  if (read === undefined || !affine) return value;
  const behind = behindIndexMaps(region, read.value);
  // A map that computes stays; what only moves the indices of a stored value is read through.
  return behind;
}

/** Operands of a contraction that must be stored; `undefined` when the root is no contraction. */
export function operandsToStore(region: Region, root: KernelRoot, known: Factors): readonly Var[] | undefined {
  return knownFactors(root, known)?.flatMap((factor) => {
    const behind = behindIndexMaps(region, factor.value);
    return behind !== undefined && region.placeOf(behind).place === "inline" ? [behind] : [];
  });
}
