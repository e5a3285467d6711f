/**
 * Reads fixture files of every schema that has a reader, from any files and folders. A new schema is a file beside this
 * one and a row here.
 *
 * Invariant: a file that cannot be read is an error in words, and keeps no other from being read.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { FixtureSet } from "../case.js";
import { planOfCase } from "../graph-plan.js";
import { messageOf } from "../message-of.js";
import { narrowPlanOf } from "../narrow-plan.js";
import type { OnnxModel } from "../onnx/model.js";
import { planOfOnnx } from "../onnx/plan.js";
import type { Plan } from "../plan.js";
import { statedTolerances } from "../sets.js";
import { asObject, asText, FixtureError, type Json } from "./json.js";
import { readNasty } from "./nasty.js";
import { readOnnxModel, readOnnxNodes } from "./onnx.js";
import { readOracleCases } from "./oracle-case.js";
import { readTorchPrograms } from "./torch-program.js";
import { readTorchVjps } from "./torch-vjp.js";

/** `tolerances`: what cases may deviate, by id, where the schema's usual tolerance is not theirs. */
type Reader = (name: string, file: Json, tolerances: Json) => FixtureSet;

const readers: Readonly<Record<string, Reader>> = {
  "oracle-case/2": readOracleCases,
  "torch-vjp/2": readTorchVjps,
  "torch-program/2": readTorchPrograms,
  "nasty/1": readNasty,
};

/** A file with its schema; `json` is unknown territory until its reader has seen it. */
export interface FixtureFile {
  readonly path: string;
  readonly name: string;
  readonly schema: string;
  readonly json: Json;
}

function readFile(path: string): FixtureFile {
  const name = basename(path, ".json");
  const json = asObject(JSON.parse(readFileSync(path, "utf8")), name);
  return { path, name, json, schema: asText(json.schema, `${name}.schema`) };
}

/** The fixture files at a place: itself, or all below it. */
function filesAt(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => join(path, file));
}

/** What could not be read, and why. */
export interface ReadError {
  readonly path: string;
  readonly message: string;
}

export interface Fixtures {
  readonly files: readonly FixtureFile[];
  readonly errors: readonly ReadError[];
  /** What cases may deviate, by id: from files of schema `tolerances/1`, which are about all others. */
  readonly tolerances: Json;
}

/** Runs something for each item; what throws becomes an error. */
function each<T, R>(items: readonly T[], pathOf: (item: T) => string, run: (item: T) => R) {
  const [results, errors]: [R[], ReadError[]] = [[], []];
  for (const item of items) {
    try {
      results.push(run(item));
    } catch (error) {
      errors.push({ path: pathOf(item), message: messageOf(error) });
    }
  }
  return { results, errors };
}

/** Reads all fixture files at some places. */
export function readFixtures(places: readonly string[]): Fixtures {
  const paths = each(places, (place) => place, filesAt);
  const files = each([...new Set(paths.results.flat())], (path) => path, readFile);
  const isTolerances = ({ schema }: FixtureFile): boolean => schema === "tolerances/1";
  const stated = [readFile(statedTolerances), ...files.results.filter(isTolerances)];
  const tolerances = stated.map(({ name, json }) => asObject(json.tolerances, name));
  return {
    files: files.results.filter((file) => !isTolerances(file)),
    errors: [...paths.errors, ...files.errors],
    tolerances: Object.assign({}, ...tolerances) as Json, // numbers by id
  };
}

/** The cases of a file that holds graphs. */
export function setOf({ name, schema, json }: FixtureFile, tolerances: Json): FixtureSet {
  const read = readers[schema];
  if (read === undefined) throw new FixtureError(`there is no reader for schema ${schema}`);
  return read(name, json, tolerances);
}

const onnxReaders: Readonly<Record<string, (name: string, file: Json) => readonly OnnxModel[]>> = {
  "onnx-node/1": readOnnxNodes,
  "onnx-model/1": readOnnxModel,
};

export interface PlanOptions {
  /** Whether sets that have an f32 run get it: they do when left out. */
  readonly narrow?: boolean;
}

/** All that is run of a file. */
export function plansOf(file: FixtureFile, tolerances: Json, options: PlanOptions = {}): readonly Plan[] {
  const readOnnx = onnxReaders[file.schema];
  if (readOnnx !== undefined) return readOnnx(file.name, file.json).map((model) => planOfOnnx("onnx", model));
  const { name, cases, narrow } = setOf(file, tolerances);
  const wide = cases.map((given) => planOfCase(name, given));
  return narrow && options.narrow !== false
    ? [...wide, ...cases.map((given) => narrowPlanOf(`${name} in f32`, given))]
    : wide;
}
