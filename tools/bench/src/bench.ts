/** `npm run bench`: what is measured, printed, and written where that is asked for. Figures depend on the machine: no test. */
import { writeFileSync } from "node:fs";
import { type Arguments, argumentsOf, UsageError, usage } from "./arguments.js";
import { type CompileRow, compile } from "./compile/compile.js";
import { costs } from "./costs/costs.js";
import { costsText } from "./costs/report.js";
import { compilerOf, flags, gradbench } from "./gradbench/gradbench.js";
import { cellsOf, gradbenchTable } from "./gradbench/report.js";
import { machine, showMachine } from "./report/machine.js";
import { plot } from "./report/plot.js";
import { digits, showTime, table } from "./report/table.js";
import { workloads } from "./workloads/data.js";
import { absences, plotRows, ratiosTable, timesTable } from "./workloads/report.js";
import { measureWorkloads } from "./workloads/workloads.js";

/** Measures, and gives what `--json` writes. */
type Run = (settings: Arguments) => Promise<object>;

const runs: Readonly<Record<Arguments["command"], Run>> = {
  workloads: async ({ quick, only, svg }) => {
    console.error("builds the models, and installs the other libraries where they are not there yet");
    const { entrants, rows } = await measureWorkloads(quick, only, ({ workload, results }) => {
      console.error(`${workload}: ${results.map(({ name, median }) => `${name} ${showTime(median)}`).join(", ")}`);
    });
    console.log(`\nmedian times\n${timesTable(rows, entrants)}`);
    console.log(`\ntimes of the others by that of the generated function\n${ratiosTable(rows, entrants)}`);
    const missing = absences(rows);
    if (missing.length > 0) console.log(`\nabsent\n${missing.join("\n")}`);
    if (svg !== undefined) writeFileSync(svg, plot(plotRows(rows, entrants)));
    return { rows };
  },
  gradbench: async ({ quick }) => {
    const compiler = compilerOf();
    if (compiler === undefined) {
      console.log("gradbench: there is no C++ compiler here (c++, g++, clang++), so there is nothing to compare with");
      return { compiler: null };
    }
    const rows = await gradbench(quick, compiler, (row) => console.error(cellsOf(row).join("  ")));
    console.log(
      `\nratio: time of the generated function by that of C++ (${compiler} ${flags.join(" ")}); below 1 it is faster`,
    );
    console.log(gradbenchTable(rows));
    return { compiler, flags, rows };
  },
  costs: async ({ quick }) => {
    const found = await costs(quick, (what) => console.error(what));
    console.log(costsText(found));
    return found;
  },
  compile: async ({ quick }) => {
    const rows = compile(quick, (row) => console.error(compileCells(row).join("  ")));
    console.log(table(["tapeless build", "time", "generated"], rows.map(compileCells)));
    return { rows };
  },
};

const compileCells = ({ about, seconds, bytes, failure }: CompileRow): readonly string[] => [
  about,
  failure ?? showTime((seconds ?? Number.NaN) * 1000),
  bytes === undefined ? "–" : `${digits(bytes / 1000)} kB`,
];

async function main(args: readonly string[]): Promise<number> {
  const settings = argumentsOf(
    args,
    workloads.map(({ name }) => name),
  );
  if (settings === undefined) {
    console.log(usage);
    return 0;
  }
  const where = machine();
  console.log(showMachine(where));
  const figures = await runs[settings.command](settings);
  if (settings.json !== undefined) {
    writeFileSync(settings.json, `${JSON.stringify({ machine: where, quick: settings.quick, ...figures }, null, 2)}\n`);
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}
