/**
 * Einsum as contractions of two operands at a time.
 *
 * What concerns one operand alone is done first: diagonals are taken, letters that nobody else has are summed over. Then
 * pairs are contracted until one tensor is left, in the order with the fewest multiplications that there is, if there
 * are up to five operands, else always the cheapest pair next.
 */
import { vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { type EinsumFn, type EinsumTerms, einsumTerms } from "../shape/einsum.js";
import { equalSize, evalSize, namesOf, type Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";

/** A tensor with the letters of its axes. */
interface Term {
  readonly value: Value;
  readonly letters: readonly string[];
}

type Letters = readonly string[];

// ---- one operand

/** A diagonal for each letter that stands twice. */
function withoutRepeats({ value, letters }: Term): Term {
  const first = letters.findIndex((letter, axis) => letters.includes(letter, axis + 1));
  if (first < 0) return { value, letters };
  const letter = letters[first] ?? "";
  const second = letters.indexOf(letter, first + 1);
  const o = vocabulary();
  const others = [...letters.keys()].filter((axis) => axis !== first && axis !== second);
  const last = o.permute(value, { perm: [...others, first, second] });
  const kept = others.map((axis) => letters[axis] ?? "");
  return withoutRepeats({ value: o.diagonal(last, { k: 0 }), letters: [...kept, letter] });
}

/** Broadcast axes that are 1 here and longer elsewhere are left out: the contraction repeats the operand anyway. */
function withoutStretched({ value, letters }: Term, sizes: EinsumTerms["sizes"]): Term {
  const stays = letters.map((letter, axis) => equalSize(value.sizes[axis] ?? 1, sizes.get(letter) ?? 1));
  if (!stays.includes(false)) return { value, letters };
  const shape = value.sizes.filter((_, axis) => stays[axis]);
  return { value: vocabulary().reshape(value, { shape }), letters: letters.filter((_, axis) => stays[axis]) };
}

/** Sums over the letters that nobody needs. */
function summed({ value, letters }: Term, needed: Letters): Term {
  const axes = [...letters.keys()].filter((axis) => !needed.includes(letters[axis] ?? ""));
  if (axes.length === 0) return { value, letters };
  return { value: vocabulary().sum(value, { axes }), letters: letters.filter((letter) => needed.includes(letter)) };
}

// ---- two operands

const union = (a: Letters, b: Letters): Letters => [...a, ...b.filter((letter) => !a.includes(letter))];

/** What is left of two terms that are contracted, where the given letters are still needed. */
const joined = (a: Letters, b: Letters, needed: Letters): Letters =>
  union(a, b).filter((letter) => needed.includes(letter));

function contracted(a: Term, b: Term, out: Letters): Term {
  const all = union(a.letters, b.letters);
  const labels = (letters: Letters): readonly number[] => letters.map((letter) => all.indexOf(letter));
  const attrs = { left: labels(a.letters), right: labels(b.letters), out: labels(out) };
  return { value: vocabulary().contract(a.value, b.value, attrs), letters: out };
}

// ---- the order

type Pair = readonly [number, number];

interface Plan {
  readonly cost: number;
  readonly steps: readonly Pair[];
}

/** A size that is known only at run time counts as this. */
const typicalSize = 64;

const estimate = (size: Size): number =>
  typeof size === "number"
    ? size
    : evalSize(size, Object.fromEntries(namesOf(size).map((name) => [name, typicalSize])));

const pairsOf = (count: number): readonly Pair[] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: count - i - 1 }, (_, k): Pair => [i, i + 1 + k])).flat();

/** The letters that are needed once the terms of a pair are joined. */
const neededAfter = (terms: readonly Letters[], [i, j]: Pair, result: Letters): Letters =>
  [...terms.filter((_, k) => k !== i && k !== j), result].flat();

/** The terms with a pair replaced by what it becomes, which comes last. */
const afterStep = (terms: readonly Letters[], pair: Pair, result: Letters): readonly Letters[] => {
  const [a = [], b = []] = pair.map((k) => terms[k]);
  return [...terms.filter((_, k) => !pair.includes(k)), joined(a, b, neededAfter(terms, pair, result))];
};

