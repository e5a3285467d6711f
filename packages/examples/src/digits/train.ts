/** `npm run digits [-- --seed N]`: trains the digits model, checks its gradient, and says how well it reads. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import plot from "simple-ascii-chart";
import { gradCheck, progress } from "tapeless/runtime";
import { type Digits, loadDigits, pixels } from "./data.js";
import { loss, lossAndGrad } from "./digits.gen.js";
import { accuracy, type Params, type Settings, type Trained, train, usual } from "./training.js";

/** What a network of this size reads when all is well. */
const wanted = 0.93;

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const generated = fileURLToPath(new URL("../../src/digits/digits.gen.ts", import.meta.url));

function settingsOf(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: "string", default: "1" }, epochs: { type: "string", default: `${usual.epochs}` } },
  });
  const natural = (name: string, text: string, least: number): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new RangeError(`--${name} must be a whole number, ${least} or more, got ${text}`);
  };
  return { ...usual, seed: natural("seed", values.seed, 0), epochs: natural("epochs", values.epochs, 1) };
}

/** Training with a bar. */
function trainShown(data: Digits, settings: Settings): Trained {
  const steps = settings.epochs * Math.ceil(data.label.length / settings.batch);
  const bar = progress(steps, { label: "train", unit: "steps" });
  const trained = train(data, settings, (value) => bar.tick(1, `loss ${value.toFixed(3)}`));
  bar.done();
  return trained;
}

/** The mean loss of stretches of steps, as a curve. */
function lossCurve(losses: readonly number[], points = 60): string {
  const stretch = Math.max(1, Math.ceil(losses.length / points));
  const curve: [number, number][] = [];
  for (let from = 0; from < losses.length; from += stretch) {
    const part = losses.slice(from, from + stretch);
    curve.push([from + part.length, part.reduce((sum, value) => sum + value, 0) / part.length]);
  }
  const title = `loss, steps 1 to ${losses.length}, each point the mean of ${stretch}`;
  const formatter = (value: number): string => value.toFixed(2);
  return plot(curve, { width: 64, height: 10, hideXAxisTicks: true, title, formatter });
}

/** The generated gradient against differences of the loss, on a few test images. */
function checkGradient(params: Params, { x, label }: Digits, rows = 16) {
  const input = { params, x: x.subarray(0, rows * pixels), label: label.subarray(0, rows) };
  return gradCheck({ value: loss, grad: (at) => lossAndGrad(at).grad }, input, "params", { samples: 8 });
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function main(): number {
  const settings = settingsOf(process.argv.slice(2));
  const { train: data, test } = loadDigits();
  console.log(`digits: ${data.label.length} images to train, ${test.label.length} to test, seed ${settings.seed}`);
  const { params, losses, times } = trainShown(data, settings);
  console.log(lossCurve(losses));
  const report = checkGradient(params, test);
  console.log(`${report}\n`);
  const text = readFileSync(generated);
  console.log(`generated: ${relative(root, generated)}`);
  console.log(`size: ${kilobytes(text.length)}, gzipped ${kilobytes(gzipSync(text).length)}`);
  console.log(
    `time per step: ${median(times).toFixed(2)} ms (median of ${times.length}, ${settings.batch} images each)`,
  );
  const reached = accuracy(params, test);
  console.log(`test accuracy: ${reached.toFixed(4)}`);
  return report.passed && reached >= wanted ? 0 : 1;
}

process.exitCode = main();
