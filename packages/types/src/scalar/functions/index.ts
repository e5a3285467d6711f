/** The builtins that are defined by others, by name. */
import type { FunctionName } from "../names.js";
import type { FunctionDefinition } from "../vocabulary.js";
import { expByTable, tanhByTable } from "./double-exponential.js";
import { erf, erfc, erfcTail, expProduct, normalCdf, normalTail } from "./error-function.js";
import { expf, expfInside, expm1f, expm1fInside, tanhf, tanhfInside } from "./float-exponential.js";
import { log1pf } from "./float-logarithm.js";
import { geluSlope, geluTanhPower, geluTanhSlope, normalCdfTanh } from "./gelu.js";
import { direction, hypot } from "./lengths.js";
import { mishSlope, sigmoidDifference, sigmoidSlope, siluSlope, tanhSlope } from "./logistic.js";
import { millsRatio } from "./mills-ratio.js";
import { normalQuantile } from "./normal-quantile.js";
import { mod, round } from "./rounding.js";
import {
  mishSlopeByTable,
  sigmoidDifferenceByTable,
  sigmoidSlopeByTable,
  siluSlopeByTable,
  tanhSlopeByTable,
} from "./tabulated.js";
import { threefryFirst, threefryFold, threefrySecond, threefryUnit } from "./threefry.js";

export const functions: Readonly<Record<FunctionName, FunctionDefinition>> = {
  direction,
  erf,
  erfc,
  erfcTail,
  expByTable,
  expf,
  expfInside,
  expm1f,
  expm1fInside,
  expProduct,
  geluSlope,
  geluTanhPower,
  geluTanhSlope,
  hypot,
  log1pf,
  millsRatio,
  mishSlope,
  mishSlopeByTable,
  mod,
  normalCdf,
  normalCdfTanh,
  normalQuantile,
  normalTail,
  round,
  sigmoidDifference,
  sigmoidDifferenceByTable,
  sigmoidSlope,
  sigmoidSlopeByTable,
  siluSlope,
  siluSlopeByTable,
  tanhByTable,
  tanhSlope,
  tanhSlopeByTable,
  tanhf,
  tanhfInside,
  threefryFirst,
  threefryFold,
  threefrySecond,
  threefryUnit,
};
