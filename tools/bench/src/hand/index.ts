/** Workloads by hand as fast as plain JavaScript was got to be: the mark that generated code aims at. */
import type { Implementation } from "../workloads/contender.js";
import { lstm } from "./lstm.js";
import { matrixProduct } from "./matrices.js";
import { mlp } from "./mlp.js";
import { chain, dot, type Kernel, neuron, normRows, quadraticForm, softmaxRows } from "./small.js";
import { transformerBlock } from "./transformer.js";

/** The kernel on the inputs of these names, in this order. */
const on =
  (kernel: () => Kernel, ...names: readonly string[]): Implementation =>
  (data) => {
    const { run, gradients } = kernel();
    const inputs = names.map((name) => data[name] ?? new Float32Array());
    return { run: run.bind(undefined, ...inputs), gradients };
  };

const layers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => [`W${i + 1}`, `b${i + 1}`]).flat();

const block = ["Wq", "Wk", "Wv", "Wo", "g1", "c1", "g2", "c2", "Wa", "ba", "Wb", "bb"];

export const hand: Readonly<Record<string, Implementation>> = {
  W1a: on(quadraticForm, "x", "M"),
  W1b: on(dot, "x", "y"),
  W2: on(neuron, "X", "y", "w", "b"),
  W3_32: on(() => mlp(32, [784, 128, 10]), "X", "Y", ...layers(2)),
  W3_128: on(() => mlp(128, [784, 128, 10]), "X", "Y", ...layers(2)),
  W4: on(() => mlp(16, [64, 64, 64, 10]), "X", "Y", ...layers(3)),
  W5: on(() => chain(1_000_000), "x", "y", "z"),
  W6s: on(() => softmaxRows(512, 1024), "X", "T"),
  W6l: on(() => normRows(512, 1024), "X", "T", "g", "b"),
  W7: on(() => matrixProduct(512), "A", "B", "T"),
  W8: on(() => lstm({ steps: 20, batch: 8, hidden: 64 }), "xs", "Wx", "Wh", "b"),
  W10: on(() => transformerBlock({ batch: 4, heads: 4, s: 64, d: 64, f: 256 }), "x", "t", ...block),
};
