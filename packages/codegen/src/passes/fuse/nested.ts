/** What roots that hold programs read. Invariant: what they read has a buffer, for their programs see buffers only. */
import type { Var } from "@tapeless/types/compiler";
import type { NestedRoot } from "./roots.js";
import { scanInputs } from "./scan-inputs.js";

/** Variables that the programs of a nested root read from buffers. */
export function nestedReads(root: NestedRoot): readonly Var[] {
  const atoms = root.kind === "scan" ? scanInputs(root.eqn) : root.eqn.inputs;
  return atoms.filter((atom): atom is Var => atom.kind === "Var");
}
