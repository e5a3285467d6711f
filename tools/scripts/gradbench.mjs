/**
 * `npm run --silent gradbench`: sets up, builds, and is a tool of GradBench on stdin and stdout; `npm run gradbench:verify`
 * verifies the derivatives of its problems (docs/gradbench.md).
 *
 * Invariant: nothing but responses is written to stdout, and nothing but the tool reads stdin: what sets up is given no
 * input and writes to stderr.
 */
import { join } from "node:path";
import { root, run } from "./workspace.mjs";

const stderr = { stdio: ["ignore", 2, 2] };

const [first, ...rest] = process.argv.slice(2);
const program = first === "--verify" ? [join("verify", "main.js"), ...rest] : ["main.js"];
const [file, ...args] = [join("packages", "examples", "dist", "gradbench", program[0]), ...program.slice(1)];

const steps = [
  () => run(process.execPath, [join(root, "tools", "scripts", "setup.mjs")], stderr),
  () => run("turbo", ["run", "build", "--filter=@tapeless/examples", "--output-logs=errors-only"], stderr),
  () => run(process.execPath, ["--enable-source-maps", file, ...args]),
];

let code = 0;
for (const step of steps) if (code === 0) code = step();
process.exitCode = code;
