/**
 * The two factors of a kernel that is one sum of products.
 *
 * Invariant: a factor is a load whose index holds axes alone, or else something that is computed where it is packed, from its
 * own lets; a kernel that only sums products has no others.
 */
import { type Combine, type Index, type Load, namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import { coneOf, namesIn } from "../../ir/kernel/mentions.js";
import type { KernelLet } from "../../ir/kernel/nodes.js";

export interface Factor {
  readonly value: ScalarExpr;
  /** The lets that it is made of, in their order. */
  readonly lets: readonly KernelLet[];
  /** All names that it moves with, also through lets. */
  readonly names: ReadonlySet<string>;
  /** What it is, where nothing is computed. */
  readonly load?: Load;
}

export interface Factors {
  readonly left: Factor;
  readonly right: Factor;
}

/** What is asked of a kernel here, on flat storage or not. */
export interface SumOfProducts {
  readonly lets: readonly KernelLet[];
  readonly writes: readonly {
    readonly index: Index | readonly Index[];
    readonly combine: "set" | Combine;
    readonly value: ScalarExpr;
  }[];
}

function factorOf(value: ScalarExpr, all: readonly KernelLet[]): Factor {
  const { lets, names } = coneOf(namesIn(value), all);
  const factor = { value, lets, names };
  return value.kind === "Load" && lets.length === 0 ? { ...factor, load: value } : factor;
}

export function factorsOf({ lets, writes }: SumOfProducts): Factors | undefined {
  const [write, ...others] = writes;
  if (write === undefined || others.length > 0 || write.combine !== "sum") return undefined;
  if (write.value.kind !== "Call" || write.value.fn !== "mul") return undefined;
  const [left, right] = write.value.args.map((arg) => factorOf(arg, lets));
  if (left === undefined || right === undefined) return undefined;
  const named = [write.index].flat().flatMap(namesOf);
  return lets.some(({ name }) => named.includes(name)) ? undefined : { left, right };
}

/** Those of a kernel that are not simply read. */
export const computedOf = ({ left, right }: Factors): readonly Factor[] =>
  [left, right].filter((factor) => factor.load === undefined);
