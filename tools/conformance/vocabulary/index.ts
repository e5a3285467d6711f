/** The fixtures' vocabulary in the DSL. An op that is not here does not exist yet: cases with it are skipped and named. */
import { activations } from "./activations.js";
import type { Vocabulary } from "./call.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import { layers } from "./layers.js";
import { linalg } from "./linalg.js";
import { losses } from "./losses.js";
import { nasty } from "./nasty.js";
import { network } from "./network.js";
import { reduce } from "./reduce.js";
import { shape } from "./shape.js";
import { windows } from "./windows.js";

export { Call, sizesOf, Unsupported } from "./call.js";

export const vocabulary: Vocabulary = {
  ...activations,
  ...elementwise,
  ...layers,
  ...indexing,
  ...linalg,
  ...losses,
  ...nasty,
  ...network,
  ...reduce,
  ...shape,
  ...windows,
};
