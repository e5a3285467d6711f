/** Uses of einsum, tensordot, trace, gemm and matrixNorm. */
import type { Use } from "../harness.js";

const einsum: readonly Use[] = [
  { code: 'einsum("ij,jk->ik", f32([2, 3]), f32([3, 4]))', shape: "[2, 4]" },
  { code: 'einsum("ij,jk", f32([2, 3]), f32([3, 4]))', shape: "[2, 4]" },
  { code: 'einsum("bij, bjk -> bik", f64(["b", 2, 3]), f64(["b", 3, 4]))', shape: '["b", 2, 4]', dtype: "f64" },
  { code: 'einsum("ij->ji", f32(["n", "m"]))', shape: '["m", "n"]' },
  { code: 'einsum("ji", f32([2, 3]))', shape: "[3, 2]" },
  { code: 'einsum("ii->i", f32(["n", "n"]))', shape: '["n"]' },
  { code: 'einsum("ii", f32([3, 3]))', shape: "[]" },
  { code: 'einsum("ij->", i32([2, 3]))', shape: "[]", dtype: "i32" },
  { code: 'einsum(",->", f32([]), f32([]))', shape: "[]" },
  { code: 'einsum("i,j,k->kij", f32([2]), f32([3]), f32([4]))', shape: "[4, 2, 3]" },
  { code: 'einsum("aB,Bc", f32([2, 3]), f32([3, 4]))', shape: "[2, 4]" },
  { code: 'einsum("bA,Ac", f32([2, 3]), f32([3, 4]))', shape: "[2, 4]" },
  { code: 'einsum("bA", f32([2, 3]))', shape: "[3, 2]" },
  { code: 'einsum("bhqd,bhkd->bhqk", f32(["b", 8, 16, 64]), f32(["b", 8, 32, 64]))', shape: '["b", 8, 16, 32]' },
  // dots
  { code: 'einsum("...ij,...jk->...ik", f32(["b", 1, 2, 3]), f32([5, 3, 4]))', shape: '["b", 5, 2, 4]' },
  { code: 'einsum("...ij,...jk", f32(["b", 2, 3]), f32([3, 4]))', shape: '["b", 2, 4]' },
  { code: 'einsum("i...->...i", f32([2, 3, 4]))', shape: "[3, 4, 2]" },
  { code: 'einsum("i...j->ij", f32([2, 3, 4, 5]))', shape: "[2, 5]" },
  { code: 'einsum("...->...", f32(["n", 2]))', shape: '["n", 2]' },
  // unknown sizes
  { setup: "let n = 3 as number;", code: 'einsum("ij,jk->ikj", f32([2, n]), f32([3, 4]))', shape: "[2, 4, 3]" },
  { setup: "let n = 3 as number;", code: 'einsum("ij->ji", f32([2, n]))', shape: "[number, 2]", run: "[3, 2]" },
  { setup: 'const e = "ij->ji" as string;', code: "einsum(e, f32([2, 3]))", shape: "Shape", run: "[3, 2]" },
  {
    setup: "const x = f32([2, 3]) as Tensor<Shape>;",
    code: 'einsum("ij,jk->ik", x, f32([3, 4]))',
    shape: "Shape",
    run: "[2, 4]",
  },
  // generic
  {
    setup:
      'const gram = <N extends Dim, D extends Dim>(x: Tensor<[N, D]>): Tensor<[D, D]> => einsum("ni,nj->ij", x, x);',
    code: 'gram(f32(["n", 4]))',
    shape: "[4, 4]",
  },
  {
    code: 'einsum("ij,jk->ik", f32([2, 3]), f32([4, 5]))',
    error: "einsum: 'j' is 3 in operand 0 but 4 in operand 1",
    at: "f32([4, 5])",
  },
  {
    code: 'einsum("ij,jk->ik", f32([2, "n"]), f32(["m", 5]))',
    error: "einsum: 'j' is n in operand 0 but m in operand 1",
    at: 'f32(["m", 5])',
  },
  {
    code: 'einsum("ij,jk->ik", f32([2, 3]), f32([1, 5]))',
    error: "einsum: 'j' is 3 in operand 0 but 1 in operand 1",
    at: "f32([1, 5])",
  },
  {
    code: 'einsum("ii->i", f32([3, 4]))',
    error: "einsum: 'i' is 3 in operand 0 but 4 in operand 0",
    at: "f32([3, 4])",
  },
  {
    code: 'einsum("ij,jk,kl->il", f32([2, 3]), f32([3, 4]), f32([5, 6]))',
    error: "einsum: 'k' is 4 in operand 1 but 5 in operand 2",
    at: "f32([5, 6])",
  },
  {
    code: 'einsum("ijk->ik", f32([2, 3]))',
    error: "einsum: 'ijk' names 3 axes, but operand 0 [2, 3] has 2",
    at: "f32([2, 3])",
  },
  {
    code: 'einsum("i,i->", f32([2]), f32([2, 3]))',
    error: "einsum: 'i' names 1 axes, but operand 1 [2, 3] has 2",
    at: "f32([2, 3])",
  },
  {
    code: 'einsum("i...jk->i", f32([2, 3]))',
    error: "einsum: 'i...jk' names 3 axes, but operand 0 [2, 3] has 2",
    at: "f32([2, 3])",
  },
  {
    code: 'einsum("...i,...i->...", f32([4, 2]), f32([3, 2]))',
    error: "einsum: batch shapes [4] and [3] do not broadcast (4 vs 3)",
    at: "f32([3, 2])",
  },
  {
    code: 'einsum("ij->ik", f32([2, 3]))',
    error: "einsum: 'k' of the result is in no operand of 'ij->ik'",
    at: '"ij->ik"',
  },
  {
    code: 'einsum("ij->ii", f32([2, 3]))',
    error: "einsum: 'i' stands twice in the result of 'ij->ii'",
    at: '"ij->ii"',
  },
  {
    code: 'einsum("i1->i", f32([2, 3]))',
    error: "einsum: '1' in 'i1->i' is no letter",
    at: '"i1->i"',
  },
  {
    code: 'einsum("ij=>ji", f32([2, 3]))',
    error: "einsum: '=' in 'ij=>ji' is no letter",
    at: '"ij=>ji"',
  },
  {
    code: 'einsum("...i...->i", f32([2, 3]))',
    error: "einsum: '.' in '...i...->i' is no letter",
    at: '"...i...->i"',
  },
  {
    code: 'einsum("ij,jk->ik", f32([2, 3]))',
    error: "einsum: 'ij,jk->ik' takes 2 operands, not 1",
    at: '"ij,jk->ik"',
  },
  {
    code: 'einsum("ij->ji", f32([2, 3]), f32([2]))',
    error: "einsum: 'ij->ji' takes 1 operands, not 2",
    at: '"ij->ji"',
  },
  {
    code: 'einsum("i,i->", f32([2]), f64([2]))',
    error: "einsum: f32 and f64 differ; cast one of them",
    at: "f64([2])",
  },
  {
    code: 'einsum("i->", bool([2]))',
    error: "einsum: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([2])",
  },
];

