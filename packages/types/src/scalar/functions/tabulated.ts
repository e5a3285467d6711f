/**
 * Functions around the logistic one with their powers from tables, for f64 loops (adr/0016).
 *
 * Invariant: each is the definition that it has without tables, over a vocabulary in which `exp` and `tanh` are those by table;
 * those are no less exact than the engine's, so what the definition states of its error holds.
 */
import type { FunctionDefinition } from "../vocabulary.js";
import * as plain from "./logistic.js";

const byTable = (definition: FunctionDefinition): FunctionDefinition => ({
  ...definition,
  doc: `${definition.doc} Powers by table.`,
  body: (f, x, y, z) =>
    definition.body({ ...f, exp: f.expByTable, tanh: f.tanhByTable, sigmoidSlope: f.sigmoidSlopeByTable }, x, y, z),
});

export const mishSlopeByTable = byTable(plain.mishSlope);
export const sigmoidDifferenceByTable = byTable(plain.sigmoidDifference);
export const sigmoidSlopeByTable = byTable(plain.sigmoidSlope);
export const siluSlopeByTable = byTable(plain.siluSlope);
export const tanhSlopeByTable = byTable(plain.tanhSlope);
