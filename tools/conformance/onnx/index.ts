/** ONNX operators in the DSL. An operator that is not here does not exist yet: cases with it are skipped and named. */
import type { OnnxVocabulary } from "./call.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import { network } from "./network.js";
import { reduce } from "./reduce.js";
import { shape } from "./shape.js";
import { windows } from "./windows.js";

export const onnxVocabulary: OnnxVocabulary = {
  ...elementwise,
  ...indexing,
  ...network,
  ...reduce,
  ...shape,
  ...windows,
};