const others: readonly Use[] = [
  { code: "tensordot(f32([2, 3]), f32([3, 4]), 1)", shape: "[2, 4]" },
  { code: 'tensordot(f64(["n", 3, 4]), f64([3, 4, "m"]), 2)', shape: '["n", "m"]', dtype: "f64" },
  { code: "tensordot(f32([2]), f32([3, 4]), 0)", shape: "[2, 3, 4]" },
  { code: "tensordot(f32([2, 3, 4]), f32([4, 5, 2]), [[0, -1], [2, 0]])", shape: "[3, 5]" },
  { setup: "let n = 1 as number;", code: "tensordot(f32([2, 3]), f32([3, 4]), n)", shape: "Shape", run: "[2, 4]" },
  { code: 'trace(f64(["b", 3, 3]))', shape: '["b"]', dtype: "f64" },
  { code: "trace(i32([2, 3]))", shape: "[]", dtype: "i32" },
  { code: "gemm(f32([2, 3]), f32([3, 4]))", shape: "[2, 4]" },
  { code: 'gemm(f32([3, "n"]), f32([4, 3]), f32([4]), { transposeA: true, transposeB: true })', shape: '["n", 4]' },
  { code: "gemm(f32([2, 3]), f32([3, 4]), f32([2, 1]), { alpha: 0.5, beta: 2 })", shape: "[2, 4]" },
  { code: "gemm(f32([3, 2]), f32([3, 4]), 1, { transposeA: true })", shape: "[2, 4]" },
  { code: 'matrixNorm(f32(["b", 2, 3]))', shape: '["b"]' },
  { code: "matrixNorm(f64([2, 3]), Infinity)", shape: "[]", dtype: "f64" },
  { code: "matrixNorm(f64([2, 3]), 1)", shape: "[]", dtype: "f64" },
  {
    setup:
      "const layer = <B extends Dim, I extends Dim>(x: Tensor<[B, I]>, w: Tensor<[I, 8]>) => gemm(x, w, f32([8]));",
    code: 'layer(f32(["n", 4]), f32([4, 8]))',
    shape: '["n", 8]',
  },
  {
    code: "tensordot(f32([2, 3]), f32([4, 5]), 1)",
    error: "tensordot: inner dimensions 3 and 4 differ",
    at: "f32([4, 5])",
  },
  {
    code: "tensordot(f32([2, 3]), f32([3, 4]), 3)",
    error: "tensordot: axis -3 is out of range for shape [2, 3]",
    at: "3",
  },
  {
    code: "tensordot(f32([2, 3]), f32([3, 2]), [[0, 0], [1, 0]])",
    error: "tensordot: axis 0 is given twice",
    at: "[[0, 0], [1, 0]]",
  },
  {
    code: "tensordot(f32([2, 3]), f32([3, 4]), [[1], []])",
    error: "tensordot: axes [1] and [] differ in number",
    at: "[[1], []]",
  },
  {
    code: "tensordot(f32([2, 3]), f64([3, 4]), 1)",
    error: "tensordot: f32 and f64 differ; cast one of them",
    at: "f64([3, 4])",
  },
  { code: "trace(f32([3]))", error: "trace: the operand [3] must have rank 2 or more", at: "f32([3])" },
  {
    code: "gemm(f32([2, 3]), f32([3, 4]), 0, { transposeB: true })",
    error: "gemm: inner dimensions 3 and 4 differ",
    at: "f32([3, 4])",
  },
  {
    code: "gemm(f32([2, 2, 3]), f32([3, 4]))",
    error: "gemm: the left operand [2, 2, 3] must have rank 2",
    at: "f32([2, 2, 3])",
  },
  {
    code: "gemm(f32([2, 3]), f32([3]))",
    error: "gemm: the right operand [3] must have rank 2",
    at: "f32([3])",
  },
  {
    code: "gemm(f32([2, 3]), f32([3, 4]), f32([3]))",
    error: "gemm: [3] does not broadcast to [2, 4]",
    at: "f32([3])",
  },
  {
    code: "gemm(f32([1, 3]), f32([3, 4]), f32([2, 4]))",
    error: "gemm: [2, 4] does not broadcast to [1, 4]",
    at: "f32([2, 4])",
  },
  {
    code: "gemm(f32([2, 3]), f32([3, 4]), f64([4]))",
    error: "gemm: f32 and f64 differ; cast one of them",
    at: "f64([4])",
  },
  {
    code: "matrixNorm(i32([2, 3]))",
    error: "matrixNorm: the operand must be f32 or f64, not i32; cast first",
    at: "i32([2, 3])",
  },
  { code: "matrixNorm(f32([3]), 1)", error: "matrixNorm: the operand [3] must have rank 2 or more", at: "f32([3])" },
];

export const contractions: readonly Use[] = [...einsum, ...others];
