/**
 * ts-morph for those who read and write TypeScript.
 *
 * Invariant: it is required, not imported. Of a CommonJS package that is imported Node looks for the names of its exports
 * first, in this one through ten megabytes of TypeScript, which takes as long as to load it.
 */
import { createRequire } from "node:module";

// What the package exports is what its declarations say.
export const tsMorph = createRequire(import.meta.url)("ts-morph") as typeof import("ts-morph");
