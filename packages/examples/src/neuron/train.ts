/** `npm run neuron`: fits one neuron to the iris data and prints what it found. */
import { features, loadFlowers } from "./data.js";
import { fit } from "./fitting.js";

const flowers = loadFlowers();
const { params, costs } = fit(flowers);

console.log(`neuron: petal width of ${flowers.y.length} irises from ${features.join(", ")}`);
console.log(`loss before: ${costs[0]?.toFixed(6)} cm²`);
console.log(`loss after ${costs.length - 1} steps: ${costs.at(-1)?.toFixed(6)} cm²`);

// Out of the standardised features: w·(x − mean)/deviation + b.
const slopes = features.map((_, j) => (params.w[j] ?? 0) / (flowers.deviations[j] ?? 1));
const offset = slopes.reduce((rest, slope, j) => rest - slope * (flowers.means[j] ?? 0), params.b);
const terms = features.map((name, j) => `${(slopes[j] ?? 0).toFixed(4)}·(${name})`);
console.log(`petal width ≈ max(0, ${terms.join(" + ")} + ${offset.toFixed(4)}) cm`.replaceAll("+ -", "− "));
