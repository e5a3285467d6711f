/** `npm run setup`: installs the workspace. `npm run setup -- --force` installs even where nothing seems to be missing. */
import { install } from "./install.mjs";

process.exitCode = install({ force: process.argv.includes("--force") });
