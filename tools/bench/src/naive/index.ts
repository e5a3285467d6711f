/** Each workload in naive loops: what one writes by hand without thinking of the machine; the reference for all others. */
import type { Implementation } from "../workloads/contender.js";
import { gmm } from "./gmm.js";
import { lstm } from "./lstm.js";
import { mlp } from "./mlp.js";
import { chain, normRows, product, softmaxRows } from "./rows.js";
import { dot, neuron, quadraticForm } from "./small.js";
import { transformerBlock } from "./transformer.js";

export const naive: Readonly<Record<string, Implementation>> = {
  W1a: quadraticForm,
  W1b: dot,
  W2: neuron,
  W3_32: mlp(32),
  W3_128: mlp(128),
  W4: mlp(16),
  W5: chain,
  W6s: softmaxRows(1024),
  W6l: normRows,
  W7: product,
  W8: lstm(20, 8),
  W9: gmm,
  W10: transformerBlock({ batch: 4, positions: 64, heads: 4 }),
};
