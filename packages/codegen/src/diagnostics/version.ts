/** The version of the compiler. Invariant: it is the one of the package.json that is installed. */
import { createRequire } from "node:module";

// The package exports its package.json, and that a package.json has a version is npm's rule.
const manifest = createRequire(import.meta.url)("@tapeless/codegen/package.json") as { readonly version: string };

export const version: string = manifest.version;
