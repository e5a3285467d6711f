/** Reads fixture files of every schema that has a reader. A new schema is a file beside this one and a row here. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { FixtureSet } from "../case.js";
import { asObject, asText, FixtureError, type Json } from "./json.js";
import { readOracleCases } from "./oracle-case.js";
import { readTorchVjps } from "./torch-vjp.js";

const readers: Readonly<Record<string, (name: string, file: Json) => FixtureSet>> = {
  "oracle-case/2": readOracleCases,
  "torch-vjp/2": readTorchVjps,
};

export function readFixtures(path: string): FixtureSet {
  const name = basename(path, ".json");
  const json = asObject(JSON.parse(readFileSync(path, "utf8")), name);
  const schema = asText(json["schema"], `${name}.schema`);
  const read = readers[schema];
  if (read === undefined) throw new FixtureError(`${path}: there is no reader for schema ${schema}`);
  return read(name, json);
}

/** The files of a folder, in the order of their names. */
export const readFolder = (folder: string): readonly FixtureSet[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => readFixtures(join(folder, file)));
