/** Holds the sources under a folder to the rules. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import { rules } from "./rules.mjs";

/** @param {import("dependency-cruiser").IViolation} violation */
const explain = ({ rule, from, to, cycle }) => {
  const comment = rules.find(({ name }) => name === rule.name)?.comment;
  const path = cycle ? [from, ...cycle.map(({ name }) => name)].join(" -> ") : `${from} -> ${to}`;
  return { rule: rule.name, from, to, text: `${path}\n    ${rule.name}: ${comment}` };
};

/**
 * Reads every source in packages/ of `baseDir` and gives the violations, each with a text for people, and the number of
 * modules and imports seen, by which a caller sees that anything was read at all.
 * @param {string} baseDir
 */
export async function checkImports(baseDir) {
  if (!existsSync(join(baseDir, "packages"))) throw new Error(`no folder packages in ${baseDir}`);
  const { output } = await cruise(["packages"], {
    baseDir,
    validate: true,
    ruleSet: { forbidden: rules },
    exclude: { path: "^packages/[^/]+/(tsup\\.config\\.ts|bin/)" },
    doNotFollow: { path: "node_modules|/dist/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    parser: "tsc",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".d.ts", ".js", ".mjs", ".cjs", ".json"],
    },
  });
  if (typeof output === "string") throw new Error("dependency-cruiser gave a text instead of its findings");
  const { summary, modules } = output;
  const sources = modules.filter(({ source }) => /^packages\/[^/]+\/src\//.test(source));
  return {
    violations: summary.violations.map(explain),
    modules: sources.length,
    imports: sources.reduce((sum, { dependencies }) => sum + dependencies.length, 0),
  };
}
