/**
 * Which values of a loop's known half its linear half makes again instead of having them kept: the policy, in one place.
 *
 * A value kept is stored in the first loop and loaded in the second, for every step. It is made again if that
 * - takes no more than the store and the load do (ir/kernel/cost.ts), which is what the fusion goes by as well: index
 *   arithmetic, comparisons, choices, casts, a few sums and products, a quotient, and reading elsewhere: slices, rows,
 *   broadcasts; never exp or a reduction; and
 * - needs nothing, or fewer bytes, beyond what is there anyway: constants, what the loop captures or walks along, what it
 *   stacks for others, and what the linear half needs in any case.
 * So the numbers of steps, masks of them, and slices at such places are never kept, nor is 1 - y² beside y.
 *
 * Invariant: what is made again is what it was. An f32 that was just computed has more digits than one that was loaded, so
 * a function that jumps (a comparison, an index) is not made again from an f32 unless both halves load that one.
 */
import {
  type Atom,
  addSize,
  type Eqn,
  equalSize,
  isNatural,
  mulSize,
  productSize,
  type Size,
  subSize,
  type Var,
} from "@tapeless/types/compiler";
import { elementBytes } from "../ir/kernel/bytes.js";
import { recomputeBudget } from "../ir/kernel/cost.js";
import { elementCost } from "./element-cost.js";

/** Bytes that it takes, over all steps, to have a value of the known half in the linear half too; 0 where it is there. */
export type BytesToKeep = (value: Var) => Size;

export const bytesOf = ({ shape, dtype }: Var): Size => mulSize(productSize(shape), elementBytes[dtype]);

const isLess = (a: Size, b: Size): boolean => !equalSize(a, b) && isNatural(subSize(b, a));

/** What having a value in the linear half takes beyond what is there anyway. */
interface Price {
  /** Values that have to be kept for it: itself, or those it is made of again. */
  readonly of: ReadonlySet<Var>;
  readonly operations: number;
  /** Does the first half load it from memory as well, or from where it is loaded, rather than compute it? */
  readonly isLoaded: boolean;
}

const nothing: ReadonlySet<Var> = new Set();
const free: Price = { of: nothing, operations: 0, isLoaded: true };

/** An operand that is one number is found once for all elements. */
function operandsPerElement(eqn: Eqn): readonly Atom[] {
  const isScalar = eqn.outs[0]?.shape.length === 0;
  return eqn.inputs.filter((input) => isScalar || input.shape.length > 0);
}

/** Values that the linear half has in any case, and among them those that its equations take. */
export interface There {
  readonly has: (value: Var) => boolean;
  readonly isDirect: (value: Var) => boolean;
}

const nowhere: There = { has: () => false, isDirect: () => false };

/** Decides, equation by equation, in the order of the program. */
export class Prices {
  private readonly prices = new Map<Atom, Price>();
  /** Bytes that keeping a value would save elsewhere. */
  private readonly savings = new Map<Var, Size>();

  constructor(
    private readonly bytesToKeep: BytesToKeep,
    private readonly there: There = nowhere,
  ) {}

  isFree(atom: Atom): boolean {
    return atom.kind === "Lit" || this.prices.get(atom)?.of.size === 0;
  }

  /** A parameter is loaded by both halves; but a lone f32 is a double until it is kept (passes/fuse/builder.ts). */
  addParam(param: Var): void {
    const price = this.kept(param);
    this.set(param, { ...price, isLoaded: price.of.size === 0 || param.shape.length > 0 });
  }

  /** A known equation: are its results made again where they are needed? */
  addEqn(eqn: Eqn): boolean {
    const [out] = eqn.outs;
    const again = out === undefined || eqn.outs.length > 1 ? undefined : this.again(eqn, out);
    for (const each of eqn.outs) this.set(each, again ?? this.kept(each));
    return again !== undefined;
  }

  /** Values that nothing needs by themselves, but of which several others are made: keeping them is less than keeping these. */
  worthKeeping(): readonly Var[] {
    return [...this.savings].flatMap(([value, saved]) => (isLess(this.bytesToKeep(value), saved) ? [value] : []));
  }

  private kept(value: Var): Price {
    const of = equalSize(this.bytesToKeep(value), 0) ? nothing : new Set([value]);
    return { of, operations: 1, isLoaded: false };
  }

  private set(value: Var, price: Price): void {
    this.prices.set(value, this.there.has(value) ? { ...price, of: nothing } : price);
  }

  /** The price of making the result again, if that can be done and pays. */
  private again(eqn: Eqn, out: Var): Price | undefined {
    const bytesKept = this.bytesToKeep(out);
    const cost = equalSize(bytesKept, 0) ? undefined : elementCost(eqn);
    if (cost === undefined) return undefined;
    const priceOf = (input: Atom): Price => this.prices.get(input) ?? free; // of literals
    const isLoaded = eqn.inputs.every((input) => input.dtype !== "f32" || priceOf(input).isLoaded);
    const operations = operandsPerElement(eqn).reduce((sum, input) => sum + priceOf(input).operations, cost.operations);
    if ((cost.jumps && !isLoaded) || operations > recomputeBudget) return undefined;
    const of = new Set(eqn.inputs.flatMap((input) => [...priceOf(input).of]));
    const bytes = [...of].reduce<Size>((sum, value) => addSize(sum, this.bytesToKeep(value)), 0);
    // Equal bytes: what no equation takes may as well be made again, for others may be made of the same.
    const pays =
      of.size === 0 || isLess(bytes, bytesKept) || (equalSize(bytes, bytesKept) && !this.there.isDirect(out));
    const [one] = of;
    if (!pays && one !== undefined && of.size === 1 && this.there.isDirect(out))
      this.savings.set(one, addSize(this.savings.get(one) ?? 0, bytesKept));
    return pays ? { of, operations, isLoaded: isLoaded && cost.isRead } : undefined;
  }
}
