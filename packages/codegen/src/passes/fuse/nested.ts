/** What roots that hold programs read. Invariant: what they read has a buffer, for their programs see buffers only. */
import type { Var } from "@tapeless/types/compiler";
import type { Region } from "./region.js";
import type { NestedRoot } from "./roots.js";
import { operandPart, scanInputs } from "./scan-inputs.js";

/** Variables that the programs of a nested root read from buffers. */
export function nestedReads(region: Region, root: NestedRoot): readonly Var[] {
  const atoms = root.kind === "scan" ? scanInputs(root.eqn) : root.eqn.inputs;
  const reads = atoms.filter((atom): atom is Var => atom.kind === "Var");
  return root.kind === "scan" ? reads.map((read) => operandPart(region, root.eqn, read)?.source ?? read) : reads;
}
