/**
 * Who may import whom, as rules for dependency-cruiser. The order of the layers is the architecture; the rest follows.
 *
 * Invariant: a rule holds before the first build as well as after it. A package of the workspace that is not built yet
 * does not resolve and is seen by its name; a built one is seen by its folder; `ours` matches both.
 */

/** Tests, and folders of helpers for tests, may import whatever they test. */
const tests = "\\.test(-d)?\\.ts$|/testing/";

/**
 * Models, and parts that several models share: the build runs them, and what they import is not in the package that they
 * stand in.
 */
const models = "\\.(model|part)\\.ts$";

/** The folders of packages/types/src, each with those it may import. */
const typesLayers = {
  shape: [],
  node: ["shape"],
  scalar: ["shape", "node"],
  graph: ["shape", "node", "scalar"],
  ops: ["shape", "node", "scalar", "graph"],
  composite: ["shape", "node", "scalar", "graph", "ops"],
  transform: ["shape", "node", "scalar", "graph", "ops", "composite"],
  optim: ["shape", "node", "scalar", "graph", "ops", "composite", "transform"],
};

/** The folders of packages/codegen/src. What is not named here (`cli`, the index) may import every other. */
const codegenLayers = {
  util: [],
  diagnostics: ["util"],
  ir: ["diagnostics", "util"],
  load: ["diagnostics", "util"],
  autodiff: ["ir", "diagnostics", "util"],
  passes: ["ir", "diagnostics", "util"],
  emit: ["ir/loop", "diagnostics", "util"],
  pipeline: ["passes", "autodiff", "emit", "load", "ir", "diagnostics", "util"],
};

/**
 * The packages, each with those of ours that it may import.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const packages = {
  types: [],
  runtime: [],
  codegen: ["types"],
  tapeless: ["types", "codegen", "runtime"],
  examples: ["tapeless"],
};

/** @param {string} name */
const nameOf = (name) => (name === "tapeless" ? "tapeless" : `@tapeless/${name}`);
/** @param {readonly string[]} names */
const ours = (names) => names.flatMap((name) => [`^packages/${name}/`, `^${nameOf(name)}(/|$)`]).join("|");

/**
 * @typedef {import("dependency-cruiser").IRegularForbiddenRuleType} Rule
 * @param {string} name
 * @param {string} comment said to whoever breaks the rule
 * @param {Rule["from"]} from
 * @param {Rule["to"]} to
 * @returns {Rule & { name: string, comment: string }}
 */
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const packageRules = Object.entries(packages).map(([name, allowed]) => {
  const others = Object.keys(packages).filter((other) => other !== name && !allowed.includes(other));
  const comment = allowed.length > 0 ? `of our packages only ${allowed.join(", ")}` : "none of our packages";
  return rule(
    `package-${name}`,
    `${nameOf(name)} imports ${comment}`,
    { path: `^packages/${name}/`, pathNot: models },
    { path: ours(others) },
  );
});

const modelRule = rule(
  "model-imports-dsl",
  "a model imports the language that it is written in, other models and their parts, and nothing else of ours",
  { path: models },
  { path: ours(["codegen", "runtime", "examples"]), pathNot: models },
);

/**
 * @param {string} pkg
 * @param {Readonly<Record<string, readonly string[]>>} layers
 */
const layerRules = (pkg, layers) =>
  Object.entries(layers).map(([layer, below]) => {
    const allowed = [layer, ...below].map((folder) => `^packages/${pkg}/src/${folder}/`).join("|");
    return rule(
      `${pkg}-${layer}`,
      `${layer} imports only itself${below.length > 0 ? `, ${below.join(", ")}` : ""}`,
      { path: `^packages/${pkg}/src/${layer}/`, pathNot: tests },
      { path: `^packages/${pkg}/src/`, pathNot: allowed },
    );
  });

/**
 * @param {string} name
 * @param {string} module the packages, as a regular expression
 * @param {string} where the files that may import them, as a regular expression
 * @param {string} comment
 */
const only = (name, module, where, comment) =>
  rule(
    `only-${name}`,
    comment,
    { path: "^packages/[^/]+/src/", pathNot: `${where}|${tests}` },
    { path: `(^|node_modules/)(${module})(/|$)` },
  );

/** Every rule that the sources are held to. */
export const rules = [
  rule("no-cycle", "imports form no cycle, types included", {}, { circular: true }),
  rule(
    "no-reach-into-package",
    "a package is imported by its name, not by a path into it",
    { path: "^packages/([^/]+)/" },
    { path: "^packages/[^/]+/src/", pathNot: "^packages/$1/" },
  ),
  ...packageRules,
  modelRule,
  ...layerRules("types", typesLayers),
  rule(
    "op-imports-op",
    "a rule is written against the vocabulary that it is handed, so an op's file imports no other op's file",
    { path: "\\.op\\.ts$", pathNot: tests },
    { path: "\\.op\\.ts$" },
  ),
  ...layerRules("codegen", codegenLayers),
  rule(
    "nobody-imports-cli",
    "the command line is the outermost layer",
    { path: "^packages/codegen/src/", pathNot: `^packages/codegen/src/cli/|${tests}` },
    { path: "^packages/codegen/src/cli/" },
  ),
  only(
    "ts-morph",
    "ts-morph|typescript",
    "^packages/codegen/src/(load/|emit/ts/module-shell|util/ts-morph)",
    "ts-morph reads models (load/) and writes the shell of a module (emit/ts/module-shell)",
  ),
  only("esbuild", "esbuild", "^packages/codegen/src/load/", "esbuild bundles models, in load/"),
  only(
    "commander",
    "commander|@commander-js/.*",
    "^packages/codegen/src/cli/",
    "arguments are read by the command line alone",
  ),
  rule(
    "no-dependencies",
    "types and runtime run in browsers and depend on nothing",
    { path: "^packages/(types|runtime)/src/", pathNot: `${tests}|${models}` },
    { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional", "npm-no-pkg", "npm-unknown", "core"] },
  ),
  rule(
    "undeclared-dependency",
    "what a published package imports is a dependency in its package.json, and no development dependency",
    { path: "^packages/(types|runtime|codegen|tapeless)/src/", pathNot: `${tests}|${models}` },
    { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm"] },
  ),
  rule(
    "unresolved",
    "an import leads to a file or a package that is there",
    { path: "^packages/[^/]+/src/" },
    { couldNotResolve: true, pathNot: ours(Object.keys(packages)) },
  ),
  rule(
    "test-code",
    "sources import no tests",
    { path: "^packages/[^/]+/src/", pathNot: tests },
    { path: `^packages/[^/]+/src/.*(${tests})` },
  ),
];
