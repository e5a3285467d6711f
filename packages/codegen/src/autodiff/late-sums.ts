/**
 * Carries of a loop that are only added to, and which of them are summed after the loop: the policy, in one place.
 *
 * Invariant: a loop keeps at most as much again of each step as it goes along with anyway.
 */
import { type Atom, type Eqn, isFloat, type Var } from "@tapeless/types/compiler";
import { type LateTerm, lateTerm, valuesOf } from "./late-terms.js";
import { bytesOfAll, elementsOf, isAtMost, smallest } from "./step-sizes.js";
import type { StepValues } from "./step-values.js";

/** A carry that is only added to. */
export interface Sum {
  readonly carry: number;
  readonly param: Var;
  readonly terms: readonly { readonly op: "add" | "sub"; readonly term: LateTerm }[];
  /** The equations that add. */
  readonly adding: readonly Eqn[];
}

/** What an equation does to a sum that is one of its operands. */
function stepOf(step: StepValues, { op, inputs: [a, b] }: Eqn, sum: Var): Sum["terms"][number] | undefined {
  if (a === undefined || b === undefined || !(op === "add" || (op === "sub" && a === sum))) return undefined;
  const term = lateTerm(step, a === sum ? b : a);
  return term && { op, term };
}

/** The carry as a sum: through equations that add products, each of which alone uses it, it comes out. */
export function sumIn(step: StepValues, carry: number): Sum | undefined {
  const param = step.params.carries[carry];
  if (param === undefined || !isFloat(param)) return undefined;
  const adding: Eqn[] = [];
  const terms: Sum["terms"][number][] = [];
  for (let at = param; ; ) {
    const [user, ...others] = step.usersOf(at);
    if (others.length > 0) return undefined;
    const isEnd = user === undefined && adding.length > 0 && at === step.body.outs[carry];
    if (user === undefined) return isEnd ? { carry, param, terms, adding } : undefined;
    const term = stepOf(step, user, at);
    const [next] = user.outs;
    if (term === undefined || next === undefined) return undefined;
    terms.push(term);
    adding.push(user);
    at = next;
  }
}

/** Which sums come after the loop, and what its steps keep for them besides what there is of all steps anyway. */
export class Choice {
  readonly sums = new Set<Sum>();
  readonly added = new Set<Var>();
  private readonly factors = new Set<Var>();
  private readonly there: readonly Atom[];

  constructor({ params, stacked }: StepValues, candidates: readonly Sum[]) {
    this.there = [...params.xs, ...stacked];
    const next = (): Sum | undefined => candidates.find((sum) => !this.sums.has(sum) && this.pays(sum));
    for (let sum = next(); sum !== undefined; sum = next()) {
      for (const each of this.moreFor(sum)) this.added.add(each);
      for (const each of factorsOf(sum)) this.factors.add(each);
      this.sums.add(sum);
    }
  }

  private moreFor(sum: Sum): readonly Var[] {
    return [...new Set(factorsOf(sum))].filter((each) => !this.there.includes(each) && !this.added.has(each));
  }

  /**
   * A step keeps at most half as many elements as the sum has, which it would read and write. The limit is a judgement: timed with 64
   * units, there was a gain with few rows, and none that could be told from about half as many rows as units on (adr/0021). What
   * is only summed is a factor too: nothing is kept for that alone.
   */
  private pays(sum: Sum): boolean {
    const factors = factorsOf(sum);
    const isThere = (value: Var): boolean => factors.includes(value) || this.factors.has(value);
    if (!summedOf(sum).every(isThere)) return false;
    const more = this.moreFor(sum);
    if (more.length === 0) return true;
    const elements = elementsOf([sum.param]);
    const hasRoom = isAtMost(bytesOfAll([...this.added, ...more]), bytesOfAll(this.there));
    return elements >= smallest && 2 * elementsOf(more) <= elements && hasRoom;
  }
}

const factorsOf = ({ terms }: Sum): readonly Var[] => terms.flatMap(({ term }) => valuesOf(term, "product"));
const summedOf = ({ terms }: Sum): readonly Var[] => terms.flatMap(({ term }) => valuesOf(term, "sum"));
