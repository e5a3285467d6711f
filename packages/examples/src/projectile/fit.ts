/**
 * `npm run projectile [-- --seed N --error METRES --out FILE]`: measures the flight of a ball with errors, finds its launch
 * from the places, and draws how the steps came near.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { random } from "tapeless/runtime";
import { draw } from "./drawing.js";
import { baseball, fit, type Launch, measure } from "./fitting.js";
import { flight } from "./projectile.gen.js";

const usualFile = fileURLToPath(new URL("../../dist/projectile/projectile.svg", import.meta.url));

function settingsOf(args: readonly string[]): { seed: number; error: number; out: string } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      error: { type: "string", default: "0.5" },
      out: { type: "string", default: usualFile },
    },
  });
  const [seed, error] = [Number(values.seed), Number(values.error)];
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new RangeError(`--seed must be a whole number, 0 or more, got ${values.seed}`);
  }
  if (!(error >= 0 && error < Infinity)) throw new RangeError(`--error must be metres, 0 or more, got ${values.error}`);
  return { seed, error, out: values.out };
}

function told({ velocity: [along = 0, up = 0], drag }: Launch): string {
  const angle = (Math.atan2(up, along) * 180) / Math.PI;
  return `${Math.hypot(along, up).toFixed(2)} m/s at ${angle.toFixed(2)}°, drag ${drag.toFixed(5)} /m`;
}

function main(): number {
  const { seed, error, out } = settingsOf(process.argv.slice(2));
  const measured = measure(baseball, error, random.key(seed));
  const guess: Launch = { velocity: Float64Array.of(15, 30), drag: 0 };
  const { launches, costs } = fit(measured, guess);
  console.log(`projectile: ${measured.length / 2} places, each coordinate wrong by ${error} m (standard deviation)`);
  launches.forEach((launch, i) => {
    console.log(`step ${i}: off by ${Math.sqrt(costs[i] ?? 0).toFixed(4)} m, ${told(launch)}`);
  });
  console.log(`thrown with:             ${told(baseball)}`);
  mkdirSync(dirname(out), { recursive: true });
  const flights = launches.map((launch) => flight({ launch }));
  writeFileSync(out, draw({ title: "A launch fitted to measured places, step by step", flights, measured }));
  console.log(`picture: ${relative(process.cwd(), out)}`);
  return Math.sqrt(costs.at(-1) ?? Infinity) < 2 * error + 1e-6 ? 0 : 1;
}

process.exitCode = main();
