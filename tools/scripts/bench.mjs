/** `npm run bench [-- command]`: sets up, builds, and measures; see tools/bench. */
import { install } from "./install.mjs";
import { run } from "./workspace.mjs";

function bench(args) {
  const steps = [
    () => install(),
    () => run("turbo", ["run", "build", "--filter=@tapeless/bench", "--output-logs=errors-only"]),
    () => run(process.execPath, ["--enable-source-maps", "tools/bench/dist/bench.js", ...args]),
  ];
  for (const step of steps) {
    const code = step();
    if (code !== 0) return code;
  }
  return 0;
}

process.exitCode = bench(process.argv.slice(2));
