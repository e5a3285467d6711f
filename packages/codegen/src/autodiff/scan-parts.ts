/**
 * A scan's operands and its body's parameters by group: captured, carried, walked along.
 *
 * Invariant: the three groups stand in this order, as ops/structure/scan.op.ts says.
 */
import type { Atom, Eqn, Func, ScanAttrs, Trace, Var } from "@tapeless/types/compiler";

/** The three groups of a scan's operands, or of its body's parameters. */
export interface Groups<T> {
  readonly consts: readonly T[];
  readonly carries: readonly T[];
  readonly xs: readonly T[];
}

export const groupsOf = <T>(
  items: readonly T[],
  { consts, carries }: Pick<ScanAttrs, "consts" | "carries">,
): Groups<T> => ({
  consts: items.slice(0, consts),
  carries: items.slice(consts, consts + carries),
  xs: items.slice(consts + carries),
});

export const flatGroups = <T>({ consts, carries, xs }: Groups<T>): readonly T[] => [...consts, ...carries, ...xs];

export const bodyOf = (eqn: Eqn): Func => {
  const [body] = eqn.funcs;
  if (body === undefined) throw new Error("bug: scan has no body");
  return body;
};

export interface ScanParts {
  readonly body: Func;
  readonly operands: Groups<Atom>;
  readonly length: ScanAttrs["length"];
  readonly reverse: boolean;
  readonly checkpoint?: ScanAttrs["checkpoint"];
}

/** Adds a scan equation from its groups. */
export function emitScan(
  trace: Trace,
  { body, operands, length, reverse, checkpoint }: ScanParts,
  names: readonly string[],
): readonly Var[] {
  const every = checkpoint === undefined ? {} : { checkpoint };
  const attrs = { length, consts: operands.consts.length, carries: operands.carries.length, reverse, ...every };
  return trace.emit({ op: "scan", inputs: flatGroups(operands), attrs, funcs: [body] }, names);
}

/** `filter`, with a name that says what is kept. */
export const pick = <T>(items: readonly T[], keep: (item: T, k: number) => boolean): readonly T[] => items.filter(keep);
