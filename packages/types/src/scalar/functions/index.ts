/** The builtins that are defined by others, by name. */
import type { FunctionName } from "../names.js";
import type { FunctionDefinition } from "../vocabulary.js";
import { erf, erfc, erfcTail, expProduct, normalCdf, normalTail } from "./error-function.js";
import { direction, hypot } from "./lengths.js";
import { mishSlope, siluSlope } from "./logistic.js";
import { geluTanhPower, geluTanhSlope, normalDensity, normalDistributionTanh } from "./normal.js";
import { normalQuantile } from "./normal-quantile.js";
import { mod, round } from "./rounding.js";
import { threefryFirst, threefryFold, threefrySecond, threefryUnit } from "./threefry.js";

export const functions: Readonly<Record<FunctionName, FunctionDefinition>> = {
  direction,
  erf,
  erfc,
  erfcTail,
  expProduct,
  geluTanhPower,
  geluTanhSlope,
  hypot,
  mishSlope,
  mod,
  normalCdf,
  normalDensity,
  normalDistributionTanh,
  normalQuantile,
  normalTail,
  round,
  siluSlope,
  threefryFirst,
  threefryFold,
  threefrySecond,
  threefryUnit,
};
