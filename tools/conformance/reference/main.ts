/** `npm run reference` writes docs/reference; with `--check` it says what is stale or lacks its tags, and writes nothing. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../sets.js";
import { readCoverage } from "./coverage.js";
import { families, familyOf } from "./families.js";
import { pagesOf } from "./pages.js";
import { type PublicFunction, readPublicFunctions, type TagName } from "./public-functions.js";

const folder = join(root, "docs", "reference");
/** `conventions` stands only where there is a choice. */
const required: readonly TagName[] = ["shapes", "formula", "derivative"];

/** What is wrong with the comments of functions that compute something. */
function complaints(functions: readonly PublicFunction[]): readonly string[] {
  return functions.flatMap(({ name, file, summary, tags }) => {
    const family = familyOf(file);
    if (family === undefined)
      return [`${name}: ${file} is in no family; add it to one in tools/conformance/reference/families.ts`];
    const needed = family.page === "transformations" ? [] : required;
    const missing = needed.filter((tag) => tags[tag] === undefined).map((tag) => `@${tag}`);
    const lacks = [...(summary === "" ? ["a sentence"] : []), ...missing];
    return lacks.length > 0 ? [`${name} (${file}) lacks ${lacks.join(", ")}`] : [];
  });
}

/** Files that a family names and that are not there: their functions would be on another page, or on none. */
const unknownFiles = (source: string): readonly string[] =>
  families.flatMap(({ page, files }) =>
    files
      .filter((file) => !existsSync(join(source, file)))
      .map((file) => `${file} of the family "${page}" is not there; mend tools/conformance/reference/families.ts`),
  );

const onDisk = (): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

function textOf(file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), "utf8");
  } catch {
    return undefined;
  }
}

const source = join(root, "packages", "types", "src");
const functions = readPublicFunctions(source);
const pages = pagesOf(functions, readCoverage());
const stale = [...pages].filter(([file, text]) => textOf(file) !== text).map(([file]) => file);
const surplus = onDisk().filter((file) => !pages.has(file));
const wrong = [...complaints(functions), ...unknownFiles(source)];

if (process.argv.includes("--check")) {
  const problems = [
    ...wrong,
    ...[...stale, ...surplus].map((file) => `stale: docs/reference/${file}; npm run reference`),
  ];
  for (const problem of problems) console.error(`reference: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const file of stale) writeFileSync(join(folder, file), pages.get(file) ?? "");
  for (const file of surplus) rmSync(join(folder, file));
  for (const problem of wrong) console.error(`reference: ${problem}`);
  console.log(`reference: ${functions.length} functions on ${pages.size} pages, ${stale.length} renewed`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
