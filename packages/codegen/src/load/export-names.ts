/**
 * Which names a generated function can have.
 *
 * Invariant: an export that passes can be declared in a strict module beside everything the generated module declares
 * or refers to, without hiding it; the emitter never has to refuse a name.
 */
import { loadError } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { LoadedExport } from "./loaded-model.js";

/** Reserved words of strict modules, and the names that strict code may not bind. */
const reservedWords: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** What a generated module declares for itself, imports or refers to; `export-names.test.ts` asks the emitter. */
const moduleNames: ReadonlySet<string> = new Set(
  (
    "release checkApart checkBool checkF32 checkF64 checkI32 checkIndices describeValue grown remember " +
    "pairsIn powersIn reserveArena saidSize wordsOf wrongArray wrongScalar " +
    "f32 f64 i32 u8 Bool F32 F64 I32 Array ArrayBuffer ArrayBufferView Error Float32Array Float64Array Infinity " +
    "Int32Array Math NaN Number Object RangeError String TypeError Uint8Array async globalThis isNaN of undefined"
  ).split(" "),
);

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** What is wrong with the name of an export, if anything. */
function nameProblem({ name, span }: LoadedExport, file: string): Diagnostic | undefined {
  const place = span === undefined ? { file } : { span };
  if (name === "default") return loadError("defaultExport", {}, place);
  if (!identifier.test(name)) return loadError("notIdentifier", { name: JSON.stringify(name) }, place);
  if (reservedWords.has(name)) return loadError("reservedWord", { name }, place);
  return moduleNames.has(name) ? loadError("nameTaken", { name }, place) : undefined;
}

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The names that a function adds to the generated module: its own, and those of its input and output. */
const declaredNames = (name: string): readonly string[] => [
  ...new Set([name, `${name}Input`, `${capitalized(name)}Input`, `${capitalized(name)}Output`]),
];

/** The first name that two functions would both declare, for each function that comes too late. */
function clashes(exports: readonly LoadedExport[], file: string): readonly Diagnostic[] {
  const owners = new Map<string, string>();
  return exports.flatMap(({ name: second, span }) => {
    const declared = declaredNames(second).find((name) => owners.has(name));
    const first = owners.get(declared ?? "");
    for (const name of declaredNames(second)) owners.set(name, owners.get(name) ?? second);
    if (declared === undefined || first === undefined) return [];
    return [loadError("namesClash", { declared, first, second }, span === undefined ? { file } : { span })];
  });
}

/** Everything that is wrong with the names of a model's functions. `file` is the model. */
export const exportProblems = (exports: readonly LoadedExport[], file: string): readonly Diagnostic[] => [
  ...exports.flatMap((one) => nameProblem(one, file) ?? []),
  ...clashes(exports, file),
];
