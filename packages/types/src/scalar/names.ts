/** The names of all builtins. The functions stand here by name, so that they can be written in terms of each other. */
import type { PrimitiveName } from "./primitives.js";

export type FunctionName =
  | "direction"
  | "erf"
  | "erfc"
  | "erfcTail"
  | "expByTable"
  | "expf"
  | "expm1f"
  | "expProduct"
  | "geluSlope"
  | "geluTanhPower"
  | "geluTanhSlope"
  | "hypot"
  | "log1pf"
  | "millsRatio"
  | "mishSlope"
  | "mod"
  | "normalCdf"
  | "normalCdfTanh"
  | "normalQuantile"
  | "normalTail"
  | "round"
  | "sigmoidDifference"
  | "sigmoidSlope"
  | "siluSlope"
  | "tanhByTable"
  | "tanhSlope"
  | "tanhf"
  | "threefryFirst"
  | "threefryFold"
  | "threefrySecond"
  | "threefryUnit";

export type BuiltinName = PrimitiveName | FunctionName;