class Planner {
  constructor(
    private readonly result: Letters,
    private readonly costOf: (letters: Letters) => number,
  ) {}

  private stepCost(terms: readonly Letters[], [i, j]: Pair): number {
    return this.costOf(union(terms[i] ?? [], terms[j] ?? []));
  }

  /** Every order is tried. */
  best(terms: readonly Letters[]): Plan {
    if (terms.length < 2) return { cost: 0, steps: [] };
    return pairsOf(terms.length)
      .map((pair): Plan => {
        const rest = this.best(afterStep(terms, pair, this.result));
        return { cost: this.stepCost(terms, pair) + rest.cost, steps: [pair, ...rest.steps] };
      })
      .reduce((best, plan) => (plan.cost < best.cost ? plan : best));
  }

  greedy(terms: readonly Letters[]): Plan {
    if (terms.length < 2) return { cost: 0, steps: [] };
    const pair = pairsOf(terms.length).reduce((best, next) =>
      this.stepCost(terms, next) < this.stepCost(terms, best) ? next : best,
    );
    const rest = this.greedy(afterStep(terms, pair, this.result));
    return { cost: this.stepCost(terms, pair) + rest.cost, steps: [pair, ...rest.steps] };
  }
}

const triedUpTo = 5;

/** Contracts pair after pair; the last one gives its letters in the order of the result. */
function contractAll(terms: readonly Term[], result: Letters, sizes: EinsumTerms["sizes"]): Term {
  const planner = new Planner(result, (letters) =>
    letters.reduce((cost, letter) => cost * estimate(sizes.get(letter) ?? 1), 1),
  );
  const letters = terms.map((term) => term.letters);
  const { steps } = terms.length <= triedUpTo ? planner.best(letters) : planner.greedy(letters);
  const left = steps.reduce<readonly Term[]>((now, pair) => {
    const [a, b] = pair.map((k) => now[k]);
    if (a === undefined || b === undefined) throw new Error("bug: einsum joins terms that are not there");
    const isLast = now.length === 2;
    const needed = neededAfter(
      now.map((term) => term.letters),
      pair,
      result,
    );
    const out = isLast ? result : joined(a.letters, b.letters, needed);
    return [...now.filter((_, k) => !pair.includes(k)), contracted(a, b, out)];
  }, terms);
  const [only] = left;
  if (only === undefined) throw new Error("bug: einsum of no operand");
  return only;
}

/** The axes in the order of the result. */
function ordered({ value, letters }: Term, result: Letters): Value {
  const perm = result.map((letter) => letters.indexOf(letter));
  return perm.every((axis, at) => axis === at) ? value : vocabulary().permute(value, { perm });
}

function einsumOf(tensors: readonly TracedTensor[], { operands, result, sizes }: EinsumTerms): Value {
  const single = tensors.map((value, k) =>
    withoutStretched(withoutRepeats({ value, letters: operands[k] ?? [] }), sizes),
  );
  const terms = single.map((term, k) => {
    const others = single.filter((_, at) => at !== k).flatMap(({ letters }) => letters);
    return summed(term, [...others, ...result]);
  });
  return ordered(contractAll(terms, result, sizes), result);
}

/**
 * Sum of products over axes that are named by letters: `einsum("bij,bjk->bik", x, y)`.
 *
 * Letters that are missing behind `->` are summed over; without `->` the result has the letters that stand once, in
 * alphabetical order (capitals first). A letter twice in one operand is its diagonal. `...` stands for axes that broadcast.
 *
 * @shapes "ij,jk->ik", x: [i, j], y: [j, k] -> [i, k]
 * @formula z[letters behind ->] = Σ over the other letters of Π operands[their letters]
 * @derivative dz = Σₖ einsum of the operands with dxₖ in place of xₖ
 * @conventions A letter has one size everywhere; sizes of 1 do not broadcast, but behind `...` they do. Several operands are
 * contracted two at a time, in the cheapest order.
 */
export const einsum = publicFunction<EinsumFn>((equation: string, ...operands: readonly AnyTensor[]) => {
  const terms = einsumTerms(
    equation,
    operands.map((operand) => operandSize("einsum", operand)),
  );
  return einsumOf(
    operands.map((operand) => asTraced(operand, "einsum")),
    terms,
  );
});
