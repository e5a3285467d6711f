/**
 * Every rule and every example of the notes has a proof that runs: each line of seed_inventory.md names cases of the seeds or
 * functions of the hard points, and what has neither is said here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Case } from "./case.js";
import { obstacleOf } from "./graph-plan.js";
import { readFixtures, setOf } from "./readers/index.js";
import { placeOf, root } from "./sets.js";

interface Item {
  readonly id: string;
  readonly formula: string;
  readonly oracle: string;
}

/** The lines of the table: id, seed, formula, test, status, correction, oracle. A bar in a formula is escaped. */
function readInventory(): readonly Item[] {
  const text = readFileSync(join(placeOf("seeds"), "seed_inventory.md"), "utf8");
  return text
    .split("\n")
    .filter((line) => /^\| [A-Z]\d/.test(line))
    .map((line) => {
      const cells = line
        .replaceAll("\\|", "¦")
        .split("|")
        .map((cell) => cell.trim());
      return { id: cells[1] ?? "", formula: cells[3] ?? "", oracle: cells.at(-2) ?? "" };
    });
}

/** Proofs of items that name no oracle: cases of the rules written by hand, of the seeds, or those of other items. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  S01: ["constant"],
  S02: ["identity"],
  S14: ["l1_upstream"],
  S18: ["sum_upstream"],
  S19: ["000.dot", "000.quadform_sym", "000.dot_chain", "000.matvec", "000.matmul", "000.gram", "000.unary_cos"],
  G07: ["chain"],
  L03: ["total_derivative", "001.chain_multi"],
  L06: ["003.exp", "003.log", "003.sigmoid", "003.tanh"],
  L12: ["elementwise_of_two"],
  D13: ["total_derivative"],
  D19: ["003.mlp_shapes"], // its step of gradient descent is run by the rule sheet
};

const casesAt = (places: readonly string[]): ReadonlyMap<string, Case> => {
  const { files, tolerances } = readFixtures(places);
  return new Map(files.flatMap((file) => setOf(file, tolerances).cases).map((given) => [given.id, given]));
};

const cases = casesAt([placeOf("seeds"), join(root, "tools", "conformance", "fixtures", "rules.json")]);
const points = casesAt([placeOf("nasty.json")]);

/** `seed002.json#002.dot`, also several with one file: `seed004.json#004.const_mul,power` and `#000.sum_axis0..3`. */
function seedCases(oracle: string): readonly string[] {
  const [, names = ""] = /^seed\d+\.json#([\w.,]+)/.exec(oracle) ?? [];
  const [first = "", ...more] = names.split(",");
  const prefix = first.slice(0, first.indexOf(".") + 1);
  const range = /^(.*?)(\d)\.\.(\d)$/.exec(first);
  const firsts =
    range === null
      ? [first]
      : Array.from({ length: Number(range[3]) - Number(range[2]) + 1 }, (_, k) => `${range[1]}${Number(range[2]) + k}`);
  return names === "" ? [] : [...firsts, ...more.map((name) => `${prefix}${name}`)];
}

/** A case with something to compare; names may go on with what of it is meant. */
function isProved(name: string): boolean {
  const found = [name, name.split(".").slice(0, 2).join(".")].flatMap((id) => cases.get(id) ?? [])[0];
  if (found === undefined) return false;
  return obstacleOf(found) === undefined && (found.derivatives.length > 0 || Object.keys(found.outputs).length > 0);
}

function proofsOf({ id, oracle }: Item): readonly (readonly [name: string, proved: boolean])[] {
  const [, fn] = /^nasty (\w+)/.exec(oracle) ?? [];
  if (fn !== undefined) return [[fn, [...points.keys()].some((name) => name === fn || name.startsWith(`${fn}_`))]];
  return [...seedCases(oracle), ...(elsewhere[id] ?? [])].map((name) => [name, isProved(name)] as const);
}

describe("seed_inventory.md", () => {
  const items = readInventory();

  test("is read whole", () => expect(items.length).toBeGreaterThan(90));

  test.each(items)("$id: $formula", (item) => {
    const proofs = proofsOf(item);
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs.filter(([, proved]) => !proved)).toEqual([]);
  });

  test("nothing is said twice", () => {
    const named = items.filter(({ oracle }) => oracle !== "").map(({ id }) => id);
    expect(Object.keys(elsewhere).filter((id) => named.includes(id))).toEqual([]);
  });
});
