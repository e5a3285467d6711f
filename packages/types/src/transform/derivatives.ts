/**
 * The transformations that differentiate. Each takes a function and gives a function whose program holds one equation
 * with the first as a nested function; the compiler expands it.
 */
import { emitAll } from "../graph/emit.js";
import { type FnParts, type FnValue, fnParts, makeFn } from "../graph/fn.js";
import { type Aval, makeLit } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import type { RuleOperand } from "../graph/op.js";
import { type TracedTensor, tensorOf } from "../graph/tensor.js";
import {
  buildTree,
  filterStructure,
  isFloat,
  leavesOf,
  type Structure,
  tensorStructure,
  withLeaves,
} from "../graph/trees.js";
import { showShape } from "../shape/size.js";
import { checkPath } from "./path.js";
import type { GradFn, JvpFn, ValueAndGradFn, VjpFn } from "./signatures.js";
import { type Chosen, chooseForGrad, chooseForTangents, type Wrt } from "./wrt.js";

/** The leaves of a tree of tensors that came in as arguments. */
export const tensorsIn = (tree: unknown): readonly TracedTensor[] =>
  leavesOf(tensorStructure(tree, "input")).map(([leaf]) => leaf);

export const captured = (parts: FnParts): readonly TracedTensor[] => parts.captures.map(tensorOf);

/** Results of the function that have a cotangent given. */
interface Cotangents {
  readonly of: readonly number[];
  readonly values: readonly RuleOperand[];
}

/** Adds a `vjp` equation: the function's results and the cotangents of the chosen leaves. */
function pullBack(parts: FnParts, args: readonly TracedTensor[], cts: Cotangents, chosen: Chosen) {
  const attrs = { wrt: chosen.positions, of: cts.of };
  const results = emitAll("vjp", [...args, ...captured(parts), ...cts.values], attrs, [parts.func]);
  const count = parts.func.outs.length;
  return { outs: results.slice(0, count), grads: results.slice(count) };
}

/** The scalar that is differentiated, or the error in words. */
function scalarOf(call: string, output: Structure<Aval>): Aval {
  if (output.kind !== "leaf") throw graphError("resultNotTensor", { call });
  const { shape, dtype } = output.leaf;
  if (shape.length > 0 || !isFloat(output.leaf)) {
    throw graphError("resultNotScalar", { call, actual: `${dtype}${showShape(shape)}` });
  }
  return output.leaf;
}

interface GradOptions {
  readonly aux?: boolean;
}

/** With `aux` the result is a pair; its first half is the scalar. */
function scalarAndAux(
  call: string,
  output: Structure<Aval>,
  aux: boolean,
): { readonly auxTree: Structure<Aval> | undefined } {
  if (!aux) {
    scalarOf(call, output);
    return { auxTree: undefined };
  }
  const [scalar, auxTree, ...more] = output.kind === "list" ? output.items : [];
  if (scalar === undefined || auxTree === undefined || more.length > 0) throw graphError("resultNotPair", { call });
  scalarOf(call, scalar);
  return { auxTree };
}

/** The cotangent of the scalar: 1, in its dtype. What is handed through beside it has none. */
const seed = ({ func }: FnParts): Cotangents => ({
  of: [0],
  values: [tensorOf(makeLit(1, func.outs[0]?.dtype ?? "f32"))],
});

/** A function of value and gradient; `result` says which of them it gives. */
export function gradientOf(
  call: string,
  f: unknown,
  wrt: Wrt,
  options: GradOptions,
  result: (value: unknown, aux: unknown, grad: unknown) => unknown,
): FnValue {
  const parts = fnParts(f, call);
  const { auxTree } = scalarAndAux(call, parts.output, options.aux === true);
  const chosen = chooseForGrad(call, parts.input, wrt);
  checkPath(call, parts.func, chosen.positions);
  return makeFn(parts.input, (input) => {
    const { outs, grads } = pullBack(parts, tensorsIn(input), seed(parts), chosen);
    const [value, ...rest] = outs;
    const aux = auxTree === undefined ? undefined : buildTree(withLeaves(auxTree, rest));
    return result(value, aux, buildTree(withLeaves(chosen.tree, grads)));
  });
}

