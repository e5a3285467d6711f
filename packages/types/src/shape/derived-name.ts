/**
 * Names of sizes that follow from another size, by a root or a quotient that no polynomial can say. The name says how:
 * of n steps with a checkpoint every √n, `steps$n` go from one to the next and there are `segments$n` of them; with one every
 * 8 steps, `segments8$n`. In `2*n+1` the operators are written `$t`, `$p` and `$m`: `steps$2$tn$p1`.
 *
 * Invariant: equal formulas have equal names, and the value is known wherever the size is that it follows from. So such a name
 * needs no equation that binds it, means the same everywhere, and is as good as any other. Users' names have no `$`.
 */

/** A name, read: `of` is the text of the size that it follows from. */
export interface DerivedName {
  readonly what: "steps" | "segments";
  /** Steps from one checkpoint to the next. */
  readonly every: number | "sqrt";
  readonly of: string;
}

const written: Readonly<Record<string, string>> = { "*": "$t", "+": "$p", "-": "$m" };
const meant = new Map(Object.entries(written).map(([operator, code]) => [code, operator]));
const pattern = /^(steps|segments)(\d*)\$([\w$]+)$/;

export const writeDerived = ({ what, every, of }: DerivedName): string =>
  `${what}${every === "sqrt" ? "" : every}$${of.replace(/[*+-]/g, (operator) => written[operator] ?? "")}`;

export function readDerived(name: string): DerivedName | undefined {
  if (name.indexOf("$") < "steps".length) return undefined; // almost all names
  const [, what, every, of] = pattern.exec(name) ?? [];
  if ((what !== "steps" && what !== "segments") || of === undefined) return undefined;
  return {
    what,
    every: every === "" ? "sqrt" : Number(every),
    of: of.replace(/\$[tpm]/g, (code) => meant.get(code) ?? ""),
  };
}

/** ⌈√n⌉ steps, but one at least; ⌊n / steps⌋ segments. */
export function derivedValue({ what, every }: Pick<DerivedName, "what" | "every">, n: number): number {
  const steps = every === "sqrt" ? Math.max(1, Math.ceil(Math.sqrt(n))) : every;
  return what === "steps" ? steps : Math.floor(n / steps);
}
