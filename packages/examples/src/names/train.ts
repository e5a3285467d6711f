/** `npm run names [-- --seed N --epochs N]`: trains the names model, and shows what it writes on the way and at the end. */
import { parseArgs } from "node:util";
import { progress, random } from "tapeless/runtime";
import { alphabet, distance, entropies, loadNames, rowsOf } from "./data.js";
import { lossOf, type Params, type Settings, train, usual, write } from "./training.js";

/** Shown after each so many epochs. */
const shown = 3;

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

/** "mary-ann" as one writes it. */
const capital = (name: string): string => name.replace(/^.|(?<=-)./g, (letter) => letter.toUpperCase());

const sample = (params: Params, count: number, key: random.Key): string =>
  write(params, count, key).map(capital).join("  ");

function main(): number {
  const settings = settingsOf(process.argv.slice(2));
  const { train: names, test } = loadNames();
  const [rows, testRows] = [rowsOf(names), rowsOf(test)];
  const known = entropies(names);
  console.log(
    `names: ${names.length} to train, ${test.length} to test, ${alphabet.length} symbols, seed ${settings.seed}`,
  );
  console.log(
    `nats per letter by the frequency of letters: ${known.letters.toFixed(3)}, of pairs: ${known.pairs.toFixed(3)}`,
  );
  const perEpoch = Math.ceil(rows.count / settings.batch);
  const key = random.foldIn(random.key(settings.seed), 2);
  const bar = progress(settings.epochs * perEpoch, { label: "train", unit: "steps" });
  const start = performance.now();
  const { params } = train(rows, settings, (loss, step, now) => {
    bar.tick(1, `loss ${loss.toFixed(3)}`);
    if (step % (shown * perEpoch) !== 0 || step === settings.epochs * perEpoch) return;
    const told = `epoch ${String(step / perEpoch).padStart(2)}, test loss ${lossOf(now, testRows).toFixed(3)}`;
    console.log(`${told}: ${sample(now, 6, key)}`);
  });
  bar.done();
  console.log(`trained in ${((performance.now() - start) / 1000).toFixed(0)} s`);

  const reached = lossOf(params, testRows);
  const written = write(params, 2000, key);
  const isKnown = new Set([...names, ...test]);
  const fresh = written.filter((name) => !isKnown.has(name));
  console.log(`\nnames that it writes:\n${fresh.slice(0, 40).map(capital).join("  ")}\n`);
  console.log(`of 2000, ${2000 - fresh.length} are names of the list; ${new Set(written).size} are different`);
  console.log(`pairs of letters differ from those of the list by ${distance(written, names).toFixed(3)} (0 to 1)`);
  console.log(
    `test loss: ${reached.toFixed(4)} nats per letter, of the names it learnt from ${lossOf(params, rows).toFixed(4)}`,
  );
  return reached < known.pairs ? 0 : 1;
}

process.exitCode = main();
