/** How much a loop keeps, and goes through, in a step. */
import {
  type Atom,
  addSize,
  evalSize,
  isNatural,
  namesOf,
  productSize,
  type Size,
  subSize,
} from "@tapeless/types/compiler";
import { typicalSize } from "../ir/kernel/cost.js";
import { bytesOf } from "./remade.js";

/** Nothing is kept to spare a step fewer elements: they stay in the first cache, where reading or adding to them costs next to nothing. */
export const smallest = 256;

/** Elements, with dimensions that are known only at run time taken for typical ones. */
export function elementsOf(atoms: readonly Atom[]): number {
  const size = atoms.map(({ shape }) => productSize(shape)).reduce(addSize, 0);
  return evalSize(size, Object.fromEntries(namesOf(size).map((name) => [name, typicalSize])));
}

export const bytesOfAll = (atoms: Iterable<Atom>): Size =>
  [...atoms].reduce<Size>((sum, atom) => (atom.kind === "Lit" ? sum : addSize(sum, bytesOf(atom))), 0);

/** Whatever the sizes are. */
export const isAtMost = (a: Size, b: Size): boolean => isNatural(subSize(b, a));
