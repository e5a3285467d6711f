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

export const contractions: readonly Use[] = [...einsum];
