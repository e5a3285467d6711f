/** The names of all builtins. The functions stand here by name, so that they can be written in terms of each other. */
import type { PrimitiveName } from "./primitives.js";

export type FunctionName =
  | "direction"
  | "hypot"
  | "mod"
  | "round"
  | "normalDensity"
  | "normalDistributionTanh"
  | "geluTanhPower"
  | "geluTanhSlope"
  | "siluSlope"
  | "mishSlope";

export type BuiltinName = PrimitiveName | FunctionName;
