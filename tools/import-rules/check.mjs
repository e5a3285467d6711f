/** `npm run imports`: prints what breaks the import rules and exits 1 where anything does. */
import { fileURLToPath } from "node:url";
import { checkImports } from "./check-imports.mjs";

const { violations, modules, imports } = await checkImports(fileURLToPath(new URL("../..", import.meta.url)));
for (const { text } of violations) console.log(text);
console.log(`import rules: ${modules} files, ${imports} imports, ${violations.length} violations`);
if (modules === 0) console.log("no source was read: the check itself is broken");
process.exitCode = violations.length > 0 || modules === 0 ? 1 : 0;
