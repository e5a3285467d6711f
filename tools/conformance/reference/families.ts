/** The families in which the reference lists functions: a page each, by the file that declares a function. */

export interface Family {
  readonly page: string;
  readonly title: string;
  readonly about: string;
  /** Files that belong here, from packages/types/src on; a folder ends with a slash. */
  readonly files: readonly string[];
}

/** The first family that a file belongs to is its own. */
export const families: readonly Family[] = [
  {
    page: "activations",
    title: "Activations",
    about: "Elementwise functions of networks.",
    files: [
      "ops/elementwise/relu.op.ts",
      "ops/elementwise/sigmoid.op.ts",
      "ops/elementwise/softplus.op.ts",
      "ops/elementwise/softsign.op.ts",
      "ops/elementwise/hard-swish.op.ts",
      "ops/elementwise/silu.op.ts",
      "ops/elementwise/mish.op.ts",
      "ops/elementwise/gelu.op.ts",
      "ops/elementwise/gelu-tanh.op.ts",
      "composite/rectifiers.ts",
      "composite/log-sigmoid.ts",
    ],
  },
  {
    page: "elementwise",
    title: "Elementwise functions",
    about: "Each element of the result depends on the elements at the same place. Operands broadcast.",
    files: ["ops/elementwise/", "composite/elementary.ts", "composite/logic.ts", "composite/clip.ts"],
  },
  {
    page: "reductions",
    title: "Reductions and scans",
    about: "Sums, extrema, statistics and norms over axes; running sums and their kind.",
    files: [
      "ops/reduce/",
      "composite/statistics.ts",
      "composite/norms.ts",
      "composite/product.ts",
      "composite/truth.ts",
      "composite/running.ts",
      "composite/quantile.ts",
    ],
  },
  {
    page: "shape",
    title: "Shape",
    about: "What moves, joins, cuts, repeats or makes elements.",
    files: [
      "ops/shape/",
      "composite/shapes.ts",
      "composite/create.ts",
      "composite/pad.ts",
      "composite/parts.ts",
      "composite/repetition.ts",
      "composite/triangles.ts",
    ],
  },
  {
    page: "indexing",
    title: "Indexing",
    about: "Reading and writing at indices, sorting.",
    files: ["ops/index/", "composite/indexing.ts", "composite/along.ts", "composite/order.ts"],
  },
  {
    page: "linear-algebra",
    title: "Linear algebra",
    about: "Products, contractions, factorisations and systems.",
    files: [
      "ops/linalg/",
      "composite/matmul.ts",
      "composite/einsum.ts",
      "composite/linear-systems.ts",
      "composite/contractions.ts",
    ],
  },
  {
    page: "losses",
    title: "Losses",
    about: "What training makes small.",
    files: ["composite/losses.ts", "composite/cross-entropy.ts", "composite/similarity.ts"],
  },
  {
    page: "random",
    title: "Random numbers",
    about: "Draws from an explicit key; no gradient flows through them.",
    files: ["ops/random/", "composite/random.ts"],
  },
  {
    page: "networks",
    title: "Networks",
    about: "Layers, normalisation, attention, recurrent cells, convolutions and pooling.",
    files: [
      "composite/linear.ts",
      "composite/normalization.ts",
      "composite/attention.ts",
      "composite/multi-head-attention.ts",
      "composite/cells.ts",
      "composite/convolution.ts",
      "composite/pooling.ts",
      "composite/adaptive-pooling.ts",
      "composite/pixel-blocks.ts",
    ],
  },
  {
    page: "transformations",
    title: "Functions and transformations",
    about: "Functions of the language, and what makes derivatives and batches of them.",
    files: ["graph/", "transform/", "optim/"],
  },
];

export const familyOf = (file: string): Family | undefined =>
  families.find(({ files }) => files.some((each) => (each.endsWith("/") ? file.startsWith(each) : file === each)));
