/**
 * Derivatives with more than one direction: `jacobian`, `hessian`, `hvp`.
 *
 * A Jacobian is `vmap` of `jvp` or `vjp` over the standard basis, one for each leaf that is differentiated (forward) or
 * of the result (reverse). Invariant: the basis is never an array: direction i is the mask `position = i`, computed
 * where it is read; and what does not depend on the direction has no axis of directions.
 */
import { emit, emitAll, traceRule } from "../graph/emit.js";
import { type FnParts, type FnValue, fnParts, makeFn, partsOf } from "../graph/fn.js";
import type { Aval, Func } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import type { Value, Vocabulary } from "../graph/op.js";
import type { TracedTensor } from "../graph/tensor.js";
import { buildTree, isFloat, leavesOf, type Structure, withLeaves } from "../graph/trees.js";
import { addSize, evalSize, namesOf, productSize, type Size } from "../shape/size.js";
import { captured, gradientOf, tensorsIn } from "./derivatives.js";
import type { HessianFn, HvpFn, JacobianFn, JacobianOptions } from "./signatures.js";
import { type Chosen, chooseForGrad, type Wrt } from "./wrt.js";

/** A function with what it is applied to and what of it is differentiated. */
interface Point {
  readonly parts: FnParts;
  /** The leaves of the input, then what the function captures. */
  readonly operands: readonly TracedTensor[];
  readonly chosen: Chosen;
}

/** Direction `i` of the standard basis of tensors like `aval`: 1 at row-major position `i`, 0 elsewhere. */
function basisVector(o: Vocabulary, { shape, dtype }: Aval, i: Value): Value {
  const positions = o.reshape(o.iota({ shape: [productSize(shape)], axis: 0 }), { shape });
  const index = shape.length === 0 ? i : o.broadcastTo(i, { shape, axes: [] });
  return o.cast(o.equal(positions, index), { dtype });
}

/**
 * The derivative along each direction of the basis of `aval`, directions in front. `along` writes the derivative along
 * one of them, given the operands.
 */
function alongBasis(
  { operands }: Point,
  aval: Aval,
  along: (operands: readonly TracedTensor[], direction: Value) => readonly Value[],
): readonly TracedTensor[] {
  const size = productSize(aval.shape);
  const avals = operands.map(({ sizes, dtype }): Aval => ({ shape: sizes, dtype }));
  const one: Func = traceRule("direction", [...avals, { shape: [], dtype: "i32" }], (o, values) => {
    const i = values.at(-1);
    return i === undefined ? [] : along(values.slice(0, -1), basisVector(o, aval, i));
  });
  const mapped = [...operands.map(() => false), true];
  return emitAll("vmap", [...operands, emit("iota", [], { shape: [size], axis: 0 })], { size, mapped }, [one]);
}

/** Columns: for each leaf that is differentiated the derivatives of all results, directions last. */
function forwardBlocks(point: Point): readonly (readonly TracedTensor[])[] {
  const { parts, chosen } = point;
  const avals = leavesOf(chosen.tree).map(([aval]) => aval);
  const columns = avals.map((aval, n) => {
    const attrs = { wrt: chosen.positions.slice(n, n + 1) };
    const along = (operands: readonly TracedTensor[], direction: Value): readonly Value[] =>
      emitAll("jvp", [...operands, direction], attrs, [parts.func]).slice(parts.func.outs.length);
    return alongBasis(point, aval, along).map((block) => directionsLast(block, aval));
  });
  return parts.func.outs.map((_, k) => columns.flatMap((column) => column[k] ?? []));
}

/** The directions' axis moved to the end and given the shape and dtype of what is differentiated. */
function directionsLast(block: TracedTensor, { shape, dtype }: Aval): TracedTensor {
  const rest = block.sizes.slice(1);
  const moved = emit("permute", [block], { perm: [...rest.map((_, axis) => axis + 1), 0] });
  return inDType(emit("reshape", [moved], { shape: [...rest, ...shape] }), dtype);
}

const inDType = (tensor: TracedTensor, dtype: Aval["dtype"]): TracedTensor =>
  tensor.dtype === dtype ? tensor : emit("cast", [tensor], { dtype });

/** Rows: for each result the derivatives in all leaves, directions first. */
function reverseBlocks(point: Point): readonly (readonly TracedTensor[])[] {
  const { parts, chosen } = point;
  return parts.func.outs.map((out, k) => {
    const attrs = { wrt: chosen.positions, of: [k] };
    const along = (operands: readonly TracedTensor[], direction: Value): readonly Value[] =>
      emitAll("vjp", [...operands, direction], attrs, [parts.func]).slice(parts.func.outs.length);
    return alongBasis(point, out, along).map((block) =>
      emit("reshape", [block], { shape: [...out.shape, ...block.sizes.slice(1)] }),
    );
  });
}

