/**
 * What `cond` and `switchCase` ask of their arguments: a selector that is one number, and branches whose results are
 * trees of one structure, leaf by leaf of one shape and dtype.
 *
 * Invariant: the first branch is taken at its word, and a message stands on the branch that differs from it. The run-time
 * twins are in branches.ts.
 */
import type { GraphMessage, Unless } from "../graph/messages.js";
import type { Branch, Branches, Mutable } from "../graph/tree-types.js";
import type { Same, SameShape, Unranked } from "../shape/dims.js";
import type { ShowShape } from "../shape/messages.js";
import type { AnyTensor, DType, Shape, Tensor } from "../shape/tensor.js";

/** The names by which messages call what selects, and how it must look. */
interface Selectors {
  readonly cond: { readonly role: "predicate"; readonly expected: "a bool" };
  readonly switchCase: { readonly role: "index"; readonly expected: "an i32" };
}

export type ChoiceCall = keyof Selectors;

interface SelectorDTypes {
  readonly cond: "bool";
  readonly switchCase: "i32";
}

/** The selector, or the message that it is no scalar of its dtype; an unknown rank passes. */
export type Selector<Call extends ChoiceCall, P extends AnyTensor> = Unless<SelectorComplaint<Call, P>, P>;

type SelectorComplaint<Call extends ChoiceCall, P> =
  P extends Tensor<infer S, infer D>
    ? true extends (S extends [] ? true : Unranked<S>)
      ? Same<D, SelectorDTypes[Call]> extends true
        ? never
        : WrongSelector<Call, S, D>
      : WrongSelector<Call, S, D>
    : never;

type WrongSelector<Call extends ChoiceCall, S, D extends DType> = GraphMessage<
  "selectorWrong",
  {
    call: Call;
    role: Selectors[Call]["role"];
    expected: Selectors[Call]["expected"];
    actual: `${D}${ShowShape<S>}`;
  }
>;

/** What a branch gives, or the messages where that is not like what the first one gives. */
export type LikeFirst<Call extends ChoiceCall, First, Actual, One extends string, Other extends string> = Unless<
  Differences<Call, First, Actual, "result", One, Other>,
  Actual
>;

/** `unknown` is a branch not looked at yet; `never` comes of an error inside it. */
type Differences<
  Call extends ChoiceCall,
  First,
  Actual,
  Path extends string,
  One extends string,
  Other extends string,
> = true extends
  | (unknown extends First ? true : false)
  | (unknown extends Actual ? true : false)
  | ([First] extends [never] ? true : false)
  | ([Actual] extends [never] ? true : false)
  ? never
  : First extends Tensor<infer S, infer D>
    ? LeafDifference<Call, S, D, Actual, Path, One, Other>
    : Actual extends Tensor<infer _S, infer _D>
      ? GraphMessage<"branchMissing", { call: Call; path: Path; one: Other; other: One }>
      : First extends null
        ? never
        :
            | Branches<{
                [k in keyof First]: k extends keyof Actual
                  ? Differences<Call, First[k], Actual[k], Branch<Path, k>, One, Other>
                  : GraphMessage<"branchMissing", { call: Call; path: Branch<Path, k>; one: One; other: Other }>;
              }>
            | (Actual extends null
                ? never
                : Branches<{
                    [k in keyof Actual]: k extends keyof First
                      ? never
                      : GraphMessage<"branchMissing", { call: Call; path: Branch<Path, k>; one: Other; other: One }>;
                  }>);

type LeafDifference<
  Call extends ChoiceCall,
  S extends Shape,
  D extends DType,
  Actual,
  Path extends string,
  One extends string,
  Other extends string,
> =
  Actual extends Tensor<infer ActualS, infer ActualD>
    ? Same<D, ActualD> extends true
      ? SameShape<S, ActualS> extends true
        ? never
        : GraphMessage<
            "branchDiffers",
            {
              call: Call;
              path: Path;
              what: "shape";
              first: ShowShape<S>;
              one: One;
              second: ShowShape<ActualS>;
              other: Other;
            }
          >
      : GraphMessage<
          "branchDiffers",
          { call: Call; path: Path; what: "dtype"; first: D; one: One; second: ActualD; other: Other }
        >
    : GraphMessage<"branchMissing", { call: Call; path: Path; one: One; other: Other }>;

/** The branches of `switchCase`, each giving its member of `R`, or the messages about those unlike the first. */
export type LikeBranches<Args extends readonly unknown[], R extends readonly unknown[]> = {
  readonly [k in keyof R]: (
    ...operands: Mutable<Args>
  ) => LikeFirst<"switchCase", R[0], R[k], "branch 0", `branch ${k & string}`>;
};