/**
 * The gradient of a scalar function with respect to one input (`"params"`: a tree like it) or several
 * (`["params", "x"]`: an object of such trees). `wrt` may be left out where there is one input.
 *
 * @shapes trees in: those of the function; out: a tree like the inputs named
 * @formula g[i] = ∂y / ∂xᵢ
 * @conventions an input that the result does not depend on has a gradient of exactly zero; one on which it depends only
 * through integers and bools is an error
 */
export const grad = ((f: unknown, wrt?: Wrt) =>
  gradientOf("grad", f, wrt, {}, (_value, _aux, gradient) => gradient)) as unknown as GradFn; // public signature, see fn.ts

/**
 * Value and gradient in one function that shares everything: `{ value, grad }`. With `{ aux: true }` the function gives a
 * pair `[scalar, aux]`; the scalar is differentiated and `aux` handed through, as in `{ value, aux, grad }`.
 *
 * @shapes trees in: those of the function; out: { value: [], grad: a tree like the inputs named }
 * @formula g[i] = ∂y / ∂xᵢ
 */
export const valueAndGrad = ((f: unknown, wrt?: Wrt, options: GradOptions = {}) =>
  gradientOf("valueAndGrad", f, wrt, options, (value, aux, gradient) =>
    options.aux === true ? { value, aux, grad: gradient } : { value, grad: gradient },
  )) as unknown as ValueAndGradFn; // public signature, see fn.ts

const leaf = (entries: readonly (readonly [string, Structure<Aval>])[]): Structure<Aval> => ({
  kind: "object",
  entries,
});

interface Pair {
  readonly input: unknown;
  readonly cotangent?: unknown;
  readonly tangent?: unknown;
}

/**
 * Reverse mode: of `{ input, cotangent }` the result and the cotangents of the inputs, `{ value, grad }`. Integer leaves
 * have no cotangent and are left out of all three trees. Without `wrt` all inputs.
 *
 * @shapes { input, cotangent: a tree like the result } -> { value, grad: a tree like the inputs named }
 * @formula x̄[j] = Σᵢ ȳ[i] · ∂yᵢ / ∂xⱼ
 */
export const vjp = ((f: unknown, wrt?: Wrt) => {
  const parts = fnParts(f, "vjp");
  const chosen = chooseForTangents("vjp", parts.input, wrt);
  const cotangent = filterStructure(parts.output, isFloat);
  return makeFn(
    leaf([
      ["input", parts.input],
      ["cotangent", cotangent],
    ]),
    (tree) => {
      const given = tree as Pair; // the structure above
      const of = parts.func.outs.flatMap((out, k) => (isFloat(out) ? [k] : []));
      const cts = { of, values: tensorsIn(given.cotangent ?? null) };
      const { outs, grads } = pullBack(parts, tensorsIn(given.input), cts, chosen);
      return { value: buildTree(withLeaves(parts.output, outs)), grad: buildTree(withLeaves(chosen.tree, grads)) };
    },
  );
}) as unknown as VjpFn; // public signature, see fn.ts

/**
 * Forward mode: of `{ input, tangent }` the result and its tangent, `{ value, tangent }`. Integer leaves have no tangent
 * and are left out of all three trees. Without `wrt` all inputs.
 *
 * @shapes { input, tangent: a tree like the inputs named } -> { value, tangent: a tree like the result }
 * @formula ẏ[i] = Σⱼ ∂yᵢ / ∂xⱼ · ẋ[j]
 */
export const jvp = ((f: unknown, wrt?: Wrt) => {
  const parts = fnParts(f, "jvp");
  const chosen = chooseForTangents("jvp", parts.input, wrt);
  return makeFn(
    leaf([
      ["input", parts.input],
      ["tangent", chosen.tree],
    ]),
    (tree) => {
      const given = tree as Pair; // the structure above
      const args = [...tensorsIn(given.input), ...captured(parts), ...tensorsIn(given.tangent ?? null)];
      const results = emitAll("jvp", args, { wrt: chosen.positions }, [parts.func]);
      const count = parts.func.outs.length;
      const tangents = filterStructure(parts.output, isFloat);
      return {
        value: buildTree(withLeaves(parts.output, results.slice(0, count))),
        tangent: buildTree(withLeaves(tangents, results.slice(count))),
      };
    },
  );
}) as unknown as JvpFn; // public signature, see fn.ts
