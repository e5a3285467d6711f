/**
 * `npm run gradbench:verify`: the derivatives of GradBench's problems at sizes of its public suite, as a table; exits 1 where
 * one is out of bounds. With names of problems, those alone.
 *
 * Every line is a process of its own, so that its memory is.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Sizes } from "./subject.js";
import { subjects } from "./subjects.js";
import { bounds, type Found, isWithin, verify } from "./verify.js";

interface Line extends Found {
  readonly megabytes: number;
}

/** In the process of a line. */
function one(name: string, sizes: string): void {
  const found = verify(name, JSON.parse(sizes) as Sizes); // as `line` wrote them
  console.log(JSON.stringify({ ...found, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

function line(name: string, sizes: Sizes): Line | undefined {
  const program = [fileURLToPath(import.meta.url), "--one", name, JSON.stringify(sizes)];
  const { status, stdout } = spawnSync(process.execPath, program, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return status === 0 ? (JSON.parse(stdout) as Line) : undefined; // as `one` wrote it
}

function table(names: readonly string[]): boolean {
  const row = (...cells: readonly string[]) =>
    console.log(cells.map((cell, k) => (k < 2 ? cell.padEnd(k === 0 ? 16 : 30) : cell.padStart(11))).join(" "));
  row("problem", "size", "seconds", "duality", "Richardson", "peak MB");
  let right = true;
  for (const [name, { suite }] of Object.entries(subjects)) {
    if (names.length > 0 && !names.includes(name)) continue;
    for (const sizes of suite) {
      const found = line(name, sizes);
      right &&= found !== undefined && isWithin(found);
      const shown = Object.entries(sizes).map(([key, value]) => `${key}=${value}`);
      row(
        name,
        shown.join(" "),
        ...(found === undefined
          ? ["failed"]
          : [
              found.seconds.toFixed(2),
              found.duality.toExponential(1),
              found.richardson.toExponential(1),
              `${found.megabytes}`,
            ]),
        ...(found !== undefined && isWithin(found) ? [] : ["out of bounds"]),
      );
    }
  }
  console.log(
    `bounds: duality ${bounds.duality}, Richardson ${bounds.richardson}, both relative to the sum of |gradient · direction|`,
  );
  return right;
}

const [first, ...rest] = process.argv.slice(2);
if (first === "--one") one(rest[0] ?? "", rest[1] ?? "{}");
else {
  const names = first === undefined ? [] : [first, ...rest];
  const unknown = names.filter((name) => !Object.hasOwn(subjects, name));
  if (unknown.length > 0)
    console.error(`gradbench:verify: there is no ${unknown.join(", ")}; there are ${Object.keys(subjects).join(", ")}`);
  process.exitCode = unknown.length === 0 && table(names) ? 0 : 1;
}
