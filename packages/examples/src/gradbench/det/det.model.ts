/** GradBench's det: determinants by expansion by minors. The size is that of the program, so there is a function for each. */
import { add, f64, fn, grad, mul, reshape, sliceBox, sub, type Tensor } from "tapeless";

type Scalar = Tensor<[], "f64">;

/**
 * Σⱼ (-1)ʲ aᵢⱼ det(the rows below i, the columns but j), by the rows in turn. A minor is that of a set of columns; of the ℓ!
 * that the expansion meets, 2^ℓ differ, and the graph has each once.
 */
function determinant<const L extends number>(l: L) {
  return fn({ a: f64([l, l]) }, ({ a }) => {
    const element = (i: number, j: number): Scalar => reshape(sliceBox(a, [i, j], [i + 1, j + 1]), []);
    const minor = (columns: readonly number[]): Scalar => {
      const row = l - columns.length;
      const terms = columns.map((j) => {
        const rest = columns.filter((other) => other !== j);
        return rest.length === 0 ? element(row, j) : mul(element(row, j), minor(rest));
      });
      return terms.reduce((so, term, k) => (k % 2 === 0 ? add(so, term) : sub(so, term)));
    };
    return minor(Array.from({ length: l }, (_, j) => j));
  });
}

export const det1 = determinant(1);
export const det2 = determinant(2);
export const det3 = determinant(3);
export const det4 = determinant(4);
export const det5 = determinant(5);
export const det6 = determinant(6);

export const gradient1 = grad(det1, "a");
export const gradient2 = grad(det2, "a");
export const gradient3 = grad(det3, "a");
export const gradient4 = grad(det4, "a");
export const gradient5 = grad(det5, "a");
export const gradient6 = grad(det6, "a");
