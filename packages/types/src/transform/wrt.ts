/** With respect to what: the leaves that a transformation's `wrt` names, and the tree of derivatives it leads to. */
import type { Aval } from "../graph/ir.js";
import { graphError } from "../graph/messages.js";
import { listTexts, sortTexts } from "../graph/text-order.js";
import { filterStructure, isFloat, leavesOf, type Structure } from "../graph/trees.js";

export type Wrt = string | readonly string[] | undefined;

/** Positions of the chosen leaves among all inputs, and the tree their derivatives make. */
export interface Chosen {
  readonly positions: readonly number[];
  readonly tree: Structure<Aval>;
}

type Numbered = Structure<{ readonly aval: Aval; readonly position: number }>;

function numbered(input: Structure<Aval>): ReadonlyMap<string, Numbered> {
  let next = 0;
  const number = (structure: Structure<Aval>): Numbered => {
    switch (structure.kind) {
      case "leaf":
        return { kind: "leaf", leaf: { aval: structure.leaf, position: next++ } };
      case "object":
        return { kind: "object", entries: structure.entries.map(([key, child]) => [key, number(child)] as const) };
      case "list":
        return { kind: "list", items: structure.items.map(number) };
      case "none":
        return structure;
    }
  };
  return new Map(input.kind === "object" ? input.entries.map(([key, child]) => [key, number(child)]) : []);
}

function inputNamed(call: string, inputs: ReadonlyMap<string, Numbered>, name: string): Numbered {
  const found = inputs.get(name);
  if (found !== undefined) return found;
  throw graphError("inputUnknown", { call, name, names: listTexts(sortTexts([...inputs.keys()]), "and") });
}

/** Leaves of the input that are floats; `all`: an integer among them is an error. */
function floatLeaves(call: string, name: string, tree: Numbered, floats: "all" | "some"): Numbered {
  const leaves = leavesOf(tree).map(([leaf]) => leaf.aval);
  const other = leaves.find((aval) => !isFloat(aval));
  const wrong = floats === "all" ? other !== undefined : other !== undefined && !leaves.some(isFloat);
  if (wrong) throw graphError("wrtInteger", { call, name, kind: other?.dtype === "bool" ? "bool" : "integer" });
  return filterStructure(tree, ({ aval }) => isFloat(aval));
}

const chosen = (tree: Numbered): Chosen => ({
  positions: leavesOf(tree).map(([leaf]) => leaf.position),
  tree: avals(tree),
});

function avals(tree: Numbered): Structure<Aval> {
  switch (tree.kind) {
    case "leaf":
      return { kind: "leaf", leaf: tree.leaf.aval };
    case "object":
      return { kind: "object", entries: tree.entries.map(([key, child]) => [key, avals(child)] as const) };
    case "list":
      return { kind: "list", items: tree.items.map(avals) };
    case "none":
      return tree;
  }
}

/** `grad` and `valueAndGrad`: one input's own tree, or an object of several; left out only where there is one input. */
export function chooseForGrad(call: string, input: Structure<Aval>, wrt: Wrt): Chosen {
  const inputs = numbered(input);
  const names = [...inputs.keys()];
  const [only] = names;
  if (wrt === undefined && (names.length !== 1 || only === undefined)) {
    throw graphError("wrtMissing", { call, names: listTexts(sortTexts(names), "or") });
  }
  const name = wrt ?? only ?? "";
  if (typeof name === "string") return chosen(floatLeaves(call, name, inputNamed(call, inputs, name), "all"));
  return chosen(objectOf(name, (key) => floatLeaves(call, key, inputNamed(call, inputs, key), "all")));
}

/** `vjp` and `jvp`: likewise, but integer leaves are left out, and without `wrt` it is all inputs. */
export function chooseForTangents(call: string, input: Structure<Aval>, wrt: Wrt): Chosen {
  const inputs = numbered(input);
  if (typeof wrt === "string") return chosen(floatLeaves(call, wrt, inputNamed(call, inputs, wrt), "some"));
  if (wrt !== undefined)
    return chosen(objectOf(wrt, (key) => floatLeaves(call, key, inputNamed(call, inputs, key), "some")));
  const all = objectOf([...inputs.keys()], (key) =>
    filterStructure(inputNamed(call, inputs, key), ({ aval }) => isFloat(aval)),
  );
  return chosen(filterStructure(all, () => true));
}

const objectOf = (keys: readonly string[], child: (key: string) => Numbered): Numbered => ({
  kind: "object",
  entries: keys.map((key) => [key, child(key)] as const),
});
