/**
 * What a derivative rule of one's own gives, judged as a type: the tree that is asked for, leaf by leaf.
 *
 * Invariant: a wrong result is a message on the expression that the rule returns. The run-time twin is `ruleLeaves` in
 * rule-trees.ts.
 */
import type { GraphMessage, Unless } from "../graph/messages.js";
import type { Branch, Branches } from "../graph/tree-types.js";
import type { Same, SameShape } from "../shape/dims.js";
import type { ShowShape } from "../shape/messages.js";
import type { DType, Shape, Tensor } from "../shape/tensor.js";

/** `Actual`, or the messages where it is not a tree like `Expected`; it may hold more. */
export type RuleTree<Call extends string, What extends string, Expected, Actual> = Unless<
  Complaints<Call, Expected, Actual, What>,
  Actual
>;

/** `unknown` is a rule not looked at yet; `never` comes of an error inside it. */
type Complaints<Call extends string, Expected, Actual, Path extends string> = true extends
  | (unknown extends Actual ? true : false)
  | ([Actual] extends [never] ? true : false)
  ? never
  : Expected extends Tensor<infer S, infer D>
    ? LeafComplaint<Call, S, D, Actual, Path>
    : Branches<{
        [k in keyof Expected]: Complaints<
          Call,
          Expected[k],
          k extends keyof Actual ? Actual[k] : null,
          Branch<Path, k>
        >;
      }>;

type LeafComplaint<Call extends string, S extends Shape, D extends DType, Actual, Path extends string> =
  Actual extends Tensor<infer ActualS, infer ActualD>
    ? Same<D, ActualD> extends true
      ? SameShape<S, ActualS> extends true
        ? never
        : Wrong<Call, Path, Show<S, D>, Show<ActualS, ActualD>>
      : Wrong<Call, Path, Show<S, D>, Show<ActualS, ActualD>>
    : GraphMessage<"ruleMissing", { call: Call; path: Path; expected: Show<S, D> }>;

type Show<S extends Shape, D extends DType> = `${D}${ShowShape<S>}`;

type Wrong<Call extends string, Path extends string, Expected extends string, Actual extends string> = GraphMessage<
  "ruleTensor",
  { call: Call; path: Path; expected: Expected; actual: Actual }
>;
