/**
 * ts-morph for those who read and write TypeScript.
 *
 * Invariant: it is required, not imported. Of a CommonJS package that is imported Node looks for the names of its exports
 * first, in this one through ten megabytes of TypeScript, which takes as long as to load it. It is required by whoever needs it
 * first, so that who loads a model can let its bundler, another process, begin before.
 */
import { createRequire } from "node:module";

type TsMorph = typeof import("ts-morph");

const require = createRequire(import.meta.url);
let loaded: TsMorph | undefined;

export function tsMorph(): TsMorph {
  loaded ??= require("ts-morph") as TsMorph; // what the package exports is what its declarations say
  return loaded;
}
