/** Reads fixture files of every schema that has a reader. A new schema is a file beside this one and a row here. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { FixtureSet } from "../case.js";
import { asObject, asText, FixtureError, type Json } from "./json.js";
import { readOracleCases } from "./oracle-case.js";
import { readTorchVjps } from "./torch-vjp.js";

/** `tolerances`: what cases may deviate, by id, where the schema's usual tolerance is not theirs. */
type Reader = (name: string, file: Json, tolerances: Json) => FixtureSet;

const readers: Readonly<Record<string, Reader>> = {
  "oracle-case/2": readOracleCases,
  "torch-vjp/2": readTorchVjps,
};

interface FixtureFile {
  readonly name: string;
  readonly schema: string;
  readonly json: Json;
}

function readFile(path: string): FixtureFile {
  const name = basename(path, ".json");
  const json = asObject(JSON.parse(readFileSync(path, "utf8")), name);
  return { name, json, schema: asText(json.schema, `${name}.schema`) };
}

function setOf({ name, schema, json }: FixtureFile, tolerances: Json): FixtureSet {
  const read = readers[schema];
  if (read === undefined) throw new FixtureError(`${name}: there is no reader for schema ${schema}`);
  return read(name, json, tolerances);
}

const isTolerances = ({ schema }: FixtureFile): boolean => schema === "tolerances/1";

/** The sets of a folder, in the order of their names; a file of schema `tolerances/1` beside them is about all of them. */
export function readFolder(folder: string): readonly FixtureSet[] {
  const paths = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const files = paths.sort().map((file) => readFile(join(folder, file)));
  const tolerances = files.filter(isTolerances).map(({ name, json }) => asObject(json.tolerances, name));
  const merged = Object.assign({}, ...tolerances) as Json; // numbers by id
  return files.filter((file) => !isTolerances(file)).map((file) => setOf(file, merged));
}
