/** `npm start [-- example]`: sets up, builds, generates, and runs one example (the digits, unless told otherwise). */
import { join } from "node:path";
import { install } from "./install.mjs";
import { readJson, root, run } from "./workspace.mjs";

const examples = join("packages", "examples");
const notExamples = new Set(["build", "codegen", "codegen:check", "typecheck", "typecheck:native"]);

function start([example = "digits", ...args]) {
  const known = Object.keys(readJson(examples, "package.json").scripts).filter((name) => !notExamples.has(name));
  if (!known.includes(example)) {
    console.error(`start: there is no example "${example}"; there are: ${known.join(", ")}`);
    return 1;
  }
  const steps = [
    () => install(),
    () => {
      console.log("build: packages, generated functions, examples");
      return run("turbo", ["run", "build", "--filter=@tapeless/examples", "--output-logs=errors-only"]);
    },
    () => run("pnpm", ["run", example, ...args], { cwd: join(root, examples) }),
  ];
  for (const step of steps) {
    const code = step();
    if (code !== 0) return code;
  }
  return 0;
}

process.exitCode = start(process.argv.slice(2));