/** What a named dimension counts as where modes are compared: more than the sizes of parameters that stand beside it. */
const manyAt = 1024;

const countOf = (avals: readonly Aval[]): number => {
  const size = avals.reduce<Size>((sum, { shape }) => addSize(sum, productSize(shape)), 0);
  return evalSize(size, Object.fromEntries(namesOf(size).map((name) => [name, manyAt])));
};

/** Forward mode takes a pass for each element that is differentiated, reverse mode one for each element of the result. */
const cheaperMode = ({ parts, chosen }: Point): "forward" | "reverse" =>
  countOf(leavesOf(chosen.tree).map(([aval]) => aval)) <= countOf(parts.func.outs) ? "forward" : "reverse";

/** The tree of the results, at each leaf the tree of what is differentiated. */
function jacobianTree(output: Structure<Aval>, tree: Structure<Aval>, blocks: readonly (readonly TracedTensor[])[]) {
  return buildTree(
    withLeaves(
      output,
      blocks.map((block) => buildTree(withLeaves(tree, block))),
    ),
  );
}

function jacobianOf(f: FnValue, call: string, wrt: Wrt, mode: JacobianOptions["mode"]): FnValue {
  const parts = partsOf(f);
  const chosen = chooseForGrad(call, parts.input, wrt);
  return makeFn(parts.input, (input) => {
    const point: Point = { parts, chosen, operands: [...tensorsIn(input), ...captured(parts)] };
    const blocks = (mode ?? cheaperMode(point)) === "forward" ? forwardBlocks(point) : reverseBlocks(point);
    return jacobianTree(parts.output, chosen.tree, blocks);
  });
}

function checkResults(call: string, { func }: FnParts): void {
  const other = func.outs.find((out) => !isFloat(out));
  if (other !== undefined)
    throw graphError("resultInteger", { call, kind: other.dtype === "bool" ? "bool" : "integer" });
}

/**
 * The derivative of every element of the result in every element of an input, in numerator layout: a tree like the
 * result, each leaf a tree like `wrt`, each leaf of that of shape [...result, ...input]. Integer results are refused.
 * `mode` says whether it is computed by columns (`"forward"`) or by rows (`"reverse"`); left out, by whichever are fewer
 * (a named dimension counts as many).
 *
 * @shapes trees of [...m] and [...n] -> tree of trees of [...m, ...n]
 * @formula J[i, j] = ∂yᵢ / ∂xⱼ
 */
export const jacobian = ((f: unknown, wrt?: Wrt, options: JacobianOptions = {}) => {
  const parts = fnParts(f, "jacobian");
  checkResults("jacobian", parts);
  return jacobianOf(f as FnValue, "jacobian", wrt, options.mode); // fnParts has looked
}) as unknown as JacobianFn; // public signature, see fn.ts

/**
 * The second derivatives of a scalar function, by forward mode over its gradient: a tree like the gradient, each leaf a
 * tree like the gradient. Where a product with one vector is all that is wanted, `hvp` makes no matrix.
 *
 * @shapes tree of [...n] -> tree of trees of [...n, ...n]
 * @formula H[i, j] = ∂²y / ∂xᵢ∂xⱼ
 */
export const hessian = ((f: unknown, wrt?: Wrt) => {
  const gradient = gradientOf("hessian", f, wrt, {}, (_value, _aux, slope) => slope);
  return jacobianOf(gradient, "hessian", wrt, "forward");
}) as unknown as HessianFn; // public signature, see fn.ts

/**
 * Of `{ input, tangent }` the Hessian of a scalar function times the tangent, by forward mode over its gradient; no
 * matrix is made. The tangent and the result are trees like the gradient.
 *
 * @shapes { input, tangent: tree of [...n] } -> tree of [...n]
 * @formula (H v)[i] = Σⱼ ∂²y / ∂xᵢ∂xⱼ · v[j]
 */
export const hvp = ((f: unknown, wrt?: Wrt) => {
  const parts = partsOf(gradientOf("hvp", f, wrt, {}, (_value, _aux, slope) => slope));
  const chosen = chooseForGrad("hvp", parts.input, wrt);
  const input: Structure<Aval> = {
    kind: "object",
    entries: [
      ["input", parts.input],
      ["tangent", chosen.tree],
    ],
  };
  return makeFn(input, (tree) => {
    const given = tree as { readonly input: unknown; readonly tangent: unknown }; // the structure above
    const operands = [...tensorsIn(given.input), ...captured(parts), ...tensorsIn(given.tangent)];
    const results = emitAll("jvp", operands, { wrt: chosen.positions }, [parts.func]);
    return buildTree(withLeaves(parts.output, results.slice(parts.func.outs.length)));
  });
}) as unknown as HvpFn; // public signature, see fn.ts
