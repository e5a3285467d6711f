/** GradBench's kmeans: the cost of centroids, and the step that Newton's method takes from them. */
import { div, f64, fn, grad, hvp, min, onesLike, square, sub, sum, unsqueeze } from "tapeless";

/** Σᵢ minⱼ |centroidⱼ - pointᵢ|². */
export const cost = fn({ points: f64(["n", "d"]), centroids: f64(["k", "d"]) }, ({ points, centroids }) => {
  const apart = sub(unsqueeze(centroids, 0), unsqueeze(points, 1));
  return sum(min(sum(square(apart), 2), 1));
});

const gradient = grad(cost, "centroids");
const curvature = hvp(cost, "centroids");

/**
 * The gradient, element by element divided by the diagonal of the Hessian. Near centroids that no point is equally far from,
 * each point belongs to one of them, and the element j, a of the gradient, Σ 2(centroidⱼₐ - pointᵢₐ) over the points of j,
 * depends on centroidⱼₐ alone. So the Hessian is diagonal, and its product with ones is its diagonal.
 */
export const dir = fn(cost.input, (input) => {
  const diagonal = curvature({ input, tangent: onesLike(input.centroids) });
  return div(gradient(input), diagonal);
});
