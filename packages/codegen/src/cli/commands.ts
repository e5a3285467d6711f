/**
 * What each command does with its options, and what it prints.
 *
 * Invariant: what was found is printed even when something else is wrong; every command ends in one `report`.
 */

import type { DumpLevel } from "../pipeline/compiled-model.js";
import { type BuildResult, build, type FileResult } from "./build.js";
import { explainTable } from "./explain-table.js";
import { colorsFor, type Io } from "./io.js";
import { progressOn, silent } from "./progress.js";
import { report, type Session } from "./report.js";
import { type Selection, selectFunctions } from "./select-functions.js";

const workOf = ({ io, cwd, json, compileModule }: Session) => ({
  cwd,
  compileModule,
  progress: json ? silent : progressOn(io.stderr),
  print: (line: string): void => void io.stderr.write(`${line}\n`),
});

// ---- build, check

export async function buildCommand(session: Session, patterns: readonly string[], check: boolean): Promise<number> {
  const result = await build({ ...workOf(session), patterns, check });
  if (!session.json) session.io.stdout.write(check ? checkText(result) : buildText(result, session.io));
  return report(session, result.diagnostics, { files: result.files });
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const sizeText = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`);

/** A line for each file that is as it should be; the others are in the diagnostics. */
function buildText({ files }: BuildResult, io: Io): string {
  const { dim } = colorsFor(io.stdout, io);
  const good = files.filter(({ status }) => status === "written" || status === "unchanged");
  const width = Math.max(0, ...good.map(({ output }) => output.length));
  const line = ({ status, output, functions, bytes }: FileResult): string =>
    `${status.padEnd(9)}  ${output.padEnd(width)}  ${dim(`${plural(functions.length, "function")}, ${sizeText(bytes)}`)}\n`;
  return good.map(line).join("");
}

const checkText = ({ ok, files }: BuildResult): string =>
  ok ? `${plural(files.length, "generated file")} up to date\n` : "";

// ---- dump, explain

/** Functions in a document: each with its file and what `tell` says of it. */
async function selectCommand(
  session: Session,
  targets: readonly string[],
  show: (functions: Selection["functions"]) => string,
  tell: (one: Selection["functions"][number]) => object,
): Promise<number> {
  const { functions, diagnostics } = await selectFunctions({ ...workOf(session), targets });
  if (!session.json) session.io.stdout.write(show(functions));
  return report(session, diagnostics, { functions: functions.map((one) => ({ file: one.file, ...tell(one) })) });
}

/** Several functions have headings; a single one is its text alone, which reads back. */
export const dumpCommand = (session: Session, targets: readonly string[], level: DumpLevel): Promise<number> =>
  selectCommand(
    session,
    targets,
    (functions) => {
      const heading = functions.length > 1;
      return functions
        .map(
          ({ file, compiled }) =>
            `${heading ? `// ${file}#${compiled.name}\n` : ""}${compiled.dump[level].trimEnd()}\n`,
        )
        .join("\n");
    },
    ({ compiled }) => ({ name: compiled.name, level, text: compiled.dump[level] }),
  );

export const explainCommand = (session: Session, targets: readonly string[]): Promise<number> =>
  selectCommand(
    session,
    targets,
    (functions) => functions.map(explainTable).join("\n"),
    ({ compiled }) => compiled.explain,
  );
